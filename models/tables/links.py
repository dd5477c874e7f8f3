"""One-time links that letters carry, mails that came in answer to letters, and who has looked at these."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class LinkRow(Base):
    """That a letter carried a link, for whoever it was sent to. Never changed.

    `token` is the SHA-256 of what stands in the link, which is kept nowhere. `recipient` is the partner, or whoever of
    the staff read the letter. A letter that is sent again may carry another link; each counts until `expires_at`.
    """

    __tablename__ = "links"
    __table_args__ = (Index("ix_links_notice_id", "notice_id"),)

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    notice_id: Mapped[UUID]
    journey_id: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ReceivedMailRow(Base):
    """A mail that came to the address for replies. Never changed.

    `id` follows from the mail, so that the same one is kept once. `what` says what it was taken for. `notice_id` is the
    letter that it answers, where it answers one, and `contents` the whole mail, sealed: with the candidate's key, or
    where it is about no letter of ours with one of its own.
    """

    __tablename__ = "received_mails"
    __table_args__ = (
        Index("ix_received_mails_notice_id", "notice_id"),
        Index("ix_received_mails_received_at", "received_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    what: Mapped[str] = mapped_column(String(16))
    notice_id: Mapped[UUID | None]
    journey_id: Mapped[str | None] = mapped_column(String(200))
    received_at: Mapped[datetime]
    contents: Mapped[bytes]


class MailActRow(Base):
    """That one of the staff has read or settled a mail that was kept. Never changed, and stays when the mail goes.

    `what` is `read`, or what came of it (`services.letters.kept.Outcome`).
    """

    __tablename__ = "mail_acts"

    mail_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
