"""Rows that two operators give up: asked in the transaction that records it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.access.losses import why_not_by_two
from models.access.register import Register
from models.events.values import LostRows
from models.ledger.entry import LedgerEntry
from models.message import msg
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.tables.ledger import LedgerRow


def not_lost_by_two(session: Session, register: Register, entry: LedgerEntry) -> Refusal | None:
    """Why rows are not given up: no other operator has said that they are lost, or they are there."""
    said = (entry.event or {}).get("lost") if entry.kind == "repaired" else None
    if said is None or entry.actor is None:
        return None
    lost, key = LostRows.model_validate(said), entry.signed.key if entry.signed else None
    why_not = why_not_by_two(register, entry.journey_id, lost, entry.actor, key, entry.recorded_at)
    if why_not is None and _told_as_lost(session, entry, lost) != lost.last - lost.first + 1:
        why_not = msg("the_loss_takes_two.there", "These rows are not lost: the ledger holds others in their place.")
    return rules.the_loss_takes_two.refuse(why_not) if why_not else None


def _told_as_lost(session: Session, entry: LedgerEntry, lost: LostRows) -> int:
    """How many of these rows say that they stand in the place of a lost one."""
    of_them = (LedgerRow.journey_id == entry.journey_id, LedgerRow.row.between(lost.first, lost.last))
    query = select(func.count()).where(*of_them, LedgerRow.rule == rules.the_row_is_told.id)
    return session.scalar(query) or 0
