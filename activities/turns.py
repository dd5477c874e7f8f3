"""Nobody is in a programme twice at a time: what is asked of the candidate's other journeys in it, while recording."""

from sqlalchemy.orm import Session

from models.identifiers import JourneyId
from models.ledger.entry import LedgerEntry
from models.message import msg
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.stages import ENDED_STAGES
from models.tables.journeys import JourneyRow


def not_in_turn(session: Session, entry: LedgerEntry, *, locking: bool = True) -> Refusal | None:
    """Whoever comes back has ended the journey before, which stays ended from then on, whatever is reopened or
    corrected in it."""
    if entry.kind == "referred":
        return _not_ended_before(session, entry.journey_id, locking)
    goes_on = entry.stage_before in ENDED_STAGES and entry.standing.stage not in ENDED_STAGES
    return _begun_anew(session, entry.journey_id, locking) if goes_on else None


def _not_ended_before(session: Session, journey_id: JourneyId, locking: bool) -> Refusal | None:
    before = journey_id.before
    row = session.get(JourneyRow, before, with_for_update=locking) if before else None
    if before is None or (row is not None and row.stage in ENDED_STAGES):
        return None
    return rules.the_earlier_way_has_ended.refuse(
        msg(
            "the_earlier_way_has_ended.stands",
            "The candidate's earlier journey in this programme has not ended. Record what happens in that one.",
        )
    )


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
