"""The accepted events of another journey than the one at hand, as a worker of ours has written them in the ledger."""

from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from activities.contents import event_in
from activities.genuine import is_genuine
from activities.sealing import sealer_on
from models.access.register import Register
from models.events.events import EVENT
from models.identifiers import JourneyId
from models.journey.fold import Entry
from models.tables.ledger import LedgerRow


class ReadEntries(NamedTuple):
    """What was read of a journey: its accepted events, and the number of the last row; 0 where there is none."""

    entries: tuple[Entry, ...]
    last_row: int


def accepted_entries(session: Session, engine: Engine, register: Register, journey_id: JourneyId) -> ReadEntries:
    """The accepted events of a journey; none of a candidate who was erased."""
    query = select(LedgerRow).where(LedgerRow.journey_id == journey_id, LedgerRow.accepted.is_(True))
    rows = [row for row in session.scalars(query.order_by(LedgerRow.row)) if is_genuine(register, row)]
    seal = sealer_on(engine).unless_ended(journey_id.candidate, session) if rows else None
    if seal is None:
        return ReadEntries((), 0)
    said = [(row, event) for row in rows if (event := event_in(seal, row)) is not None]
    entries = (Entry(event=EVENT.validate_python(event), recorded_at=row.recorded_at) for row, event in said)
    return ReadEntries(tuple(entries), rows[-1].row if rows else 0)
