"""What is read from the ledger – where journeys stand and which way they took – and positions with their places."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

TITLE = String(200).with_variant(Text, "postgresql")
"""Long enough for both languages; SQLite asks no text for its length."""


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
        Index("ix_journeys_updated_at", "updated_at"),
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
    """A stage that a journey passed, numbered from 0 in the order of the way; without `left_on` it is there still.

    `began_on` is the first day at work, where that is not the day on which it was agreed.
    """

    __tablename__ = "passages"

    journey_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(String(32))
    entered_on: Mapped[date]
    left_on: Mapped[date | None]
    began_on: Mapped[date | None]


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


class OpenItemRow(Base):
    """Something that a journey waits for, with what a list asks of the journey itself.

    `item` names it within its journey; `partner` is the partner who owes it, `about` the kind of event that it is
    about, and `days` the number of days in its name.
    """

    __tablename__ = "open_items"
    __table_args__ = (
        # One for each way of asking who needs something today, in the order in which it is shown, page by page.
        Index("ix_open_items_due_on", "due_on", "journey_id", "item"),
        Index("ix_open_items_coordinator_due_on", "coordinator", "due_on", "journey_id", "item"),
        Index("ix_open_items_site_due_on", "site", "due_on", "journey_id", "item"),
        Index("ix_open_items_programme_due_on", "programme", "due_on", "journey_id", "item"),
    )

    journey_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    item: Mapped[str] = mapped_column(String(200), primary_key=True)
    candidate: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(32))
    programme: Mapped[str] = mapped_column(String(64))
    site: Mapped[str] = mapped_column(String(64))
    coordinator: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(64))
    of_whom: Mapped[str] = mapped_column(String(64))
    since: Mapped[date]
    due_on: Mapped[date | None]
    partner: Mapped[str | None] = mapped_column(String(64))
    about: Mapped[str | None] = mapped_column(String(64))
    days: Mapped[int | None]


class PositionRow(Base):
    """A position as the files define it; a position that has left the files keeps its row with no places."""

    __tablename__ = "positions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(TITLE)
    unit: Mapped[str] = mapped_column(TITLE)
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
    title: Mapped[str] = mapped_column(TITLE)
    unit: Mapped[str] = mapped_column(TITLE)
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
