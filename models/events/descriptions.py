"""What happened, in plain words: a sentence for each kind of event."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from models.discrepancy import DifferenceKind
from models.events.events import EVENT_CLASSES
from models.events.values import DeadlineStep, FollowUpOutcome, UnionAnswer
from models.identifiers import THE_JOURNEY_ITSELF, Actor, JourneyId, Role
from models.message import Message, msg, plain
from models.programme.requirement_profile import Result
from models.stages import EndReason

AGREEMENTS = {
    "internship_agreed": msg("agreement.internship_agreed", "an internship"),
    "temporary_role_agreed": msg("agreement.temporary_role_agreed", "a temporary role"),
    "permanent_role_agreed": msg("agreement.permanent_role_agreed", "a permanent role"),
}
"""What is agreed, as a union is asked about it."""

WORDED: Mapping[str, Callable[[Any], StrEnum]] = {
    "end_reason": EndReason,
    "step": DeadlineStep,
    "outcome": FollowUpOutcome,
    "answer": UnionAnswer,
}
"""Fields whose values have names of their own in each language."""

OF_ANOTHER = ("correction_proposed", "corrected")
"""Kinds that say something of an earlier event."""

ENDING = ("text", "reason", "remark")
"""Fields with somebody's own words, which a sentence may end with."""


def name_of(kind: str) -> Message:
    """What a kind of event is called; one of another version, by its code."""
    cls = EVENT_CLASSES.get(kind)
    return cls.named if cls else plain(kind.replace("_", " "))


def actor_in_words(actor: Actor) -> Message:
    """Who it is, for people; the journey's own name says nothing to them."""
    if actor == THE_JOURNEY_ITSELF:
        return msg("actor.journey", "the journey itself")
    return _ACTORS[actor.role].filled(name=actor.name)


_ACTORS = {
    Role.COORDINATOR: msg("actor.coordinator", "coordinator {name}"),
    Role.SUPERVISOR: msg("actor.supervisor", "supervisor {name}"),
    Role.MANAGER: msg("actor.manager", "manager {name}"),
    Role.PARTNER: msg("actor.partner", "partner {name}"),
    Role.MENTOR: msg("actor.mentor", "mentor {name}"),
    Role.AUDITOR: msg("actor.auditor", "auditor {name}"),
    Role.OPERATOR: msg("actor.operator", "operator {name}"),
    Role.SYSTEM: msg("actor.system", "system {name}"),
}


def agreement_in_words(kind: str) -> Message:
    """What is to be agreed, as a union is asked about it."""
    return AGREEMENTS.get(kind) or msg("agreement.any", "an agreement")


def in_words(event: Mapping[str, Any] | None, rows: Mapping[str, int] | None = None) -> Message:
    """What an event, as JSON data, says in one sentence. Something that was no event is said to be that.

    `rows` are the ledger rows of the journey's events, by their ids: people know an event by its row.
    """
    if event is None:
        return msg("event.unreadable", "Something came that could not be read as an event.")
    if event.get("moved"):
        return _moved(event, rows)
    kind = str(event.get("kind"))
    fields = {name: event.get(name) for name in EVENT_CLASSES[kind].model_fields}
    fields |= {name: of(fields[name]) for name, of in WORDED.items() if fields.get(name) is not None}
    if "favourable" in fields:
        fields["favourable"] = msg("yes", "yes") if fields["favourable"] else msg("no", "no")
    if "accepted" in fields:
        yes, no = msg("event.offer_accepted", "accepted"), msg("event.offer_declined", "declined")
        fields["accepted"] = yes if fields["accepted"] else no
    if kind == "union_consulted":
        fields["about"] = agreement_in_words(str(fields["about"]))
    if kind in (*OF_ANOTHER, "repaired"):
        fields["reason"] = _ended(str(fields["reason"]))
    lost = msg(
        "event.repaired.by_rules_of_the_day", "No history was kept, so it goes on by the programme's rules of that day."
    )
    phrases = {
        "by_whom": _by_whom(event),
        "with_hours": _with_hours(event),
        "in_group": msg("event.in_group", " Group: {group}.", group=event["group"]) if event.get("group") else "",
        "at_age": msg("event.at_age", " Age on the programme's day: {age}.", age=event["age"])
        if event.get("age") is not None
        else "",
        "from_unit": msg("event.from_unit", " Last worked in {unit}.", unit=event["last_unit"])
        if event.get("last_unit")
        else "",
        "by_which_rules": lost if event.get("rules_of_today") else _given_up(event) or _restored(event),
        "corrected": _row_of(event.get("corrects"), rows or {}),
        "proposed": _row_of(event.get("proposal"), rows or {}),
        "reminded": _row_of(event.get("reminder"), rows or {}),
        "replaced": _replaced(event),
        "stated": _stated(event),
        "for_what": msg("event.for_what", ": {end_reason}", end_reason=fields["end_reason"])
        if fields.get("end_reason")
        else "",
        "until_when": msg("event.until_when", " until {day}", day=event["until"]) if event.get("until") else "",
        "among_reserves": msg("event.among_reserves", ", among the reserves")
        if event.get("places") is not None and event["number"] > event["places"]
        else "",
        "into_cohort": msg("event.into_cohort", " Admitted to the cohort {cohort}.", cohort=event["cohort"])
        if event.get("cohort")
        else "",
        "answer_until": msg("event.answer_until", ", to be answered by {day}", day=event["answer_by"])
        if event.get("answer_by")
        else "",
        "how_on": (msg("event.seeks_a_new_place", " A new place is sought.") if event.get("seeks_new_place") else ""),
    }
    values = {**fields, **_lists(event), **phrases}
    return EVENT_CLASSES[kind].told.filled(**{name: value for name, value in values.items() if value is not None})


