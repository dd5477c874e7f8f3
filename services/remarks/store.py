"""Free remarks: kept before the event that names them is sent, so that none is lost on the way."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.fields import Strict, Text
from models.tables import RemarkRow


class Remark(Strict):
    """A remark on a journey."""

    id: UUID
    journey_id: str
    written_by: str
    written_at: datetime
    text: Text


def remark_id(journey_id: str, about: str, text: str) -> UUID:
    """The id of a remark follows from what it says about what: the same remark sent twice is one remark."""
    return uuid5(REMARKS, f"{journey_id} {about} {text}")


def keep(engine: Engine, remark: Remark) -> None:
    """Write a remark down. Safe to repeat by its id."""
    try:
        with Session(engine) as session, session.begin():
            if session.get(RemarkRow, remark.id) is None:
                session.add(RemarkRow(**remark.model_dump()))
    except IntegrityError:
        # Somebody else wrote the same remark just now; then it is there, and otherwise the error is another one.
        with Session(engine) as session:
            session.get_one(RemarkRow, remark.id)


def remarks_on(engine: Engine, journey_id: str) -> list[Remark]:
    """The remarks on a journey, the first one first."""
    query = select(RemarkRow).where(RemarkRow.journey_id == journey_id).order_by(RemarkRow.written_at, RemarkRow.id)
    with Session(engine) as session:
        return [Remark(**{name: getattr(row, name) for name in Remark.model_fields}) for row in session.scalars(query)]


REMARKS = UUID("0f1d9c1e-6b0a-5d0f-8a57-53c1a5f4a6d2")
"""Namespace of the ids of remarks."""
