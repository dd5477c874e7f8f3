"""Nobody is in a programme twice at a time: what is asked of the candidate's other journeys in it, while recording."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.register import Register
from models.identifiers import JourneyId
from models.ledger.entry import LedgerEntry
from models.message import msg
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.stages import ENDED_STAGES
from models.tables.journeys import JourneyRow

STANDS = msg(
    "the_earlier_way_has_ended.stands",
    "The candidate's earlier journey in this programme has not ended. Record what happens in that one.",
)


def not_in_turn(session: Session, register: Register, entry: LedgerEntry, *, locking: bool = True) -> Refusal | None:
    """Whoever comes back has ended the journey before, which stays ended from then on, whatever is reopened or
    corrected in it. Who was joined is in the programme by each of their numbers."""
    goes_on = entry.stage_before in ENDED_STAGES and entry.standing.stage not in ENDED_STAGES
    if entry.kind == "referred":
        return _not_ended_before(session, entry.journey_id, locking) or _in_it_already(session, register, entry)
    if goes_on:
        return _begun_anew(session, entry.journey_id, locking) or _in_it_already(session, register, entry)
    return None


def _not_ended_before(session: Session, journey_id: JourneyId, locking: bool) -> Refusal | None:
    before = journey_id.before
    row = session.get(JourneyRow, before, with_for_update=locking) if before else None
    if before is None or (row is not None and row.stage in ENDED_STAGES):
        return None
    return rules.the_earlier_way_has_ended.refuse(STANDS)


def _begun_anew(session: Session, journey_id: JourneyId, locking: bool) -> Refusal | None:
    # The lock makes this and the referral of the next journey come one after another.
    session.get(JourneyRow, journey_id, with_for_update=locking)
    if session.get(JourneyRow, journey_id.after) is None:
        return None
    return rules.the_earlier_way_has_ended.refuse(
        msg(
            "the_earlier_way_has_ended.begun_anew",
            "The candidate has begun anew in this programme, so this journey stays ended. Record what happens in the "
            "later one.",
        )
    )


def _in_it_already(session: Session, register: Register, entry: LedgerEntry) -> Refusal | None:
    """That the person is in the programme by another number of theirs."""
    own = entry.journey_id.candidate
    others = [number for number in register.joins.numbers_of(own, entry.recorded_at) if number != own]
    if not others:
        return None
    standing = select(JourneyRow.journey_id).where(JourneyRow.candidate.in_(others), JourneyRow.erased_on.is_(None))
    standing = standing.where(JourneyRow.programme == entry.programme, JourneyRow.stage.not_in(ENDED_STAGES))
    if session.scalar(standing.limit(1)) is None:
        return None
    return rules.the_earlier_way_has_ended.refuse(STANDS)
