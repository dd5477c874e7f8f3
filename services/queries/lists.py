"""What is read from the database for lists, the work queue and reports. Read-only; every list is one query."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Engine, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session

from activities.contents import candidate_in
from activities.sealing import sealer_on
from models.calendar.swedish_day import day_in_sweden
from models.fields import LAST_DAY
from models.identifiers import CandidateNumber, JourneyId
from models.projections.details import Details, FollowedUp
from models.projections.open_items import SECOND_PERSON, OpenItem, in_order
from models.projections.requirement_results import RequirementResult
from models.stages import Stage
from models.state.stage_history import StagePeriod
from models.tables.journeys import (
    FindingRow,
    FollowUpRow,
    JourneyRow,
    OpenItemRow,
    PlaceRow,
    PositionRow,
    StagePeriodRow,
)
from models.tables.ledger import LedgerRow, NoticeRow
from services.queries.free_places import FreePlaces, Periods
from services.queries.lines import (
    JourneyLine,
    LedgerLine,
    NoticeLine,
    PositionLine,
    WaitingPage,
    WorkLine,
    WorkPage,
    contents_in,
    item_of,
    ledger_line,
    never_begun,
    position_line,
    waiting_line,
    work_line,
)
from services.queries.protected import asks_where, masked, protected_on
from services.queries.whose import Charge

M = TypeVar("M", bound=BaseModel)

PERMANENT_SOON = timedelta(days=60)
"""A role that the law soon makes permanent is shown two months ahead: till then there is something to decide."""

DUE_SOON = timedelta(days=7)
"""What is due within a week is shown with today's work."""

PAGE = 50
"""Lines that somebody reads at a time."""


ENDS_OF_PLACES = ("internship_end", "temporary_role_end")
"""What journeys wait for that hold a place until a day."""

Programmes = str | frozenset[str] | None
"""One programme, some, or None for all."""

Wanted = str | frozenset[str] | Charge | None
"""What a column shall hold: this, one of these, or None for anything. Of coordinators also whose candidates somebody
looks after."""


def fitting(query: Select[Any], **wanted: Wanted) -> Select[Any]:
    """The rows of a query whose columns are as wanted; None wants nothing."""
    [described] = query.column_descriptions
    for name, value in wanted.items():
        column = getattr(described["entity"], name)
        if isinstance(value, Charge):
            query = query.where(value.of(described["entity"]))
        elif value is not None:
            values = [value] if isinstance(value, str) else sorted(value)
            query = query.where(column == values[0] if len(values) == 1 else column.in_(values))
    return query


def due_query(today: date, until: date, wanted: Mapping[str, Wanted]) -> Select[Any]:
    """What journeys wait for by a day, without what has lapsed. All that is asked stands in the indexes."""
    query = fitting(select(OpenItemRow).where(OpenItemRow.due_on <= until), **wanted)
    lapses = OpenItemRow.item.startswith(SECOND_PERSON, autoescape=True)
    return query.where(or_(~lapses, OpenItemRow.due_on >= today))


def work_query(today: date, until: date, wanted: Mapping[str, Wanted]) -> Select[Any]:
    """What journeys wait for by a day, the longest overdue first."""
    return due_query(today, until, wanted).order_by(OpenItemRow.due_on, OpenItemRow.journey_id, OpenItemRow.item)


def counted(query: Select[Any], today: date) -> Select[int, int]:
    """How many journeys need something, and of how many something is late."""
    late = case((OpenItemRow.due_on < today, OpenItemRow.journey_id))
    return query.with_only_columns(func.count(OpenItemRow.journey_id.distinct()), func.count(late.distinct()))


def _journeys_query(limit: int | None = 200) -> Select[Any]:
    return select(JourneyRow).order_by(JourneyRow.updated_at.desc(), JourneyRow.journey_id).limit(limit)


def _notices_in(query: Select[Any], programmes: Programmes) -> Select[Any]:
    if programmes is None:
        return query
    theirs = fitting(select(JourneyRow), programme=programmes).with_only_columns(JourneyRow.journey_id)
    return query.where(NoticeRow.journey_id.in_(theirs))


def waiting_query(**wanted: Wanted) -> Select[Any]:
    """Journeys that wait for a place, the longest waiting first; those that are paused wait for something else."""
    query = select(JourneyRow).where(JourneyRow.stage == Stage.AWAITING_PLACEMENT.value, JourneyRow.paused.is_(False))
    query = query.where(JourneyRow.erased_on.is_(None))
    return fitting(query, **wanted).order_by(JourneyRow.since, JourneyRow.journey_id)


