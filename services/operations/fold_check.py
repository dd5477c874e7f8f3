"""What lists and place say of one journey, held against what all its events, folded, amount to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.discrepancy import Difference, DifferenceKind
from models.journey.journey import Journey
from models.message import plain
from models.projections.details import Details, details
from models.projections.placement_start import place_since
from models.projections.status import stand
from services.queries.lists import JourneyLine


@dataclass(frozen=True)
class Held:
    """What the database has of a journey beside its ledger: the line in the list, its details, its place."""

    line: JourneyLine | None
    details: Details
    place: str | None
    taken_at: datetime | None


def differences(fold: Journey, held: Held) -> Iterator[Difference]:
    """The first thing that the lists say otherwise than the fold, and what the place does."""
    for name, expected, found in _of_lists(fold, held):
        if expected != found:
            yield _difference(fold, DifferenceKind.LIST_DIFFERS, name, expected, found)
            break
    place, since = fold.state.place if fold.state else None, place_since(fold)
    if (place, since or held.taken_at) != (held.place, held.taken_at):
        found = (held.place, held.taken_at)
        yield _difference(fold, DifferenceKind.PLACE_DIFFERS, "place", (place, since), found)


def _of_lists(fold: Journey, held: Held) -> Iterator[tuple[str, Any, Any]]:
    if fold.state is not None and held.line is not None:
        line = held.line
        standing = stand(line.candidate, line.programme, fold.state, len(fold.entries))
        for name in sorted(JourneyLine.model_fields.keys() - {"journey_id"}):
            yield name, getattr(standing, name), getattr(line, name)
    expected = details(fold.state)
    for name in Details.model_fields:
        yield name, _rows(name, getattr(expected, name)), _rows(name, getattr(held.details, name))


def _rows(name: str, rows: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """Rows of a table; but for the way, whose order says something, in an order of their own."""
    return tuple(rows or ()) if name == "passages" else tuple(sorted(rows or (), key=repr))


def _difference(fold: Journey, kind: DifferenceKind, name: str, expected: Any, found: Any) -> Difference:
    said = [plain(f"{name} {_plain(value)}") for value in (expected, found)]
    return Difference(journey_id=fold.id, kind=kind, expected=said[0], found=said[1])


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_plain, value)) or "–"
    return "–" if value is None else str(value)
