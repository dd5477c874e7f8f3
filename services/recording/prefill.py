"""What the desk knows already of an event's fields, so that nobody types it a second time. The event stays complete."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.events.events import EVENT_CLASSES
from models.identifiers import JourneyId
from models.journey.fold import in_effect
from models.programme.position import Position
from models.programme.programme import Programme
from services.application import Application
from services.queries.lists import LedgerLine, accepted_entries

LOOKED_AFTER_BY = ("supervisor", "mentor")


@dataclass(frozen=True)
class Knowledge:
    """What is known where an event is to be sent: the journey's ledger, today's programme and positions, the day."""

    rows: Sequence[LedgerLine]
    rules: Programme | None
    positions: Sequence[Position]
    day: date


def known_at(application: Application, journey_id: JourneyId, day: date) -> Knowledge:
    rules = application.book.find(journey_id.programme)
    positions = application.book.positions_of(journey_id.programme)
    return Knowledge(application.lists.ledger(journey_id), rules, positions, day)


def known_fields(kind: str, given: Mapping[str, Any], known: Knowledge) -> dict[str, str]:
    """The fields of an event of a kind that follow from what is known, but for those given.

    The position is that of the internship or the role before; who looks after an intern, whom the position names; the
    profile that of the check before, or the only one; the form the only one that is open.
    """
    fields = {
        "temporary_role_agreed": {"position": _before(known, "position"), "form": _only_form(known)},
        "permanent_role_agreed": {"position": _before(known, "position")},
        "requirements_checked": {"profile": _before(known, "profile") or _only_profile(known)},
        "internship_agreed": _looked_after(known, given.get("position")),
    }.get(kind, {})
    return {name: value for name, value in fields.items() if value is not None and name not in given}


def events_in_effect(rows: Iterable[LedgerLine]) -> list[dict[str, Any]]:
    """A journey's accepted events as corrected, as data, in their order."""
    return [entry.event.model_dump(mode="json") for entry in in_effect(accepted_entries(rows))]


def _before(known: Knowledge, name: str) -> str | None:
    """What the latest event that has this field says."""
    said = [event for event in events_in_effect(known.rows) if name in EVENT_CLASSES[event["kind"]].model_fields]
    return str(said[-1][name]) if said else None


def _only_form(known: Knowledge) -> str | None:
    return _only(form.id for form in known.rules.forms if form.is_open_on(known.day)) if known.rules else None


def _only_profile(known: Knowledge) -> str | None:
    return _only(profile.id for profile in known.rules.profiles) if known.rules else None


def _only(names: Iterable[str]) -> str | None:
    found = list(names)
    return found[0] if len(found) == 1 else None


def _looked_after(known: Knowledge, position_id: object) -> dict[str, str | None]:
    position = next((position for position in known.positions if position.id == position_id), None)
    return {who: getattr(position, who, None) for who in LOOKED_AFTER_BY}
