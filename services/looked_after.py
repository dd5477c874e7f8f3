"""Where a candidate works, until when, and whom of the staff one calls about them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from models.fields import Strict
from services import naming
from services.application import Application
from services.queries.lines import LedgerLine, events_in_effect

ENDS = frozenset({"internship_completed", "internship_interrupted", "temporary_role_ended"})
"""Kinds on whose day somebody worked there last, whatever was agreed on."""


class Colleague(Strict):
    """Somebody of the staff, and how they are reached."""

    id: str
    name: str | None
    phone: str | None


class LookedAfter(Strict):
    """The latest internship or role that was agreed on, with its days of today and who looks after the candidate."""

    works_at: str
    works_from: date | None = None
    works_until: date | None = None
    supervisor: Colleague | None = None
    mentor: Colleague | None = None


def looked_after(application: Application, rows: Iterable[LedgerLine]) -> LookedAfter | None:
    """Where somebody works by what was recorded of them; None where nothing was agreed on yet."""
    agreed = _agreed(rows)
    if not agreed:
        return None
    return LookedAfter(
        works_at=workplace(application, agreed["position"]),
        works_from=agreed.get("starts_on"),
        works_until=agreed.get("ends_on"),
        supervisor=_reached(application, agreed.get("supervisor")),
        mentor=_reached(application, agreed.get("mentor")),
    )


def workplace(application: Application, position: str) -> str:
    """What a position is called, with its unit; its short name where it has left the files."""
    [*found] = naming.positions(one for one in application.book.readable_positions if one.id == position)
    return found[0].title if found else position


def colleague(application: Application, name: str) -> Colleague:
    """Somebody of the staff by their short name."""
    person = application.authority.person(name, application.now())
    return Colleague(id=name, name=person.name if person else None, phone=person.phone if person else None)


def _reached(application: Application, name: str | None) -> Colleague | None:
    return colleague(application, name) if name else None


def _agreed(rows: Iterable[LedgerLine]) -> dict[str, Any]:
    """The latest agreement. Who supervises an internship does so in a role, too."""
    agreed: dict[str, Any] = {}
    for one in events_in_effect(rows):
        if "position" in one:
            agreed = {**{name: agreed.get(name) for name in ("supervisor", "mentor")}, **one}
        elif agreed and one["kind"].endswith("_extended") and "ends_on" in one:
            agreed["ends_on"] = one["ends_on"]
        elif agreed and one["kind"] in ENDS:
            agreed["ends_on"] = one["effective_on"]
    return agreed
