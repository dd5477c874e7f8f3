"""What database and Temporal have of journeys: the list, accepted ledger rows, places, notices, and the runs."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, and_, case, func, select, union
from sqlalchemy.orm import Session, aliased
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription
from temporalio.service import RPCError, RPCStatusCode

from activities.contents import candidate_in, opened
from activities.delivery import Delivery
from activities.genuine import is_genuine
from activities.sealing import sealer_on
from activities.seals import Seal
from activities.statements import statements_after
from models.access.register import Register
from models.access.statements import SignedStatement
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import CandidateNumber, JourneyId
from models.journey.fold import Entry, entries_of
from models.journey.journey import Journey
from models.programme.programme import Programme
from models.projections.consistency import ListLine, Recorded, Shown
from models.state.deadlines import rests_until
from models.tables.journeys import JourneyRow, PlaceRow
from models.tables.ledger import LedgerRow, NoticeRow
from models.tables.people import CandidateKeyRow

OF_TABLES = (JourneyRow.journey_id, PlaceRow.journey_id)

RESTS_AT_LATEST = timedelta(days=7)
"""What the last step of a deadline, and an end that was registered on the next day, can add."""


class Unsent(NamedTuple):
    """The notices of an event that have been pending for too long, or were given up."""

    journey_id: str
    event_id: UUID
    notices: int
    since: datetime


class Opened(NamedTuple):
    """What the fold needs of a ledger row."""

    event: dict[str, Any] | None
    recorded_at: datetime


class Records:
    """Reads the database. `rules_of` gives a programme's rules of today, None where there is no such programme."""

    def __init__(self, engine: Engine, rules_of: Callable[[str], Programme | None]) -> None:
        self._engine = engine
        self._rules_of = rules_of

    def page(self, after: str, size: int) -> list[Recorded]:
        """Journeys that the ledger, the list or a place names, in the order of their ids, after one of them."""
        with Session(self._engine) as session:
            return _read(session, list(session.scalars(_ids(after, size))))

    def of(self, journey_id: str) -> Recorded:
        """What there is of one journey, which may be nothing."""
        with Session(self._engine) as session:
            return _read(session, [journey_id])[0]

    def known(self, journey_ids: Collection[str]) -> set[str]:
        """Those of these journeys that have a ledger row."""
        query = select(LedgerRow.journey_id).where(LedgerRow.journey_id.in_(journey_ids), LedgerRow.row == 1)
        with Session(self._engine) as session:
            return set(session.scalars(query))

    def journeys_of(self, candidate: CandidateNumber) -> list[JourneyId]:
        """The journeys of a candidate that have begun; without any, those that have a ledger row at all.

        Anybody can have an event refused under an id with somebody else's number in it.
        """
        row = aliased(LedgerRow)
        accepted = func.max(case((row.accepted.is_(True), 1), else_=0))
        mine = LedgerRow.journey_id.startswith(JourneyId.start_of(candidate), autoescape=True)
        theirs = select(LedgerRow.journey_id).where(mine, LedgerRow.row == 1)
        query = select(row.journey_id, accepted).where(row.journey_id.in_(theirs)).group_by(row.journey_id)
        with Session(self._engine) as session:
            found = [(id_, begun) for one, begun in session.execute(query) if (id_ := JourneyId.read(one))]
        return [id_ for id_, begun in found if begun] or [id_ for id_, _ in found]

    def unsent(self, before: datetime, limit: int, journey_id: str | None = None) -> list[Unsent]:
        """Events whose notices are pending, neither sent nor given up, since before a moment, the oldest first."""
        pending = (NoticeRow.status == Delivery.PENDING, NoticeRow.pending_since < before)
        return self._by_event(pending, limit, journey_id)

    def given_up(self, limit: int, journey_id: str | None = None) -> list[Unsent]:
        """Events whose notices could not be delivered and were not sent again since, the oldest first."""
        return self._by_event((NoticeRow.status == Delivery.DEAD,), limit, journey_id)

    def _by_event(self, wanted: Iterable[ColumnElement[bool]], limit: int, journey_id: str | None) -> list[Unsent]:
        since = func.min(NoticeRow.pending_since)
        query = select(NoticeRow.journey_id, NoticeRow.event_id, func.count(), since).where(*wanted)
        if journey_id is not None:
            query = query.where(NoticeRow.journey_id == journey_id)
        query = query.group_by(NoticeRow.journey_id, NoticeRow.event_id).order_by(since).limit(limit)
        with Session(self._engine) as session:
            return [Unsent(*row) for row in session.execute(query)]

    def entries(self, journey_id: str) -> tuple[Entry, ...]:
        """The accepted events of a journey in the order of recording."""
        query = select(LedgerRow).where(LedgerRow.journey_id == journey_id, LedgerRow.accepted.is_(True))
        with Session(self._engine) as session:
            rows = list(session.scalars(query.order_by(LedgerRow.row)))
        return self._entries_in(journey_id, rows)

    def genuine_entries(self, journey_id: str) -> tuple[Entry, ...]:
        """Those of which a worker of ours has written the rows: with no others a journey may go on."""
        query = select(LedgerRow).where(LedgerRow.journey_id == journey_id, LedgerRow.accepted.is_(True))
        with Session(self._engine) as session:
            register = Register.fold(SignedStatement.of(row) for row in session.scalars(statements_after(0)))
            rows = [row for row in session.scalars(query.order_by(LedgerRow.row)) if is_genuine(register, row)]
        return self._entries_in(journey_id, rows)

    def _entries_in(self, journey_id: str, rows: Sequence[LedgerRow]) -> tuple[Entry, ...]:
        seal = sealer_on(self._engine).known(candidate_in(journey_id)) if rows else Seal.of_nobody()
        return entries_of(Opened(opened(seal, row).event, row.recorded_at) for row in rows)

    def rules_digest(self, journey_id: str) -> str | None:
        """What the ledger calls the rules by which a journey's referral was accepted."""
        query = select(LedgerRow.rules_digest).where(LedgerRow.journey_id == journey_id, LedgerRow.accepted.is_(True))
        with Session(self._engine) as session:
            return session.scalar(query.order_by(LedgerRow.row).limit(1))

    def is_over(self, recorded: Recorded, today: date) -> bool:
        """Whether a journey in an ended stage has nothing left to wait for, by its programme's rules of today.

        Those of its referral stand in its history, which Temporal may long have let go. No event is read of journeys
        that ended so long ago that they are over whatever happened in them: of those there are ever more.
        """
        id_ = JourneyId.read(recorded.journey_id)
        rules = self._rules_of(id_.programme) if id_ else None
        changed_on = day_in_sweden(recorded.changed_at) if recorded.changed_at else today
        if id_ is None or rules is None or changed_on + _longest_rest(rules) < today:
            return True
        try:
            state = Journey(rules, self.entries(id_), journey_id=id_).state
        except ValueError:
            return False
        rest = rests_until(state) if state else None
        return rest is not None and rest <= today


