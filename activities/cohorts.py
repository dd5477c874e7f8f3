"""Places in cohorts, counted while recording: who was admitted to one, and has not left before it began."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from activities.accepted_entries import accepted_entries
from models.access.register import Register
from models.events.events import ReferralAccepted
from models.identifiers import JourneyId
from models.journey.fold import in_effect
from models.ledger.entry import LedgerEntry
from models.programme.cohorts import Cohort
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.stages import Stage
from models.tables.journeys import JourneyRow


def no_place_in_cohort(
    session: Session, register: Register, entry: LedgerEntry, *, locking: bool = True
) -> Refusal | None:
    """That every place of the cohort is taken to which the candidate is admitted, or comes back."""
    if entry.cohort is None:
        return None
    cohort = entry.cohort.cohort
    if locking and session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        name = f"hela_vagen.cohort.{entry.programme}.{cohort.id}"
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
    admitted = sum(_is_in(session, register, other, cohort) for other in _others(session, entry, cohort))
    return rules.a_place_in_the_cohort_is_free(entry.cohort, admitted)


def _others(session: Session, entry: LedgerEntry, cohort: Cohort) -> list[JourneyId]:
    """Journeys of the programme that have come beyond the referral, and had not ended when the cohort began."""
    stays = or_(JourneyRow.stage != Stage.CLOSED, JourneyRow.since >= cohort.starts_on)
    query = select(JourneyRow.journey_id).where(JourneyRow.programme == entry.programme, stays)
    query = query.where(JourneyRow.stage != Stage.REFERRAL, JourneyRow.journey_id != entry.journey_id)
    return [JourneyId.parse(one) for one in session.scalars(query).all()]


def _is_in(session: Session, register: Register, journey: JourneyId, cohort: Cohort) -> bool:
    read = accepted_entries(session, session.get_bind().engine, register, journey)
    admitted = [one.event for one in in_effect(read.entries) if isinstance(one.event, ReferralAccepted)]
    return bool(admitted) and admitted[-1].cohort == cohort.id
