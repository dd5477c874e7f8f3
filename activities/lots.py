"""The order that was drawn, asked while recording: who waits with an earlier number and was offered nothing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ledger.entry import LedgerEntry
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.state.offer import item_of_drawing
from models.tables.journeys import JourneyRow, OpenItemRow


def out_of_order(session: Session, entry: LedgerEntry) -> Refusal | None:
    """That somebody with an earlier number waits, checked for the same profile, to whom no place was offered. Who is
    paused waits for something else."""
    if entry.lot is None:
        return None
    of_others = (OpenItemRow.programme == entry.programme, OpenItemRow.journey_id != entry.journey_id)
    query = select(OpenItemRow.days).join(JourneyRow, JourneyRow.journey_id == OpenItemRow.journey_id)
    query = query.where(OpenItemRow.item == item_of_drawing(entry.lot.seed), OpenItemRow.days < entry.lot.number)
    query = query.where(*of_others, JourneyRow.profile == entry.lot.profile)
    before = [number for number in session.scalars(query) if number is not None]
    return rules.earlier_numbers_come_first(entry.lot, before)
