"""Messages that were sent already, so that one id stands for one message."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.tables.gateway import PartnerMessageRow
from services.incoming.refusals import MessageIdUsed

REMEMBERED_FOR = timedelta(days=30)
"""Far longer than a system tries to send something again. After that the ledger alone knows its events by their ids."""


def remember(engine: Engine, partner: str, message_id: str, digest: str, at: datetime) -> None:
    """Note that a partner has sent a message; the same again changes nothing. Raises MessageIdUsed for another one."""
    row = {"partner": partner, "message_id": message_id, "digest": digest, "received_at": at}
    try:
        with Session(engine) as session, session.begin():
            session.execute(delete(PartnerMessageRow).where(PartnerMessageRow.received_at < at - REMEMBERED_FOR))
            known = _digest(session, partner, message_id)
            if known is None:
                session.add(PartnerMessageRow(**row))
    except IntegrityError:  # it was sent twice at once
        with Session(engine) as session:
            known = _digest(session, partner, message_id)
    if known not in (None, digest):
        raise MessageIdUsed(
            "gateway.id_used",
            "Another message was sent under this webhook-id. Send this one under an id of its own.",
        )


def _digest(session: Session, partner: str, message_id: str) -> str | None:
    query = select(PartnerMessageRow.digest).filter_by(partner=partner, message_id=message_id)
    return session.scalar(query)
