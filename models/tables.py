"""The database: the ledger, what is read from it, places, notices, and, apart from them, who the candidates are."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, DateTime, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Fixed names for constraints, so that migrations can name them on both databases."""


class UtcMoment(TypeDecorator[datetime]):
    """A moment in UTC with its time zone, also from SQLite, which keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcMoment(),
        UUID: Uuid(),
        dict[str, Any]: JSON().with_variant(postgresql.JSONB(), "postgresql"),
    }


class CandidateRow(Base):
    """Who a candidate is: name, contact and identity number, sealed in `contents` (see `activities.identities`).

    `identity_index` is what the identity number is found by: see `activities.sealing.Sealer.index`.
    """

    __tablename__ = "candidates"

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    identity_index: Mapped[str] = mapped_column(String(64), unique=True)
    contents: Mapped[bytes]
    registered_at: Mapped[datetime]


class CandidateKeyRow(Base):
    """The key that seals all that is a candidate's, wrapped by the master key; None once it was ended by a decision."""

    __tablename__ = "candidate_keys"

    candidate: Mapped[str] = mapped_column(String(16), primary_key=True)
    wrapped: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DisposalRow(Base):
    """That somebody proposed to erase a candidate by a decision, or that another carried it out: see
    `models.access.disposals`. Never changed, never removed; it names nobody but those who act.

    It is numbered, chained and signed as rows of the training record are: see `models.access.chained_rows`.
    """

    __tablename__ = "disposals"
    __table_args__ = (Index("ix_disposals_candidate", "candidate"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidate: Mapped[str] = mapped_column(String(16))
    act: Mapped[str] = mapped_column(String(16))
    decision: Mapped[str] = mapped_column(String(60))
    day: Mapped[date]
    proposal: Mapped[int | None]
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class IdentityCommitmentRow(Base):
    """That somebody registered a candidate, or put right who they are: by a salted hash, which says nothing without the
    salt that is sealed with the identity. Of a candidate the latest row holds. Never changed, never removed.

    It is numbered, chained and signed as rows of the training record are: see `models.access.chained_rows`.
    """

    __tablename__ = "identity_commitments"
    __table_args__ = (Index("ix_identity_commitments_candidate", "candidate"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidate: Mapped[str] = mapped_column(String(16))
    commitment: Mapped[str] = mapped_column(String(64))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class ProtectionRow(Base):
    """That a candidate is protected (skyddade personuppgifter): only the named `staff` may read of them; nobody named
    ends it. Of a candidate the latest row holds. Never changed, never removed.

    `contents` is the reason, sealed, and `commitment` its salted hash. It is numbered, chained and signed as rows of
    the training record are: see `models.access.chained_rows`.
    """

    __tablename__ = "protections"
    __table_args__ = (Index("ix_protections_candidate", "candidate"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidate: Mapped[str] = mapped_column(String(16))
    staff: Mapped[str] = mapped_column(Text)
    commitment: Mapped[str] = mapped_column(String(64))
    contents: Mapped[bytes]
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class ReadRow(Base):
    """That somebody read of a candidate, or was `refused` since the candidate is protected: written before anything is
    shown. Never changed, never removed.

    `number` counts from 1 in each journey; `relation` is how near the reader was. Their reason, which those in charge
    need not give, is sealed in `contents`, and `commitment` is its salted hash; without a reason there is none.
    `previous` is the hash of the journey's reading before, `key` and `signature` are the reader's: see
    `models.access.readings`.
    """

    __tablename__ = "reads"
    __table_args__ = (UniqueConstraint("journey_id", "number"), Index("ix_reads_read_at", "read_at"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    journey_id: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    candidate: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(16))
    commitment: Mapped[str | None] = mapped_column(String(64))
    contents: Mapped[bytes]
    read_at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(String(32))
    relation: Mapped[str] = mapped_column(String(16))
    urgent: Mapped[bool]
    refused: Mapped[bool]
    previous: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class TextRow(Base):
    """What somebody wrote in an event, kept apart from it: the event carries the id, which is a reference.

    `contents` are the text and its salt, sealed, and None once they are erased. Never changed otherwise, never removed:
    see `models.events.texts`.
    """

    __tablename__ = "texts"
    __table_args__ = (Index("ix_texts_journey_id", "journey_id"),)

    id: Mapped[str] = mapped_column(String(69), primary_key=True)
    journey_id: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[UUID]
    field: Mapped[str] = mapped_column(String(64))
    written_by: Mapped[str] = mapped_column(String(80))
    written_at: Mapped[datetime]
    contents: Mapped[bytes | None]


class TextErasureRow(Base):
    """That a text was erased, by which decision of whom. Never changed, never removed.

    It is numbered, chained and signed as rows of the training record are: see `models.access.chained_rows`.
    """

    __tablename__ = "text_erasures"
    __table_args__ = (UniqueConstraint("text"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(69))
    journey_id: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[str] = mapped_column(String(200))
    decision: Mapped[str] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class LedgerRow(Base):
    """One event and its answer. `row` counts from 1 in each journey, without gaps. Never changed, never removed.

    `contents` are the event and the receipt, sealed: see `activities.contents`. `digest` names the event, `commitment`
    the receipt, both salted, and `rules_digest` the rules by which it was judged. `hash` is the row's own, over all but
    the contents; `previous` that of the row before; `form` says what the hash covers: see `models.ledger.hash_chain`.
    `key` and `signature` are those of whoever sent the event, over its digest and the journey; `worker` and
    `worker_signature` those of the worker that wrote the row, over its hash: see `models.signatures`.
    """

    __tablename__ = "ledger"
    __table_args__ = (UniqueConstraint("journey_id", "row"), UniqueConstraint("journey_id", "event_id"))

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


class JourneyRow(Base):
    """Where a journey stands: read from by lists, written in the ledger's transaction."""

    __tablename__ = "journeys"
    __table_args__ = (
        # One for each way of asking who needs something today, in the order in which it is shown, page by page.
        Index("ix_journeys_due_on", "due_on", "journey_id"),
        Index("ix_journeys_coordinator_due_on", "coordinator", "due_on", "journey_id"),
        Index("ix_journeys_site_due_on", "site", "due_on", "journey_id"),
        Index("ix_journeys_programme_due_on", "programme", "due_on", "journey_id"),
        Index("ix_journeys_stage_since", "stage", "since", "journey_id"),
        Index("ix_journeys_programme_stage", "programme", "stage"),
        Index("ix_journeys_candidate", "candidate"),
        Index("ix_journeys_limit_on", "limit_on", "journey_id"),
    )

    journey_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    candidate: Mapped[str] = mapped_column(String(16))
    programme: Mapped[str] = mapped_column(String(64))
    stage: Mapped[str] = mapped_column(String(32))
    since: Mapped[date]
    paused: Mapped[bool]
    site: Mapped[str] = mapped_column(String(64))
    coordinator: Mapped[str] = mapped_column(String(64))
    position: Mapped[str | None] = mapped_column(String(64))
    end_reason: Mapped[str | None] = mapped_column(String(64))
    hired_on: Mapped[date | None]
    of_whom: Mapped[str] = mapped_column(String(64))
    waits_for: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date | None]
    limit_on: Mapped[date | None]
    limit_by: Mapped[str | None] = mapped_column(Text)
    events: Mapped[int]
    updated_at: Mapped[datetime]
    referring_partner: Mapped[str | None] = mapped_column(String(64))
    profile: Mapped[str | None] = mapped_column(String(64))
    erased_on: Mapped[date | None]


class StagePeriodRow(Base):
    """A stage that a journey passed, numbered from 0 in the order of the way; without `left_on` it is there still."""

    __tablename__ = "passages"

    journey_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(String(32))
    entered_on: Mapped[date]
    left_on: Mapped[date | None]


class FindingRow(Base):
    """What the latest requirement check of a journey found on one requirement."""

    __tablename__ = "findings"

    journey_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    requirement: Mapped[str] = mapped_column(String(64), primary_key=True)
    essential: Mapped[bool]
    result: Mapped[str] = mapped_column(String(16))
    profile: Mapped[str] = mapped_column(String(64))


class FollowUpRow(Base):
    """What became of somebody, so many days after the end of the way."""

    __tablename__ = "follow_ups"

    journey_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    after_days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[str] = mapped_column(String(32))


class PositionRow(Base):
    """A position as the files define it; a position that has left the files keeps its row with no places."""

    __tablename__ = "positions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(200))
    site: Mapped[str] = mapped_column(String(64))
    staffing_need: Mapped[str] = mapped_column(Text)
    profile: Mapped[str] = mapped_column(String(64))
    programmes: Mapped[str] = mapped_column(Text)
    places: Mapped[int]


class PositionChangeRow(Base):
    """What a position offers from a moment on, as the files said when a worker began. Never changed, never removed.

    Of a position the latest row holds, and the table of positions says the same. It is numbered and chained as the
    staff of units is, and signed by the worker.
    """

    __tablename__ = "position_changes"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(200))
    site: Mapped[str] = mapped_column(String(64))
    staffing_need: Mapped[str] = mapped_column(Text)
    profile: Mapped[str] = mapped_column(String(64))
    programmes: Mapped[str] = mapped_column(Text)
    places: Mapped[int]
    recorded_at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))


class PlaceRow(Base):
    """A place that a journey holds: at most one a journey."""

    __tablename__ = "places_taken"
    __table_args__ = (Index("ix_places_taken_position", "position"),)

    journey_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    position: Mapped[str] = mapped_column(ForeignKey("positions.id"))
    taken_at: Mapped[datetime]


class NoticeRow(Base):
    """A notice to one recipient, written with the ledger row and remembered as it is sent, and to whom: of a notice to
    the employer's own that is whoever was in charge that day.

    `kind` is that of the event; `contents` is the notice itself, sealed.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_journey_event", "journey_id", "event_id"),
        Index("ix_notices_status_created_at", "status", "created_at"),
    )

    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    journey_id: Mapped[str] = mapped_column(String(200))
    event_id: Mapped[UUID]
    recipient: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_to: Mapped[str | None] = mapped_column(String(64))
    acknowledged_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(64))
    contents: Mapped[bytes]


class UnitStaffRow(Base):
    """Somebody works in a unit: a member of staff by their short name, an intern by their candidate number.

    Of a person's employment that begins on a day the latest row holds, and none where it is struck. Never changed.
    `number` counts from 1 and `previous` is the hash of the row before; `key` and `signature` are those of who
    recorded it: see `models.access.chained_rows`. Rows from before there were keys have none of these.
    """

    __tablename__ = "unit_staff"
    __table_args__ = (Index("ix_unit_staff_unit", "unit"), Index("ix_unit_staff_number", "number", unique=True))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    unit: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(16))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    struck: Mapped[bool]
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    number: Mapped[int | None]
    previous: Mapped[str | None] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(64))
    signature: Mapped[str | None] = mapped_column(String(128))


class TrainingCompletionRow(Base):
    """Somebody has taken a part of a training package. Of the same completion the latest row holds. Never changed.

    It is numbered, chained and signed as the staff of units is.
    """

    __tablename__ = "training_completions"
    __table_args__ = (
        Index("ix_training_completions_package_person", "package", "person"),
        Index("ix_training_completions_number", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(String(64))
    package: Mapped[str] = mapped_column(String(64))
    part: Mapped[str] = mapped_column(String(64))
    completed_on: Mapped[date]
    struck: Mapped[bool]
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    number: Mapped[int | None]
    previous: Mapped[str | None] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(64))
    signature: Mapped[str | None] = mapped_column(String(128))
