"""How an audit says things: events without codes or ids, moments, and the values of fields."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.canonical import digest_of
from models.events.descriptions import agreement_in_words
from models.events.descriptions import in_words as sentence_of
from models.ledger.entry import UNREADABLE
from models.state.deadlines import deadline_in_words
from runtime.i18n import _, translate
from services.queries.lists import LedgerLine


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
    return what_happened(line.event, rows)


def _named(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event, and what a correction puts in its place, with names for codes."""
    named: dict[str, Any] = {
        **({"deadline": deadline_in_words(event["deadline"])} if "deadline" in event else {}),
        **({"about": agreement_in_words(event["about"])} if event.get("about") else {}),
        **({"replacement": _named(event["replacement"])} if event.get("replacement") else {}),
    }
    return {**event, **named}


def moment(at: datetime) -> str:
    """A moment as people read it, to the second: several rows of a journey are often of one minute."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def value(of: Any) -> str:
    """The value of an event's field, as JSON data. Rules are told by how their digest begins: they are long."""
    match of:
        case None | [] | "":
            return "–"
        case bool():
            return _("yes") if of else _("no")
        case list():
            return ", ".join(" ".join(str(part) for part in _values(one)) for one in of)
        case {"id": str(), "criteria": list()}:
            return digest_of(of)[:12]
        case _:
            return str(of)


def _values(one: Any) -> list[Any]:
    return [part for part in one.values() if part is not None] if isinstance(one, dict) else [one]
