"""Who is signed in at the desk: of each session what ends it, and never what opens it."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class DeskSessionRow(Base):
    """A session of the desk, by the hash of the secret that the browser keeps: whoever reads the table opens none.

    `issuer`, `subject` and `provider_session` are the sign-in service's, which may end it; `level` is how sure the
    service was.
    """

    __tablename__ = "desk_sessions"
    __table_args__ = (
        Index("ix_desk_sessions_ends_at", "ends_at"),
        Index("ix_desk_sessions_subject", "subject"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(80))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    provider_session: Mapped[str | None] = mapped_column(String(255))
    level: Mapped[str | None] = mapped_column(String(200))
    signed_in_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