def _moved(event: Mapping[str, Any], rows: Mapping[str, int] | None) -> Message:
    """The same, with the candidate on whom it was recorded first, or is recorded now."""
    ended = {name: _ended(str(event[name])) for name in ENDING if event.get(name)}
    what = in_words({**event, **ended, "moved": None}, rows)
    other = JourneyId.parse(event["moved"]["journey"]).candidate
    if event.get("kind") == "correction_proposed":
        return msg(
            "event.to_be_moved", "{what} It is to be moved to candidate {candidate}.", what=what, candidate=other
        )
    if event.get("kind") in OF_ANOTHER:
        return msg("event.moved_away", "{what} It was moved to candidate {candidate}.", what=what, candidate=other)
    return msg("event.moved_here", "{what} It was moved here from candidate {candidate}.", what=what, candidate=other)


def _stated(event: Mapping[str, Any]) -> Message | str:
    """What a claim or a certificate of a period states."""
    if event.get("days") and event.get("kronor"):
        days, kronor = event["days"], event["kronor"]
        return msg("event.duty_done.claimed", " {days} days are claimed, {kronor} kronor.", days=days, kronor=kronor)
    match event.get("passed"):
        case True:
            return msg("event.duty_done.passed", " The candidate passed.")
        case False:
            return msg("event.duty_done.not_passed", " The candidate did not pass.")
    return ""


def _restored(event: Mapping[str, Any]) -> Message | str:
    """Which rows a restoration wrote anew."""
    rows = event.get("restored")
    if not rows:
        return ""
    return msg(
        "event.repaired.restored",
        "The rows {first} to {last} were restored from the histories.",
        first=rows["first"],
        last=rows["last"],
    )


def _given_up(event: Mapping[str, Any]) -> Message | str:
    """Which rows are lost for good."""
    rows = event.get("lost")
    if not rows:
        return ""
    return msg(
        "event.repaired.lost",
        "The rows {first} to {last} are lost for good, and the journey goes on without them.",
        first=rows["first"],
        last=rows["last"],
    )


def _ended(reason: str) -> str:
    """A reason with a full stop, where another sentence follows it."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def _with_hours(event: Mapping[str, Any], what: Message | str = "") -> Message | str:
    """The hours a week that are agreed, after what stands before them."""
    hours = event.get("hours_a_week")
    return msg("event.with_hours", "{what}, {hours} hours a week", what=what, hours=hours) if hours else what


def _by_whom(event: Mapping[str, Any]) -> Message | str:
    """Who looks after an intern, as far as somebody is named, and the hours a week."""
    return _with_hours(event, _looking_after(event))


def _looking_after(event: Mapping[str, Any]) -> Message | str:
    named = {role: event[role] for role in ("supervisor", "mentor") if event.get(role)}
    if len(named) == 2:
        return msg("event.with_supervisor_and_mentor", ", with supervisor {supervisor} and mentor {mentor}", **named)
    if "supervisor" in named:
        return msg("event.with_supervisor", ", with supervisor {supervisor}", **named)
    return msg("event.with_mentor", ", with mentor {mentor}", **named) if named else ""


def _row_of(event_id: object, rows: Mapping[str, int]) -> Message:
    row = rows.get(str(event_id))
    return msg("event.row", "row {row}", row=row) if row else msg("event.an_earlier_one", "an earlier event")


def _lists(event: Mapping[str, Any]) -> dict[str, object]:
    return {
        "findings": [
            msg("event.finding", "{requirement} {result}", requirement=one["requirement"], result=Result(one["result"]))
            for one in event.get("findings") or ()
        ],
        "scores": [
            msg("event.score", "{criterion} {score} of 5", criterion=one["criterion"], score=one["score"])
            for one in event.get("scores") or ()
        ],
        "employments": [
            msg(
                "event.employment",
                "{form} from {starts_on} to {ends_on}",
                form=one["form"],
                starts_on=one["starts_on"],
                ends_on=one["ends_on"],
            )
            for one in event.get("employments") or ()
        ]
        or msg("event.no_employment", "none"),
        "because": event.get("reason") or "",
        "unions": event.get("unions") or (),
        "found": [DifferenceKind(one) for one in event.get("found") or ()],
    }


def _replaced(event: Mapping[str, Any]) -> Message | str:
    if event.get("kind") not in OF_ANOTHER:
        return ""
    replacement, is_proposed = event.get("replacement"), event.get("kind") == "correction_proposed"
    if replacement is None:
        if is_proposed:
            return msg("event.would_be_struck", "The event would be struck.")
        return msg("event.struck", "The event is struck.")
    day, what = replacement["effective_on"], in_words(replacement)
    if is_proposed:
        return msg("event.would_be_replaced_by", "It would read, for {day}: {what}", day=day, what=what)
    return msg("event.replaced_by", "It now reads, for {day}: {what}", day=day, what=what)