def _numbers(session: Session, journeys: Sequence[str]) -> dict[str, int]:
    """The numbers with which these wait that lots were drawn of."""
    query = select(OpenItemRow.journey_id, OpenItemRow.days).where(OpenItemRow.what == "lot")
    rows = session.execute(query.where(OpenItemRow.journey_id.in_(journeys))) if journeys else ()
    return {journey: number for journey, number in rows if number is not None}


def turned_to(query: Select[Any], page: int, size: int) -> Select[Any]:
    """A page of a query, numbered from 1, with one row more where another page follows."""
    return query.offset((page - 1) * size).limit(size + 1)


def not_found_by_place(
    query: Select[Any],
    wanted: Mapping[str, Wanted],
    protected: Collection[str],
    table: type[JourneyRow | OpenItemRow] = JourneyRow,
) -> Select[Any]:
    """The query without protected persons, where it asks who is somewhere: that would tell it of them."""
    if not protected or not asks_where(wanted):
        return query
    return query.where(table.candidate.not_in(sorted(protected)))


class Lists:
    """Reads the database; never writes. Every list is one query, beside that of who is protected and a count.

    Of protected persons a list does not tell where they are. What is `found`, and what is read of one journey, is
    whole: whoever shows it asks `services.reading` before.
    """

    def __init__(self, engine: Engine, periods: Periods | None = None) -> None:
        """`periods` are those in which places of positions are filled in turn; none where nobody says."""
        self.engine = engine
        self._periods = periods or Periods()

    def journeys(self, *, limit: int = 200, **wanted: Wanted) -> list[JourneyLine]:
        """Journeys that fit, latest change first. `wanted` are columns: journey_id, candidate, programme, stage, …"""
        protected = protected_on(self.engine)
        query = not_found_by_place(fitting(_journeys_query(limit), **wanted), wanted, protected)
        return [masked(line, line.candidate, protected) for line in self._lines(JourneyLine, query)]

    def count(self, **wanted: Wanted) -> int:
        """How many journeys fit in all."""
        query = fitting(select(JourneyRow), **wanted)
        query = not_found_by_place(query, wanted, protected_on(self.engine))
        with Session(self.engine) as session:
            return session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0

    def found(self, *, limit: int = 200, **wanted: Wanted) -> list[JourneyLine]:
        """The same, whole, to look into one of them."""
        return self._lines(JourneyLine, fitting(_journeys_query(limit), **wanted))

    def of_candidates(
        self, candidates: Collection[str], programme: Programmes = None, site: Wanted = None
    ) -> list[JourneyLine]:
        """Every journey of these candidates, whole, the latest change first; of nobody who was erased."""
        query = fitting(_journeys_query(None), candidate=frozenset(candidates), programme=programme, site=site)
        return self._lines(JourneyLine, query.where(JourneyRow.erased_on.is_(None))) if candidates else []

    def count_of(self, candidates: Collection[str], programme: Programmes = None, site: Wanted = None) -> int:
        """How many journeys these candidates have in these programmes and towns."""
        query = fitting(select(JourneyRow), candidate=frozenset(candidates), programme=programme, site=site)
        with Session(self.engine) as session:
            return session.scalar(query.with_only_columns(func.count())) or 0 if candidates else 0

    def never_begun(self, candidate: CandidateNumber) -> list[JourneyLine]:
        """Journeys of a candidate whose referral was refused, as far as there is anything to say of one."""
        query = select(LedgerRow).where(LedgerRow.journey_id.startswith(JourneyId.start_of(candidate)))
        query = query.where(LedgerRow.row == 1, ~exists().where(JourneyRow.journey_id == LedgerRow.journey_id))
        with Session(self.engine) as session:
            rows = [row for row in session.scalars(query.order_by(LedgerRow.id)) if JourneyId.read(row.journey_id)]
        return [never_begun(JourneyId.parse(row.journey_id), day_in_sweden(row.recorded_at)) for row in rows]

    def refused_referrals(self, journey_id: str) -> int:
        """How many referrals were refused in a journey."""
        query = select(func.count()).where(LedgerRow.journey_id == journey_id, LedgerRow.kind == "referred")
        with Session(self.engine) as session:
            return session.scalar(query.where(LedgerRow.accepted.is_(False))) or 0

    def today(
        self, today: date, *, until: date | None = None, page: int = 1, size: int = PAGE, **wanted: Wanted
    ) -> WorkPage:
        """What is overdue or due by a day, otherwise within a week, the longest overdue first; with how many journeys
        need something and of how many something is late."""
        protected, until = protected_on(self.engine), until or today + DUE_SOON
        query = not_found_by_place(work_query(today, until, wanted), wanted, protected, OpenItemRow)
        due = not_found_by_place(due_query(today, until, wanted), wanted, protected, OpenItemRow)
        with Session(self.engine) as session:
            rows = list(session.scalars(turned_to(query, page, size)))
            needing, late = session.execute(counted(due, today)).one()
        lines = tuple(masked(work_line(row, today), row.candidate, protected) for row in rows[:size])
        return WorkPage(day=today, page=page, more=len(rows) > size, lines=lines, needing=needing, late=late)

    def due(self, today: date, *, until: date = LAST_DAY, **wanted: Wanted) -> list[WorkLine]:
        """All that has a day, or one of them by a day, the longest overdue first."""
        protected = protected_on(self.engine)
        query = not_found_by_place(work_query(today, until, wanted), wanted, protected, OpenItemRow)
        with Session(self.engine) as session:
            return [masked(work_line(row, today), row.candidate, protected) for row in session.scalars(query)]

    def waiting(self, today: date, *, page: int = 1, size: int = PAGE, **wanted: Wanted) -> WaitingPage:
        """Journeys that wait for a place, the longest waiting first, with the free positions that fit."""
        protected = protected_on(self.engine)
        query = not_found_by_place(waiting_query(**wanted), wanted, protected)
        with Session(self.engine) as session:
            rows = list(session.scalars(turned_to(query, page, size)))
            free = FreePlaces(session, self._periods, today)
            positions = session.scalars(select(PositionRow).order_by(PositionRow.id)).all()
            drawn = _numbers(session, [row.journey_id for row in rows[:size]])
            told = [
                (waiting_line(row, positions, free, today, drawn.get(row.journey_id)), row.candidate)
                for row in rows[:size]
            ]
            lines = tuple(masked(line, candidate, protected) for line, candidate in told)
        return WaitingPage(page=page, more=len(rows) > size, lines=lines)

    def all_waiting(self, programme: str) -> list[JourneyLine]:
        """Everybody who waits for a place in a programme and holds none by an offer, whole."""
        return self._lines(JourneyLine, waiting_query(programme=programme).where(JourneyRow.position.is_(None)))

    def numbers(self, journeys: Iterable[str]) -> dict[str, int]:
        """The numbers with which these wait that lots were drawn of."""
        with Session(self.engine) as session:
            return _numbers(session, list(journeys))

    def soon_permanent(self, today: date, **wanted: Wanted) -> list[JourneyLine]:
        """Roles that the law makes permanent within two months, the soonest first."""
        protected = protected_on(self.engine)
        query = select(JourneyRow).where(JourneyRow.limit_on <= today + PERMANENT_SOON, JourneyRow.erased_on.is_(None))
        query = query.order_by(JourneyRow.limit_on, JourneyRow.journey_id).limit(PAGE)
        query = not_found_by_place(fitting(query, **wanted), wanted, protected)
        return [masked(line, line.candidate, protected) for line in self._lines(JourneyLine, query)]

    def ledger(self, journey_id: str) -> list[LedgerLine]:
        """The ledger rows of a journey in their order."""
        query = select(LedgerRow).where(LedgerRow.journey_id == journey_id).order_by(LedgerRow.row)
        sealer = sealer_on(self.engine)
        with Session(self.engine) as session:
            rows = list(session.scalars(query))
        seal = sealer.unless_ended(candidate_in(journey_id)) if rows else None
        return [ledger_line({**vars(row), **contents_in(seal, row)}) for row in rows]

    def journey_ids(self) -> list[str]:
        """Every journey that has a ledger row, also those whose referral was refused."""
        with Session(self.engine) as session:
            return list(session.scalars(select(LedgerRow.journey_id).where(LedgerRow.row == 1).order_by(LedgerRow.id)))

    def details(self, journey_id: str) -> Details:
        """What else the read models keep of a journey: stages passed, findings, follow-ups."""

        def rows(model: type[M], table: Any, order: Any) -> tuple[M, ...]:
            found = session.scalars(select(table).where(table.journey_id == journey_id).order_by(order))
            return tuple(model.model_validate(row, from_attributes=True) for row in found)

        with Session(self.engine) as session:
            return Details(
                passages=rows(StagePeriod, StagePeriodRow, StagePeriodRow.number),
                findings=rows(RequirementResult, FindingRow, FindingRow.requirement),
                follow_ups=rows(FollowedUp, FollowUpRow, FollowUpRow.after_days),
                items=in_order(rows(OpenItem, OpenItemRow, OpenItemRow.item)),
            )

    def notices(
        self,
        *,
        journey_id: str | None = None,
        status: str | None = None,
        programmes: Programmes = None,
        limit: int = 200,
    ) -> list[NoticeLine]:
        """Notices, the latest first."""
        query = select(NoticeRow).order_by(NoticeRow.created_at.desc(), NoticeRow.notice_id).limit(limit)
        query = _notices_in(query, programmes)
        protected = protected_on(self.engine)
        lines = self._lines(NoticeLine, fitting(query, journey_id=journey_id, status=status))
        return [masked(line, candidate_in(line.journey_id), protected) for line in lines]

    def count_notices(
        self, *, journey_id: str | None = None, status: str | None = None, programmes: Programmes = None
    ) -> int:
        """How many notices fit in all."""
        query = _notices_in(select(NoticeRow), programmes)
        with Session(self.engine) as session:
            counted = fitting(query, journey_id=journey_id, status=status).with_only_columns(
                func.count(), maintain_column_froms=True
            )
            return session.scalar(counted) or 0

    def count_rows(self, journey_id: str) -> int:
        """How many ledger rows a journey has."""
        query = select(func.count()).where(LedgerRow.journey_id == journey_id)
        with Session(self.engine) as session:
            return session.scalar(query) or 0

    def notices_of(self, journey_id: str) -> list[NoticeLine]:
        """Every notice of a journey, whole, the first one first."""
        query = select(NoticeRow).where(NoticeRow.journey_id == journey_id)
        return self._lines(NoticeLine, query.order_by(NoticeRow.created_at, NoticeRow.notice_id))

    def recorded_in(self, programme: str, kind: str) -> dict[str, datetime]:
        """When each accepted event of a kind was recorded in a programme, by the events' ids."""
        query = select(LedgerRow.event_id, LedgerRow.recorded_at).where(LedgerRow.kind == kind)
        query = query.join(JourneyRow, JourneyRow.journey_id == LedgerRow.journey_id)
        query = query.where(LedgerRow.accepted.is_(True), JourneyRow.programme == programme)
        with Session(self.engine) as session:
            return {str(event_id): at for event_id, at in session.execute(query)}

    def items(self, journey_id: str) -> tuple[OpenItem, ...]:
        """What a journey waits for, what is due first first."""
        query = select(OpenItemRow).where(OpenItemRow.journey_id == journey_id)
        with Session(self.engine) as session:
            return in_order(item_of(row) for row in session.scalars(query))

    def deliveries(self) -> dict[str, int]:
        """How many notices stand where."""
        query = select(NoticeRow.status, func.count()).group_by(NoticeRow.status)
        with Session(self.engine) as session:
            return {str(status): count for status, count in session.execute(query)}

    def free_places(self, programme: str, today: date) -> dict[str, int]:
        """How many places of its positions are free in a programme: in the period in which most are, if it has any."""
        with Session(self.engine) as session:
            free, rows = FreePlaces(session, self._periods, today), session.scalars(select(PositionRow))
            return {row.id: free.most(row, programme) for row in rows if programme in row.programmes.split()}

    def free_from(self) -> dict[str, date]:
        """The day on which somebody's time on a position ends as agreed, the soonest of each position."""
        ends = select(PlaceRow.position, func.min(OpenItemRow.due_on))
        ends = ends.join(OpenItemRow, OpenItemRow.journey_id == PlaceRow.journey_id)
        ends = ends.where(OpenItemRow.what.in_(ENDS_OF_PLACES), OpenItemRow.due_on.is_not(None))
        with Session(self.engine) as session:
            found = session.execute(ends.group_by(PlaceRow.position))
            return {position: day for position, day in found if day is not None}

    def positions(self, today: date, *, only_free: bool = False) -> list[PositionLine]:
        """Positions and their free places."""
        with Session(self.engine) as session:
            free = FreePlaces(session, self._periods, today)
            rows = session.scalars(select(PositionRow).order_by(PositionRow.site, PositionRow.id))
            lines = [position_line(row, free) for row in rows]
        return [line for line in lines if line.has_free or not only_free]

    def _lines(self, model: type[M], query: Select[Any]) -> list[M]:
        with Session(self.engine) as session:
            return [model.model_validate(row, from_attributes=True) for row in session.scalars(query)]