def _longest_rest(rules: Programme) -> timedelta:
    follow_up = max(rules.follow_up_after_days, default=0) + rules.follow_up_window_days
    return timedelta(days=max(rules.reopen_within_days, follow_up)) + RESTS_AT_LATEST


def _ids(after: str, size: int) -> Any:
    """The next ids of the three tables. The database orders and compares them: Python may have another order."""
    columns = [select(LedgerRow.journey_id).where(LedgerRow.row == 1), *(select(column) for column in OF_TABLES)]
    parts = []
    for query in columns:
        [column] = query.selected_columns
        part = query.where(column > after).order_by(column).limit(size).subquery()
        parts.append(select(part.c.journey_id))
    ids = union(*parts).subquery()
    return select(ids.c.journey_id).order_by(ids.c.journey_id).limit(size)


def _read(session: Session, ids: Sequence[str]) -> list[Recorded]:
    """Five queries, however many journeys."""
    rows = {row.journey_id: row for row in session.execute(_ledger(ids))}
    lines = {row.journey_id: row for row in session.scalars(select(JourneyRow).where(JourneyRow.journey_id.in_(ids)))}
    places = {row.journey_id: row for row in session.scalars(select(PlaceRow).where(PlaceRow.journey_id.in_(ids)))}
    ended = select(CandidateKeyRow.candidate).where(CandidateKeyRow.candidate.in_({candidate_in(one) for one in ids}))
    erased = set(session.scalars(ended.where(CandidateKeyRow.wrapped.is_(None))))
    return [
        _recorded(one, rows.get(one), lines.get(one), places.get(one), erased=candidate_in(one) in erased)
        for one in ids
    ]


