"""Who the candidates are: the one place where identities are written and read."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import candidate_number
from models.tables import CandidateRow


@dataclass(frozen=True)
class Person:
    """Somebody as the import or the coordinator knows them. `identity_number` has 12 digits."""

    identity_number: str
    name: str
    email: str | None = None
    phone: str | None = None

    def __repr__(self) -> str:
        return "Person(…)"  # a person in a log or a traceback would be one too many


class Register:
    """The identity table."""

    def __init__(self, engine: Engine, random: Random) -> None:
        self._engine = engine
        self._random = random

    def number_of(self, person: Person, now: datetime) -> str:
        """The candidate number of a person, drawn if they are new. Safe to repeat by the identity number."""
        for _ in range(ATTEMPTS):
            try:
                with Session(self._engine) as session, session.begin():
                    return self._find_or_add(session, person, now)
            except IntegrityError:
                continue  # someone else registered the same person, or drew the same number, just now
        raise RuntimeError("no free candidate number was found")

    def person(self, number: str) -> Person | None:
        """The person behind a candidate number."""
        with Session(self._engine) as session:
            row = session.get(CandidateRow, number)
            return Person(row.identity_number, row.name, row.email, row.phone) if row else None

    def _find_or_add(self, session: Session, person: Person, now: datetime) -> str:
        query = select(CandidateRow.number).where(CandidateRow.identity_number == person.identity_number)
        number = session.scalar(query)
        if number is None:
            number = candidate_number.draw(self._random)
            session.add(
                CandidateRow(
                    number=number,
                    identity_number=person.identity_number,
                    name=person.name,
                    email=person.email,
                    phone=person.phone,
                    registered_at=now,
                )
            )
        return number


ATTEMPTS = 5
"""Two collisions in a row are already beyond any likelihood."""
