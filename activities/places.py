"""Places of positions: taken and freed inside the ledger's transaction, so that the last one cannot be given twice."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.ledger.entry import LedgerEntry
from models.message import msg
from models.programme.position import Position
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.tables import PlaceRow, PositionRow

POSITIONS = "positions"


def sync_positions(session: Session, positions: Iterable[Position]) -> None:
    """Make the table say what the files say. Safe to repeat. A position that left the files offers no places."""
    left_out = {row.id: row for row in session.scalars(select(PositionRow))}
    for position in positions:
        left_out.pop(position.id, None)
        fields = position.model_dump(include={"id", "title", "unit", "site", "staffing_need", "profile", "places"})
        fields["staffing_need"] = position.staffing_need or ""
        session.merge(PositionRow(**fields, programmes=" ".join(position.programmes)))
    for row in left_out.values():
        row.places = 0


def hold(session: Session, entry: LedgerEntry) -> Refusal | None:
    """Let the journey hold exactly the place that `entry` says, or say why it cannot."""
    held = session.get(PlaceRow, entry.journey_id)
    taken_at = entry.place_since or entry.recorded_at
    if (held.position if held else None) == entry.place:
        if held is not None and entry.place_since is not None:
            held.taken_at = entry.place_since
        return None
    if entry.place is not None:
        why_not = _why_not_again if entry.kind == "repaired" else _why_not
        refused = why_not(session, entry, entry.place)
        if refused is not None:
            return refused
    session.execute(delete(PlaceRow).where(PlaceRow.journey_id == entry.journey_id))
    if entry.place is not None:
        session.add(PlaceRow(journey_id=entry.journey_id, position=entry.place, taken_at=taken_at))
    return None


def is_of(position: PositionRow | None, programme: str) -> bool:
    return position is not None and programme in position.programmes.split()


def no_such_position(wanted: str) -> Refusal:
    message = msg(
        "the_position_exists.unknown",
        "Unknown position {wanted} in this programme. Look up its positions.",
        wanted=wanted,
    )
    return rules.the_position_exists.refuse(message, POSITIONS)


def free_places(session: Session) -> dict[str, int]:
    """How many places are free, by position."""
    taken = select(PlaceRow.position, func.count().label("taken")).group_by(PlaceRow.position).subquery()
    rows = session.execute(
        select(PositionRow.id, PositionRow.places - func.coalesce(taken.c.taken, 0)).outerjoin(
            taken, taken.c.position == PositionRow.id
        )
    )
    return {str(position): int(free) for position, free in rows}


def _why_not(session: Session, entry: LedgerEntry, wanted: str) -> Refusal | None:
    # The lock makes those who want the last place come one after another.
    position = session.get(PositionRow, wanted, with_for_update=True)
    if position is None or not is_of(position, entry.programme):
        return no_such_position(wanted)
    if not position.staffing_need:
        message = msg(
            "the_position_fills_a_need.none",
            "{wanted} does not state which staffing need it fills. Choose another position, or add "
            "the need to the position.",
            wanted=wanted,
        )
        return rules.the_position_fills_a_need.refuse(message, POSITIONS)
    if position.profile != entry.profile:
        message = msg(
            "checked_for_the_position.other_profile",
            "{wanted} requires the profile {profile}, but the candidate was checked against "
            "{checked}. Choose another position, or correct the check.",
            wanted=wanted,
            profile=position.profile,
            checked=entry.profile,
        )
        return rules.checked_for_the_position.refuse(message, POSITIONS)
    taken = session.scalar(select(func.count()).where(PlaceRow.position == wanted)) or 0
    if taken >= position.places:
        message = msg(
            "a_place_is_free.taken",
            "All {places} places of {wanted} are taken. Choose a position with a free place.",
            places=position.places,
            wanted=wanted,
        )
        return rules.a_place_is_free.refuse(message, POSITIONS)
    return None


def _why_not_again(session: Session, entry: LedgerEntry, wanted: str) -> Refusal | None:
    """Why the place of an agreement that was accepted cannot be had back: of today's rules only the count matters."""
    position = session.get(PositionRow, wanted, with_for_update=True)
    if position is None:
        return no_such_position(wanted)
    taken = select(func.count()).where(PlaceRow.position == wanted, PlaceRow.journey_id != entry.journey_id)
    if (session.scalar(taken) or 0) < position.places:
        return None
    message = msg(
        "a_place_is_free.repair",
        "All {places} places of {wanted} are taken by others. Add a place to the position, or "
        "have the coordinator correct the internship, and repair again.",
        places=position.places,
        wanted=wanted,
    )
    return rules.a_place_is_free.refuse(message, POSITIONS)
