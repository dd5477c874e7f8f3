"""A journey's state as plain fields, for whoever compares two of them; and how each field is called and said."""

from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import Field

from models.canonical import digest_of
from models.events.values import FollowUpOutcome
from models.fields import Strict
from models.programme.programme import Programme
from models.stages import EndReason, Stage
from models.state.deadlines import open_deadlines
from models.state.employment_limits import conversion
from models.state.partner_obligations import unconfirmed
from models.state.state import State


class Pending(Strict):
    """A deadline that runs, and the day on which it is due."""

    name: str
    due_on: date


class FollowUpDone(Strict):
    """What somebody did so many days after the end."""

    after_days: int
    outcome: FollowUpOutcome


class Snapshot(Strict):
    """A state. `stage` is None where the journey has not begun; `place` is the position of which a place is held.

    `rules` begins the SHA-256 of the rules in force, in hexadecimal: enough to see that they have changed.
    """

    stage: Stage | None = None
    since: date | None = None
    paused_since: date | None = None
    paused_until: date | None = None
    end_reason: EndReason | None = None
    coordinator: str | None = None
    site: str | None = None
    referring_partner: str | None = None
    profile: str | None = None
    findings: dict[str, str] = Field(default_factory=dict)
    place: str | None = None
    position: str | None = None
    form: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    last_check_in: date | None = None
    favourable: bool | None = None
    self_evaluated_on: date | None = None
    permanent_on: date | None = None
    deadlines: tuple[Pending, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    follow_ups: tuple[FollowUpDone, ...] = ()
    rules: str | None = None


class Change(Strict):
    """A field of the state, before and after."""

    field: str
    before: Any
    after: Any


OF_THE_STATE = ("stage", "since", "coordinator", "site", "referring_partner", "profile", "place", "last_check_in")
OF_THE_AGREEMENT = ("position", "form", "starts_on", "ends_on")
"""Fields that a state, and the internship or role of today (also a permanent one), have by the same names."""


def snapshot(state: State | None) -> Snapshot:
    """The state as plain fields."""
    if state is None:
        return Snapshot()
    permanent, agreed = conversion(state), state.role if state.stage is Stage.PERMANENT_ROLE else state.agreed
    return Snapshot(
        **{name: getattr(state, name) for name in OF_THE_STATE},
        **{name: getattr(agreed, name, None) for name in OF_THE_AGREEMENT},
        paused_since=state.pause.from_day if state.pause else None,
        paused_until=state.pause.until if state.pause else None,
        end_reason=state.end_reason if state.stage is Stage.CLOSED else None,
        findings={finding.requirement: finding.result.value for finding in state.findings},
        favourable=state.evaluation.favourable if state.evaluation else None,
        self_evaluated_on=state.self_evaluation.effective_on if state.self_evaluation else None,
        permanent_on=permanent.on if permanent else None,
        deadlines=tuple(Pending(name=rule.name, due_on=due_on) for rule, due_on in open_deadlines(state)),
        unconfirmed=tuple(owed.recipient for owed in unconfirmed(state)),
        follow_ups=tuple(FollowUpDone(after_days=days, outcome=outcome) for days, outcome in state.follow_ups),
        rules=_digest(state.rules),
    )


def changes(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """The fields that differ, in their order."""
    ours, theirs = before.model_dump(mode="json"), after.model_dump(mode="json")
    return tuple(
        Change(field=name, before=ours[name], after=theirs[name])
        for name in Snapshot.model_fields
        if ours[name] != theirs[name]
    )


@lru_cache(maxsize=16)
def _digest(rules: Programme) -> str:
    return digest_of(rules.model_dump(mode="json"))[:12]
