"""What a certificate says of an internship: read from the ledger, where it was recorded, and from nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.fields import BothLanguages
from models.programme.position import Position
from models.programme.programme import Programme
from models.programme.requirement_profile import Result
from runtime.errors import Refused
from services.queries.lists import LedgerLine
from services.recording.draft import events_in_effect

AS_EXPECTED = 3
"""The score from which something was learnt, or a criterion met."""

ENDS_THE_EVALUATION = ("internship_agreed", "temporary_role_agreed", "permanent_role_agreed", "internship_completed")
"""What comes after the evaluation of an internship, whose scores no longer speak of it."""


@dataclass(frozen=True)
class Certificate:
    """An internship that was completed. Names nobody: who it was about is added where it is printed."""

    programme: BothLanguages
    workplace: str
    tasks: str
    starts_on: date
    ends_on: date
    supervisor: str | None
    learnt: tuple[str | BothLanguages, ...]
    shown: tuple[str | BothLanguages, ...]


def certificate_of(rows: Sequence[LedgerLine], rules: Programme, positions: Sequence[Position]) -> Certificate:
    """The certificate of the latest internship that was completed. Raises Refused before there is one."""
    events = events_in_effect(rows)
    completed = max((at for at, event in enumerate(events) if event["kind"] == "internship_completed"), default=None)
    if completed is None:
        raise Refused(
            "certificate.no_internship",
            "A certificate requires a completed internship, and none is recorded. Record it first.",
        )
    before, after = events[:completed], events[completed + 1 :]
    agreed = max(at for at, event in enumerate(before) if event["kind"] == "internship_agreed")
    ends = [event["ends_on"] for event in before[agreed:] if event.get("ends_on")]
    position = next((one for one in positions if one.id == before[agreed]["position"]), None)
    scored = _as_expected(after)
    return Certificate(
        programme=rules.name,
        workplace=position.unit if position else str(before[agreed]["position"]),
        tasks=position.title if position else str(before[agreed]["position"]),
        starts_on=date.fromisoformat(before[agreed]["starts_on"]),
        # Completed earlier than agreed it ended on that day; registered later it still ended as agreed.
        ends_on=date.fromisoformat(min(ends[-1], events[completed]["effective_on"])),
        supervisor=before[agreed]["supervisor"],
        learnt=_learnt(before, rules, scored),
        shown=tuple(criterion.text for criterion in rules.criteria if criterion.id in scored),
    )


def _as_expected(after: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Ids of all that the supervisor's evaluation of the internship found as expected or better."""
    scored: frozenset[str] = frozenset()
    for event in after:
        if event["kind"] in ENDS_THE_EVALUATION:
            break
        if event["kind"] == "evaluation_recorded":
            scored = frozenset(one["criterion"] for one in event["scores"] if one["score"] >= AS_EXPECTED)
    return scored


def _learnt(
    before: Sequence[Mapping[str, Any]], rules: Programme, scored: frozenset[str]
) -> tuple[str | BothLanguages, ...]:
    """The requirements that the check had left to be learnt and that were learnt, in the profile's words."""
    check = [event for event in before if event["kind"] == "requirements_checked"][-1]
    left = {one["requirement"] for one in check["findings"] if one["result"] == Result.TRAINABLE}
    profile = rules.profile(check["profile"])
    return tuple(one.text for one in profile.requirements if one.id in left & scored) if profile else ()
