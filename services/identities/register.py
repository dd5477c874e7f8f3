"""Who the candidates are: the one place where identities are written and read, and where each reading is recorded."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.fields import Strict, Text
from models.identifiers import Actor, CandidateNumber
from models.rules.identity_access import was_qualified, why_it_stays_closed
from models.stages import EndReason, Stage
from models.tables import CandidateRow, IdentityOpeningRow, JourneyRow, LedgerRow
from runtime.errors import Refused


@dataclass(frozen=True)
class Person:
    """Somebody as the import or the coordinator knows them. `identity_number` has 12 digits."""

    identity_number: str
    name: str
    email: str | None = None
    phone: str | None = None

    def __repr__(self) -> str:
        return "Person(…)"  # a person in a log or a traceback would be one too many


class Request(Strict):
    """Who wants to know who a candidate is, and why. `urgent` where somebody's safety cannot wait for the rules."""

    journey_id: str
    candidate: str
    by: Actor
    because: Text
    urgent: bool = False


class Opening(Strict):
    """That an identity was opened: by whom, why, at what moment, and the stage in which the journey was then."""

    journey_id: str
    opened_by: str
    because: str
    opened_at: datetime
    stage: Stage
    urgent: bool


class Register:
    """The identity table."""

    def __init__(self, engine: Engine, random: Random) -> None:
        self._engine = engine
        self._random = random

    def number_of(self, person: Person, now: datetime) -> CandidateNumber:
        """The candidate number of a person, drawn if they are new. Safe to repeat by the identity number."""
        for _ in range(ATTEMPTS):
            try:
                with Session(self._engine) as session, session.begin():
                    return self._find_or_add(session, person, now)
            except IntegrityError:
                continue  # someone else registered the same person, or drew the same number, just now
        raise RuntimeError("no free candidate number was found")

    def open(self, request: Request, now: datetime) -> Person:
        """The person behind a candidate number, and the row that says who opened it: both, or neither.

        Raises Refused while the person is being judged, unless it is urgent, and where nobody is known by that number.
        """
        with Session(self._engine) as session, session.begin():
            stage = _stage(session, request)
            session.add(
                IdentityOpeningRow(
                    number=request.candidate,
                    journey_id=request.journey_id,
                    opened_by=request.by,
                    because=request.because,
                    opened_at=now,
                    stage=stage,
                    urgent=request.urgent,
                )
            )
            person = _person(session, request.candidate)
            if person is None:
                raise Refused(
                    "identity.unknown",
                    "The register contains no person with the number {candidate}. The person may have been erased.",
                    candidate=request.candidate,
                )
        return person

    def _find_or_add(self, session: Session, person: Person, now: datetime) -> CandidateNumber:
        query = select(CandidateRow.number).where(CandidateRow.identity_number == person.identity_number)
        known = session.scalar(query)
        number = CandidateNumber.parse(known) if known else None
        if number is None:
            number = CandidateNumber.draw(self._random)
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


def openings(engine: Engine, number: str) -> list[Opening]:
    """Every opening of a candidate's identity, the first one first."""
    query = select(IdentityOpeningRow).where(IdentityOpeningRow.number == number).order_by(IdentityOpeningRow.id)
    with Session(engine) as session:
        return [Opening.model_validate(row, from_attributes=True) for row in session.scalars(query)]


def _stage(session: Session, request: Request) -> Stage:
    """The stage of the journey for which an identity is opened. Raises Refused where it stays closed."""
    journey = session.get_one(JourneyRow, request.journey_id)
    stage = Stage(journey.stage)
    why_not = None if request.urgent else why_it_stays_closed(stage, _was_qualified(session, journey))
    if why_not is not None:
        raise Refused(why_not)
    return stage


def _was_qualified(session: Session, journey: JourneyRow) -> bool:
    """Of a closed journey, whether its check was passed: by the ledger row that closed it."""
    closed = select(LedgerRow.stage_before).where(LedgerRow.journey_id == journey.journey_id)
    closed = closed.where(LedgerRow.accepted.is_(True), LedgerRow.stage_after == Stage.CLOSED)
    left = session.scalar(closed.where(LedgerRow.stage_before != Stage.CLOSED).order_by(LedgerRow.row.desc()).limit(1))
    return left is not None and was_qualified(Stage(left), EndReason(journey.end_reason or EndReason.OTHER))


def _person(session: Session, number: str) -> Person | None:
    row = session.get(CandidateRow, number)
    return Person(row.identity_number, row.name, row.email, row.phone) if row else None


ATTEMPTS = 5
"""Two collisions in a row are already beyond any likelihood."""
