"""What happened, in plain words: a sentence for each kind of event."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from string import Formatter
from typing import Any

from models.discrepancy import DifferenceKind
from models.events.events import EVENT_CLASSES
from models.events.values import DeadlineStep, FollowUpOutcome, UnionAnswer
from models.message import Message, listed, msg
from models.programme.requirement_profile import Result
from models.stages import EndReason

WORDED: Mapping[str, Callable[[Any], StrEnum]] = {
    "end_reason": EndReason,
    "step": DeadlineStep,
    "outcome": FollowUpOutcome,
    "answer": UnionAnswer,
}
"""Fields whose values have names of their own in each language."""


def in_words(event: Mapping[str, Any] | None, rows: Mapping[str, int] | None = None) -> Message:
    """What an event, as JSON data, says in one sentence. Something that was no event is said to be that.

    `rows` are the ledger rows of the journey's events, by their ids: people know an event by its row.
    """
    if event is None:
        return msg("event.unreadable", "Something came that could not be read as an event.")
    kind = str(event.get("kind"))
    fields = {name: event.get(name) for name in EVENT_CLASSES[kind].model_fields}
    fields |= {name: of(fields[name]) for name, of in WORDED.items() if fields.get(name) is not None}
    if "favourable" in fields:
        fields["favourable"] = msg("word.yes", "yes") if fields["favourable"] else msg("word.no", "no")
    if kind in ("corrected", "repaired"):
        fields["reason"] = _ended(str(fields["reason"]))
    lost = msg("event.repaired.no_history", "No history was kept: it goes on by the programme's rules of that day.")
    phrases = {
        "by_whom": _by_whom(event),
        "by_which_rules": lost if event.get("rules_of_today") else "",
        "corrected": _corrected(event, rows or {}),
        "replaced": _replaced(event),
    }
    values = {**fields, **_lists(event), **phrases}
    told = EVENT_CLASSES[kind].told
    places = {name for _, name, _, _ in Formatter().parse(told.text) if name}
    return msg(told.id, told.text, **{name: values[name] for name in places})


def _ended(reason: str) -> str:
    """A reason with a full stop, where another sentence follows it."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def _by_whom(event: Mapping[str, Any]) -> Message | str:
    """Who looks after an intern, as far as somebody is named."""
    supervisor, mentor = event.get("supervisor"), event.get("mentor")
    if supervisor and mentor:
        return msg(
            "event.internship_agreed.supervisor_and_mentor",
            "; supervisor {supervisor}, mentor {mentor}",
            supervisor=supervisor,
            mentor=mentor,
        )
    if supervisor:
        return msg("event.internship_agreed.supervisor", "; supervisor {supervisor}", supervisor=supervisor)
    return msg("event.internship_agreed.mentor", "; mentor {mentor}", mentor=mentor) if mentor else ""


def _corrected(event: Mapping[str, Any], rows: Mapping[str, int]) -> Message:
    row = rows.get(str(event.get("corrects")))
    return (
        msg("event.corrected.row", "row {row}", row=row)
        if row
        else msg("event.corrected.earlier_event", "an earlier event")
    )


def _lists(event: Mapping[str, Any]) -> dict[str, Message | str]:
    findings = [
        msg(
            "event.requirements_checked.finding",
            "{requirement} {result}",
            requirement=one["requirement"],
            result=Result(one["result"]),
        )
        for one in event.get("findings") or ()
    ]
    scores = [
        msg(
            "event.evaluation_recorded.score",
            "{criterion} {score} of 5",
            criterion=one["criterion"],
            score=one["score"],
        )
        for one in event.get("scores") or ()
    ]
    because = event.get("reason") or ""
    unions = ", ".join(event.get("unions") or ())
    found = listed([DifferenceKind(one).in_words for one in event.get("found") or ()])
    return {
        "findings": listed(findings),
        "scores": listed(scores),
        "unions": unions,
        "because": because,
        "found": found,
    }


def _replaced(event: Mapping[str, Any]) -> Message | str:
    if event.get("kind") != "corrected":
        return ""
    replacement = event.get("replacement")
    if replacement is None:
        return msg("event.corrected.struck", "The event is struck.")
    return msg(
        "event.corrected.replaced",
        "It now reads, for {day}: {what}",
        day=replacement["effective_on"],
        what=in_words(replacement),
    )