def _ledger(ids: Sequence[str]) -> Any:
    """Of each journey: its rows, the accepted ones, and stage and moment of the last accepted one."""
    accepted = func.max(case((LedgerRow.accepted.is_(True), LedgerRow.row)))
    counted = (
        select(
            LedgerRow.journey_id,
            func.count().label("rows"),
            func.count().filter(LedgerRow.accepted.is_(True)).label("accepted"),
            accepted.label("last"),
        )
        .where(LedgerRow.journey_id.in_(ids))
        .group_by(LedgerRow.journey_id)
        .subquery()
    )
    of_last = and_(LedgerRow.journey_id == counted.c.journey_id, LedgerRow.row == counted.c.last)
    found = select(
        counted.c.journey_id, counted.c.rows, counted.c.accepted, LedgerRow.stage_after, LedgerRow.recorded_at
    )
    return found.join(LedgerRow, of_last, isouter=True)


def _recorded(journey_id: str, rows: Any, line: JourneyRow | None, place: PlaceRow | None, *, erased: bool) -> Recorded:
    counted = {"rows": rows.rows, "accepted": rows.accepted, "stage": rows.stage_after} if rows else {}
    return Recorded(
        journey_id=journey_id,
        **counted,
        changed_at=rows.recorded_at if rows else None,
        line=ListLine(*(getattr(line, one.name) for one in fields(ListLine))) if line else None,
        place=place.position if place else None,
        taken_at=place.taken_at if place else None,
        erased=erased,
    )


PROBLEMS = "TemporalReportedProblems"
"""The search attribute by which the server itself says that a workflow's tasks keep failing (from 1.29 on)."""

ATTEMPTS = 5
"""A task that has failed so often will fail again: what passes by itself, such as a slow worker, is past by then."""


async def listed(client: Client, journey_ids: Sequence[str]) -> dict[str, Shown]:
    """The latest runs of these journeys, by Temporal's list: one query."""
    quoted = ", ".join(_quoted(one) for one in journey_ids)
    found: dict[str, WorkflowExecution] = {}
    if quoted:
        async for run in client.list_workflows(f"WorkflowId IN ({quoted})"):
            latest = found.get(run.id)
            if latest is None or run.start_time > latest.start_time:
                found[run.id] = run
    return {journey_id: shown_of(run) for journey_id, run in found.items()}


async def described(client: Client, journey_id: str) -> tuple[Shown | None, int]:
    """The latest run of a journey, asked of the workflow itself, and how many activities of it are under way."""
    try:
        run = await client.get_workflow_handle(journey_id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None, 0
    return shown_of(run), len(run.raw_description.pending_activities)


async def being_resent(client: Client, journey_id: str, event_id: UUID) -> bool:
    """Whether somebody has the notices of an event sent again just now."""
    prefix = _quoted(f"resend/{journey_id}/{event_id}/")
    query = f'ExecutionStatus = "Running" AND WorkflowId STARTS_WITH {prefix}'
    async for _ in client.list_workflows(query, limit=1):
        return True
    return False


async def is_asked(client: Client, journey_id: str) -> bool:
    """Whether somebody has sent an event to the latest run of a journey and waits for its receipt, or has sent it
    without waiting."""
    waiting = 0
    async for event in client.get_workflow_handle(journey_id).fetch_history_events():
        if event.HasField("workflow_execution_signaled_event_attributes"):
            return True
        waiting += event.HasField("workflow_execution_update_accepted_event_attributes")
        waiting -= event.HasField("workflow_execution_update_completed_event_attributes")
    return waiting > 0


def shown_of(run: WorkflowExecution) -> Shown:
    """What a run shows, as Temporal lists or describes it."""
    attributes = {pair.key.name: pair.value for pair in run.typed_search_attributes}
    attempt = run.raw_description.pending_workflow_task.attempt if isinstance(run, WorkflowExecutionDescription) else 0
    return Shown(
        status=run.status.name.lower() if run.status else "unknown",
        attributes={name: value for name, value in attributes.items() if isinstance(value, str)},
        stuck=PROBLEMS in attributes or attempt >= ATTEMPTS,
        changed_at=run.close_time or run.start_time,
        workflow=run.workflow_type,
        waits=PROBLEMS in attributes or attempt > 1,
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'
