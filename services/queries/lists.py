"""What is read from the database for lists and reports. Read-only; every list is one query."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from activities.outbox import Delivery
from activities.places import free_places
from models.fields import Strict
from models.identifiers import CandidateNumber, JourneyId
from models.journey.fold import Entry, entries_of
from models.ledger.receipt import Receipt
from models.projections.details import Details
from models.stages import EndReason, Stage
from models.tables import JourneyRow, LedgerRow, NoticeRow, PositionRow
from services.queries.details import read_details
from services.queries.work_queue import PAGE, WaitingPage, WorkPage, waiting_page, waiting_query, work_page, work_query

PERMANENT_SOON = timedelta(days=60)
"""A role that the law soon makes permanent is shown two months ahead: till then there is something to decide."""


class JourneyLine(Strict):
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


class LedgerLine(Strict):
    """A ledger row: what was said, by whom, the answer, and its link of the chain (see `models.ledger.hash_chain`)."""

    journey_id: str
    row: int
    event_id: str
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


class NoticeLine(Strict):
    """A notice and how far it has come."""

    notice_id: str
    journey_id: str
    event_id: str
    kind: str
    recipient: str
    status: Delivery
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None


class PositionLine(Strict):
    """A position and how many of its places are free."""

    id: str
    title: str
    unit: str
    site: str
    staffing_need: str
    profile: str
    programmes: str
    places: int
    free: int


class Lists:
    """Reads the database; never writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """For those who read what no list shows."""
        return self._engine

    def journeys(
        self,
        *,
        journey_id: str | None = None,
        candidate: str | None = None,
        programme: str | None = None,
        stage: str | None = None,
        coordinator: str | None = None,
        site: str | None = None,
        limit: int = 200,
    ) -> list[JourneyLine]:
        """Journeys that fit, latest change first."""
        wanted = {
            "journey_id": journey_id,
            "candidate": candidate,
            "programme": programme,
            "stage": stage,
            "coordinator": coordinator,
            "site": site,
        }
        query = select(JourneyRow).order_by(JourneyRow.updated_at.desc(), JourneyRow.journey_id).limit(limit)
        query = query.filter_by(**{name: value for name, value in wanted.items() if value is not None})
        with Session(self._engine) as session:
            return [_journey_line(row) for row in session.scalars(query)]

    def today(
        self,
        today: date,
        *,
        coordinator: str | None = None,
        site: str | None = None,
        programme: str | None = None,
        page: int = 1,
        size: int = PAGE,
    ) -> WorkPage:
        """Journeys that are overdue or due within a week, the longest overdue first."""
        query = work_query(today, coordinator=coordinator, site=site, programme=programme)
        with Session(self._engine) as session:
            return work_page(session, query, today, page, size)

    def waiting(
        self, today: date, *, site: str | None = None, programme: str | None = None, page: int = 1, size: int = PAGE
    ) -> WaitingPage:
        """Journeys that wait for a place, the longest waiting first, with the free positions that fit."""
        query = waiting_query(site=site, programme=programme)
        with Session(self._engine) as session:
            return waiting_page(session, query, today, page, size)

    def details(self, journey_id: str) -> Details:
        """What else the read models keep of a journey."""
        with Session(self._engine) as session:
            return read_details(session, journey_id)

    def soon_permanent(
        self, today: date, *, coordinator: str | None = None, site: str | None = None, programme: str | None = None
    ) -> list[JourneyLine]:
        """Roles that the law makes permanent within two months, the soonest first."""
        query = select(JourneyRow).where(JourneyRow.limit_on <= today + PERMANENT_SOON)
        query = query.order_by(JourneyRow.limit_on, JourneyRow.journey_id).limit(PAGE)
        wanted = {"coordinator": coordinator, "site": site, "programme": programme}
        query = query.filter_by(**{name: value for name, value in wanted.items() if value is not None})
        with Session(self._engine) as session:
            return [_journey_line(row) for row in session.scalars(query)]

    def ledger(self, journey_id: str) -> list[LedgerLine]:
        """The ledger rows of a journey in their order."""
        query = select(LedgerRow).where(LedgerRow.journey_id == journey_id).order_by(LedgerRow.row)
        with Session(self._engine) as session:
            return [_ledger_line(row) for row in session.scalars(query)]

    def journey_ids(self) -> list[str]:
        """Every journey that has a ledger row, also those whose referral was refused."""
        with Session(self._engine) as session:
            return list(session.scalars(select(LedgerRow.journey_id).where(LedgerRow.row == 1).order_by(LedgerRow.id)))

    def notices(
        self, *, journey_id: str | None = None, status: str | None = None, limit: int = 200
    ) -> list[NoticeLine]:
        """Notices, the latest first."""
        query = select(NoticeRow).order_by(NoticeRow.created_at.desc(), NoticeRow.notice_id).limit(limit)
        wanted = {"journey_id": journey_id, "status": status}
        query = query.filter_by(**{name: value for name, value in wanted.items() if value is not None})
        with Session(self._engine) as session:
            return [_notice_line(row) for row in session.scalars(query)]

    def deliveries(self) -> dict[str, int]:
        """How many notices stand where."""
        query = select(NoticeRow.status, func.count()).group_by(NoticeRow.status)
        with Session(self._engine) as session:
            return dict(_counts(session, query))

    def positions(self, *, only_free: bool = False) -> list[PositionLine]:
        """Positions and their free places."""
        with Session(self._engine) as session:
            free = free_places(session)
            rows = session.scalars(select(PositionRow).order_by(PositionRow.site, PositionRow.id))
            lines = [_position_line(row, free[row.id]) for row in rows]
        return [line for line in lines if line.free > 0 or not only_free]


def _counts(session: Session, query: Any) -> list[tuple[str, int]]:
    return [(str(name), int(count)) for name, count in session.execute(query)]


def _journey_line(row: JourneyRow) -> JourneyLine:
    return JourneyLine(**{name: getattr(row, name) for name in JourneyLine.model_fields})


def _ledger_line(row: LedgerRow) -> LedgerLine:
    fields = {name: getattr(row, name) for name in LedgerLine.model_fields}
    return LedgerLine(**{**fields, "event_id": str(row.event_id), "receipt": Receipt.model_validate(row.receipt)})


def _notice_line(row: NoticeRow) -> NoticeLine:
    fields = {name: getattr(row, name) for name in NoticeLine.model_fields if name != "kind"}
    ids = {"notice_id": str(row.notice_id), "event_id": str(row.event_id), "kind": row.notice["kind"]}
    return NoticeLine(**{**fields, **ids})


def _position_line(row: PositionRow, free: int) -> PositionLine:
    fields = {name: getattr(row, name) for name in PositionLine.model_fields if name != "free"}
    return PositionLine(**fields, free=free)
