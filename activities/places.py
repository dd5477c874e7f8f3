"""How many places of positions are free, as the database has it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables.journeys import PlaceRow, PositionRow


def free_places(session: Session) -> dict[str, int]:
    """How many places are free, by position: on none of its days, where several hold the same place in turn."""
    taken = select(PlaceRow.position, func.count().label("taken")).group_by(PlaceRow.position).subquery()
    rows = session.execute(
        select(PositionRow.id, PositionRow.places, func.coalesce(taken.c.taken, 0)).outerjoin(
            taken, taken.c.position == PositionRow.id
        )
    )
    return {str(position): max(0, places - held) for position, places, held in rows}
