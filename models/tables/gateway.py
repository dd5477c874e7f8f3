"""What partners' systems have sent: no more than is needed to know a message again."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class PartnerMessageRow(Base):
    """That a partner's system has sent a message: the same under its id is answered alike, another is refused.

    `digest` is a hash of what it said under the candidate's own key, so that it says nothing once that has ended.
    Forgotten after some weeks: see `services.incoming.remembered`.
    """

    __tablename__ = "partner_messages"
    __table_args__ = (Index("ix_partner_messages_received_at", "received_at"),)

    partner: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
