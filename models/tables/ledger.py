"""The ledger, the statements of authority, archived histories and notices."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import JSON_OR_NULL, Base


class LedgerRow(Base):
    """One event and its answer. `row` counts from 1 in each journey, without gaps. Never changed, never removed.

    `contents` are the event and the receipt, sealed: see `activities.contents`. `digest` names the event, `commitment`
    the receipt, both salted, and `rules_digest` the rules by which it was judged. `hash` is the row's own, over all but
    the contents; `previous` that of the row before; `form` says what the hash covers: see `models.ledger.hash_chain`.
    `key` and `signature` are those of whoever sent the event, over its digest and the journey; `worker` and
    `worker_signature` those of the worker that wrote the row, over its hash: see `models.signatures`. `sign_in` is by
    what a server of ours knew the author, where it has signed for them: see `models.sign_ins`.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("journey_id", "row"),
        UniqueConstraint("journey_id", "event_id"),
        # For the journeys of a candidate, whose ids begin alike: of each the first row.
        Index(
            "ix_ledger_of_candidate",
            "journey_id",
            postgresql_ops={"journey_id": "varchar_pattern_ops"},
            postgresql_where=text("row = 1"),
            sqlite_where=text("row = 1"),
        ),
        # For what waits for a second person, in all journeys.
        Index(
            "ix_ledger_proposals",
            "recorded_at",
            postgresql_where=text("kind = 'correction_proposed'"),
            sqlite_where=text("kind = 'correction_proposed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    journey_id: Mapped[str] = mapped_column(String(200))
    row: Mapped[int]
    event_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str | None] = mapped_column(String(80))
    effective_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    accepted: Mapped[bool]
    rule: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(Text)
    stage_before: Mapped[str | None] = mapped_column(String(32))
    stage_after: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    contents: Mapped[bytes]
    rules_digest: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    form: Mapped[int | None]
    key: Mapped[str | None] = mapped_column(String(64))
    signature: Mapped[str | None] = mapped_column(String(128))
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(JSON_OR_NULL)
    hash: Mapped[str] = mapped_column(String(64))
    worker: Mapped[str | None] = mapped_column(String(64))
    worker_signature: Mapped[str | None] = mapped_column(String(128))


class StatementRow(Base):
    """A statement of authority, signed by whoever made it. Never changed, never removed: see `models.access`."""

    __tablename__ = "statements"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    said: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class ArchivedHistoryRow(Base):
    """The Temporal history of one closed run, kept longer than the server keeps it. Never changed, never removed."""

    __tablename__ = "archived_histories"

    journey_id: Mapped[str] = mapped_column(String(1000), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime]
    events: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    archived_at: Mapped[datetime]
    packed: Mapped[bytes]


class NoticeRow(Base):
    """A notice to one recipient, written with the ledger row and remembered as it is sent, and to whom: of a notice to
    the employer's own that is whoever was in charge that day.

    `kind` is that of the event; `contents` is the notice itself, sealed. It is pending since it was written, or since
    it was taken up again after it had been given up. `ways` says what came of each way by which a recipient of several
    is told, such as `email:sent webhook:dead`; `bounced_at` since when it is known that the mail came back undelivered.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_journey_event", "journey_id", "event_id"),
        Index("ix_notices_status_pending_since", "status", "pending_since"),
        Index("ix_notices_created_at", "created_at"),
        Index("ix_notices_recipient", "recipient"),
    )

    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    journey_id: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[UUID]
    recipient: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    pending_since: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_to: Mapped[str | None] = mapped_column(String(64))
    acknowledged_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(64))
    contents: Mapped[bytes]
    ways: Mapped[str | None] = mapped_column(String(64))
