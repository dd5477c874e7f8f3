"""Who the candidates are, their keys, what was written and read of them, and what was erased: apart from all else."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import JSON_OR_NULL, Base


class CandidateRow(Base):
    """Who a candidate is: name, contact and identity number, sealed in `contents` (see `activities.identities`).

    `identity_index` is what the identity number is found by: see `activities.sealing.Sealer.index`.
    """

    __tablename__ = "candidates"

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    identity_index: Mapped[str] = mapped_column(String(64), unique=True)
    contents: Mapped[bytes]
    registered_at: Mapped[datetime]


class SearchTokenRow(Base):
    """That something a candidate is found by falls under a token: the beginning of a name, a telephone number, an
    address. Tokens are keyed hashes, cut so short that others fall under the same: see `services.identities.words`.
    They go with the identity."""

    __tablename__ = "search_tokens"
    __table_args__ = (Index("ix_search_tokens_candidate", "candidate"),)

    token: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidate: Mapped[str] = mapped_column(String(16), primary_key=True)


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
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(JSON_OR_NULL)


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
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(JSON_OR_NULL)


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
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(JSON_OR_NULL)


class ReadRow(Base):
    """That somebody read of a candidate, or was `refused` since the candidate is protected: written before anything is
    shown. Never changed, never removed.

    `number` counts from 1 in each journey; `relation` is how near the reader was. Their reason, which those in charge
    need not give, is sealed in `contents`, and `commitment` is its salted hash; without a reason there is none.
    `previous` is the hash of the journey's reading before, `key` and `signature` are the reader's, or those of a server
    that knew the reader by `sign_in`: see `models.access.readings`.
    """

    __tablename__ = "reads"
    __table_args__ = (
        UniqueConstraint("journey_id", "number"),
        Index("ix_reads_read_at", "read_at"),
        Index("ix_reads_candidate", "candidate"),
        Index("ix_reads_actor", "actor"),
    )

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
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(JSON_OR_NULL)


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


class ReportRow(Base):
    """That somebody read the true figures of a programme (`read`), or published those that tell no small group
    (`published`, with the `figures` as they were handed on, and the counts behind them). Never changed, never removed.

    It is numbered, chained and signed as rows of the training record are: see `models.access.chained_rows`.
    """

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_programme_act", "programme", "act"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    programme: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    figures: Mapped[str | None] = mapped_column(Text)
    basis: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(JSON_OR_NULL)


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
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(JSON_OR_NULL)
