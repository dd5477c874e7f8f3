"""Whom a message is about: among the journeys that its partner has to do with, and no others."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Engine, Select, exists, or_, select
from sqlalchemy.orm import Session

from activities.authority import KnownRegister
from models.identifiers import CandidateNumber, JourneyId
from models.message import msg
from models.tables.journeys import JourneyRow
from models.tables.ledger import NoticeRow
from services.incoming.reading import Sent
from services.incoming.references import References
from services.incoming.refusals import NoSuchJourney, SeveralJourneys

NO_JOURNEY = msg(
    "gateway.no_journey",
    "You have nothing to do with such a candidate here. Check the number, your reference or the programme.",
)


class Whose:
    """Finds the journey that a message is about."""

    def __init__(self, engine: Engine, register: KnownRegister) -> None:
        self._engine = engine
        self._register = register
        self._references = References(engine, register)

    def journey(self, partner: str, sent: Sent) -> JourneyId:
        """The journey that a partner means. Raises NoSuchJourney, SeveralJourneys."""
        with Session(self._engine) as session:
            found = list(dict.fromkeys(self._meant(session, partner, sent.subject)))
            notice = self._of_notice(session, partner, str(sent.fields.get("notice_id", "")))
        if sent.programme is not None:
            found = [one for one in found if one.is_in(sent.programme)]
        if not found:
            raise NoSuchJourney(NO_JOURNEY)
        if notice is not None and notice in found:
            return notice
        if len(programmes := dict.fromkeys(one.programme for one in found)) > 1:
            raise SeveralJourneys(
                "gateway.several_journeys",
                "It may be about one of several journeys. Name the programme: {programmes}.",
                programmes=list(programmes),
            )
        return max(found, key=lambda one: one.turn)

    def _meant(self, session: Session, partner: str, subject: str) -> Iterable[JourneyId]:
        if (notice := self._of_notice(session, partner, subject)) is not None:
            return [notice]
        number = CandidateNumber.read(subject)
        if number is not None:
            numbers = self._register.register(session).joins.numbers_of(number)
            if found := _ids(session, journeys_of(partner).where(JourneyRow.candidate.in_(numbers))):
                return found
        return self._references.find(session, partner, subject)

    def _of_notice(self, session: Session, partner: str, number: str) -> JourneyId | None:
        """The journey of a notice that was written to the partner."""
        try:
            notice_id = UUID(number)
        except ValueError:
            return None
        row = session.get(NoticeRow, notice_id)
        if row is None or row.recipient != partner:
            return None
        return next(iter(_ids(session, journeys_of(partner).where(JourneyRow.journey_id == row.journey_id))), None)


def journeys_of(partner: str) -> Select[str]:
    """The journeys that a partner has to do with: it has referred the candidate, or was written to. Not of those who
    were erased."""
    told = exists().where(NoticeRow.journey_id == JourneyRow.journey_id, NoticeRow.recipient == partner)
    mine = or_(JourneyRow.referring_partner == partner, told)
    return select(JourneyRow.journey_id).where(mine, JourneyRow.erased_on.is_(None)).order_by(JourneyRow.journey_id)


def _ids(session: Session, query: Select[str]) -> list[JourneyId]:
    return [JourneyId.parse(one) for one in session.scalars(query)]
