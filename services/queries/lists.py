"""What is read from the database for lists and reports. Read-only; every list is one query."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, BeforeValidator
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from activities.outbox import Delivery
from activities.places import free_places
from models.fields import Strict
from models.identifiers import CandidateNumber, JourneyId
from models.journey.fold import Entry, entries_of
from models.ledger.receipt import Receipt
from models.projections.details import Details, FollowedUp
from models.projections.requirement_results import RequirementResult
from models.stages import EndReason, Stage
from models.state.stage_history import StagePeriod
from models.tables import FindingRow, FollowUpRow, JourneyRow, LedgerRow, NoticeRow, PositionRow, StagePeriodRow
from services.queries.work_queue import (
    PAGE,
    WaitingPage,
    WorkPage,
    fitting,
    waiting_page,
    waiting_query,
    work_page,
    work_query,
)

M = TypeVar("M", bound=BaseModel)
L = TypeVar("L", bound="Line")

PERMANENT_SOON = timedelta(days=60)
"""A role that the law soon makes permanent is shown two months ahead: till then there is something to decide."""


class Line(Strict):
    """A row of a table as it is shown."""

    @classmethod
    def of(cls, row: object) -> Self:
        return cls.model_validate(row, from_attributes=True)


Id = Annotated[str, BeforeValidator(str)]


class JourneyLine(Line):
    """A journey in a list."""

    journey_id: JourneyId
    candidate: CandidateNumber
    programme: str
    stage: Stage
    since: date
    paused: bool
    site: str
    coordinator: str
    position: str | None
    end_reason: EndReason | None
    hired_on: date | None
    of_whom: str
    waits_for: str
    due_on: date | None
    limit_on: date | None
    limit_by: str | None
    referring_partner: str | None
    profile: str | None
    events: int


class LedgerLine(Line):
    """A ledger row: what was said, by whom, the answer, and its link of the chain (see `models.ledger.hash_chain`)."""

    journey_id: str
    row: int
    event_id: Id
    kind: str
    actor: str | None
    effective_on: date | None
    recorded_at: datetime
    accepted: bool
    rule: str | None
    source: str | None
    stage_before: Stage | None
    stage_after: Stage | None
    event: dict[str, Any] | None
    digest: str
    rules_digest: str | None
    receipt: Receipt
    previous: str
    hash: str


def accepted_entries(lines: Iterable[LedgerLine]) -> tuple[Entry, ...]:
    """The accepted events of ledger lines, in the order of recording."""
    return entries_of(line for line in lines if line.receipt.accepted and line.event)


class NoticeLine(Line):
    """A notice and how far it has come."""

    notice_id: Id
    journey_id: str
    event_id: Id
    kind: str
    recipient: str
    status: Delivery
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None


class PositionLine(Line):
    """A position and how many of its places are free."""

    id: str
    title: str
    unit: str
    site: str
    staffing_need: str
    profile: str
    programmes: str
    places: int
    free: int = 0


class Lists:
    """Reads the database; never writes. Every list is one query."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """For those who read what no list shows."""
        return self._engine

    def journeys(self, *, limit: int = 200, **wanted: str | None) -> list[JourneyLine]:
        """Journeys that fit, latest change first. `wanted` are columns: journey_id, candidate, programme, stage, …"""
        query = select(JourneyRow).order_by(JourneyRow.updated_at.desc(), JourneyRow.journey_id).limit(limit)
        return self._lines(JourneyLine, fitting(query, **wanted))

    def today(self, today: date, *, page: int = 1, size: int = PAGE, **wanted: str | None) -> WorkPage:
        """Journeys that are overdue or due within a week, the longest overdue first."""
        with Session(self._engine) as session:
            return work_page(session, work_query(today, **wanted), today, page, size)

    def waiting(self, today: date, *, page: int = 1, size: int = PAGE, **wanted: str | None) -> WaitingPage:
        """Journeys that wait for a place, the longest waiting first, with the free positions that fit."""
        with Session(self._engine) as session:
            return waiting_page(session, waiting_query(**wanted), today, page, size)

    def soon_permanent(self, today: date, **wanted: str | None) -> list[JourneyLine]:
        """Roles that the law makes permanent within two months, the soonest first."""
        query = select(JourneyRow).where(JourneyRow.limit_on <= today + PERMANENT_SOON)
        query = query.order_by(JourneyRow.limit_on, JourneyRow.journey_id).limit(PAGE)
        return self._lines(JourneyLine, fitting(query, **wanted))

    def ledger(self, journey_id: str) -> list[LedgerLine]:
        """The ledger rows of a journey in their order."""
        query = select(LedgerRow).where(LedgerRow.journey_id == journey_id).order_by(LedgerRow.row)
        return self._lines(LedgerLine, query)

    def journey_ids(self) -> list[str]:
        """Every journey that has a ledger row, also those whose referral was refused."""
        with Session(self._engine) as session:
            return list(session.scalars(select(LedgerRow.journey_id).where(LedgerRow.row == 1).order_by(LedgerRow.id)))

    def details(self, journey_id: str) -> Details:
        """What else the read models keep of a journey: stages passed, findings, follow-ups."""

        def rows(model: type[M], table: Any, order: Any) -> tuple[M, ...]:
            found = session.scalars(select(table).where(table.journey_id == journey_id).order_by(order))
            return tuple(model.model_validate(row, from_attributes=True) for row in found)

        with Session(self._engine) as session:
            return Details(
                passages=rows(StagePeriod, StagePeriodRow, StagePeriodRow.number),
                findings=rows(RequirementResult, FindingRow, FindingRow.requirement),
                follow_ups=rows(FollowedUp, FollowUpRow, FollowUpRow.after_days),
            )

    def notices(
        self, *, journey_id: str | None = None, status: str | None = None, limit: int = 200
    ) -> list[NoticeLine]:
        """Notices, the latest first."""
        query = select(NoticeRow).order_by(NoticeRow.created_at.desc(), NoticeRow.notice_id).limit(limit)
        return self._lines(NoticeLine, fitting(query, journey_id=journey_id, status=status))

    def deliveries(self) -> dict[str, int]:
        """How many notices stand where."""
        query = select(NoticeRow.status, func.count()).group_by(NoticeRow.status)
        with Session(self._engine) as session:
            return {str(status): count for status, count in session.execute(query)}

    def positions(self, *, only_free: bool = False) -> list[PositionLine]:
        """Positions and their free places."""
        with Session(self._engine) as session:
            free = free_places(session)
            rows = session.scalars(select(PositionRow).order_by(PositionRow.site, PositionRow.id))
            lines = [PositionLine.of(row).model_copy(update={"free": free[row.id]}) for row in rows]
        return [line for line in lines if line.free > 0 or not only_free]

    def _lines(self, line: type[L], query: Select[Any]) -> list[L]:
        with Session(self._engine) as session:
            return [line.of(row) for row in session.scalars(query)]
