"""How an audit says things: events without codes or ids, moments, and the fields of a journey's state."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from auditing.inspection.snapshot import Snapshot
from models.canonical import digest_of
from models.events.descriptions import agreement_in_words
from models.events.descriptions import in_words as sentence_of
from models.events.values import DeadlineStep, FollowUpOutcome, UnionAnswer
from models.ledger.entry import UNREADABLE
from models.message import N_, Worded
from models.programme.requirement_profile import Result
from models.sign_ins import in_words
from models.stages import EndReason, Stage
from models.state.deadlines import deadline_in_words
from runtime.i18n import _, _n, called, day_told, moment_told, translate
from services.queries.lines import LedgerLine


def what_happened(event: Mapping[str, Any] | None, rows: Mapping[str, int] | None = None) -> str:
    """What an event, as JSON data, says in one sentence. Deadlines and agreements are called by their names.

    `rows` are the ledger rows of the journey's events, by their ids.
    """
    if event is None:
        return translate(sentence_of(None))
    return translate(sentence_of(_named(event), rows)).strip()


def what_came(line: LedgerLine, rows: Mapping[str, int] | None = None) -> str:
    """What a ledger line says; of an event that was refused because it could not be kept, only its kind is known."""
    if line.event is None and line.kind != UNREADABLE:
        return _("An event {kind} came, whose contents are not kept.", kind=line.kind)
    what = what_happened(line.event, rows)
    return what if line.event is None else as_answered(line, what)


def as_answered(line: LedgerLine, what: str) -> str:
    """What a line says, as what was only attempted where it was refused: nothing of it happened."""
    return what if line.receipt.accepted else _("Attempted to record: {what}", what=what)


def word_of(line: LedgerLine) -> str | None:
    """By whose word an author said it, where a server signed for them; None where they signed themselves."""
    by = line.sign_in
    return translate(in_words(by, moment(by.at))) if by else None


def _named(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event, and what a correction puts in its place, with names for codes."""
    named: dict[str, Any] = {
        **({"deadline": deadline_in_words(event["deadline"])} if "deadline" in event else {}),
        **({"about": agreement_in_words(event["about"])} if event.get("about") else {}),
        **({"replacement": _named(event["replacement"])} if event.get("replacement") else {}),
    }
    return {**event, **named}


def moment(at: datetime) -> str:
    """A moment by the clock in Sweden, to the second: several rows of a journey are often of one minute."""
    return moment_told(at, seconds=True)


def value(field: str, of: Any) -> str:
    """The value of a field of an event, a state or the rules, as JSON data. Rules are told by how their digest begins:
    they are long."""
    match of:
        case _ if of in (None, [], {}, ""):
            return "–"
        case bool():
            return _("yes") if of else _("no")
        case str() if field in WORDED:
            return translate(WORDED[field](of).in_words)
        case list():
            return ", ".join(" ".join(_items(field, one)) for one in of)
        case {"id": str(), "criteria": list()}:
            return digest_of(of)[:12]
        case dict() if set(of.values()) <= _NEEDED.keys():
            needs = ((called("requirement", name), _(_NEEDED[needed])) for name, needed in of.items())
            return ", ".join(f"{requirement} ({needed})" for requirement, needed in needs)
        case str() as written:
            return day_told(called(field, written))
        case _:
            return str(of)


def _items(field: str, one: Any) -> Iterator[str]:
    if not isinstance(one, dict):
        yield value(field, one)
        return
    yield from (value(name, part) for name, part in one.items() if part is not None)


WORDED: Mapping[str, type[Worded]] = {
    **{"stage": Stage, "end_reason": EndReason, "result": Result, "outcome": FollowUpOutcome},
    **{"answer": UnionAnswer, "step": DeadlineStep},
}
"""Fields whose codes have names of their own in each language."""

_NEEDED = {"trainable": N_("trainable"), "essential": N_("essential"), "desirable": N_("desirable")}
"""How much a requirement is needed."""


LABELS = {
    "stage": N_("stage"),
    "since": N_("since"),
    "paused_since": N_("paused since"),
    "paused_until": N_("paused until"),
    "end_reason": N_("reason for the end"),
    "coordinator": N_("coordinator"),
    "site": N_("town"),
    "referring_partner": N_("referred by"),
    "profile": N_("profile"),
    "findings": N_("requirement check"),
    "place": N_("holds a place on"),
    "position": N_("position"),
    "form": N_("form of employment"),
    "starts_on": N_("first day"),
    "ends_on": N_("last day"),
    "last_check_in": N_("latest check-in"),
    "favourable": N_("favourable evaluation"),
    "self_evaluated_on": N_("own evaluation on"),
    "permanent_on": N_("permanent by law on"),
    "deadlines": N_("deadlines that run"),
    "unconfirmed": N_("confirmations awaited of"),
    "follow_ups": N_("follow-ups"),
    "rules": N_("fingerprint of the rules"),
}
"""What each field is called."""


def label(field: str) -> str:
    return _(LABELS[field])


def told(seen: Snapshot, field: str) -> str:
    """A field of a state in words; a dash where there is nothing to say."""
    return said(field, seen.model_dump(mode="json")[field])


def said(field: str, of: Any) -> str:
    """The value of a field of a state, as JSON data, in words."""
    if of is None and field == "stage":
        return _("not begun")
    return ", ".join(_parts(field, of)) if of else value(field, of)


def _parts(field: str, of: Any) -> Iterator[str]:
    match field:
        case "findings":
            for requirement, result in of.items():
                yield f"{called('requirement', requirement)} {translate(Result(result).in_words)}"
        case "deadlines":
            for one in of:
                due = day_told(one["due_on"])
                yield _("{deadline} due {day}", deadline=translate(deadline_in_words(one["name"])), day=due)
        case "follow_ups":
            for one in of:
                outcome = translate(FollowUpOutcome(one["outcome"]).in_words)
                yield _n(
                    "after {count} day {outcome}", "after {count} days {outcome}", one["after_days"], outcome=outcome
                )
        case _:
            yield value(field, of)
