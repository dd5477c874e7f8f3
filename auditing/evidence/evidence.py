"""Everything that is kept of a journey, from wherever it is kept: what an audit holds against each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Engine, Row, select, union
from sqlalchemy.orm import Session
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory

from activities.archive.runs import EntryChanged
from activities.contents import candidate_in, opened_notice
from activities.identities import opened_reason, place_of_reading
from activities.sealing import Sealer, sealer_on
from activities.seals import CannotOpen, Seal
from activities.statements import statements_after
from auditing.evidence.reading import seal_of
from auditing.evidence.runs import is_journeys, resent_runs, runs_of
from models.access.statements import SignedStatement
from models.identifiers import JOURNEY_WORKFLOW, JourneyId
from models.ledger.hash_chain import plain
from models.message import Message
from models.tables.base import Base, table_of
from models.tables.journeys import FindingRow, FollowUpRow, JourneyRow, OpenItemRow, PlaceRow, StagePeriodRow
from models.tables.ledger import LedgerRow, NoticeRow
from models.tables.people import CandidateKeyRow, DisposalRow, ReadRow
from runtime.archive import Archived, nothing_archived, open_archive
from runtime.settings import Settings
from runtime.temporal.client import connect, temporal_errors
from services.queries.lines import contents_in

JsonRow = dict[str, Any]
"""A row of the database as JSON has it: ids and days as text, moments in UTC with microseconds."""

TABLES: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "ledger": (LedgerRow, ("row", "id")),
    "journeys": (JourneyRow, ()),
    "passages": (StagePeriodRow, ("number",)),
    "findings": (FindingRow, ("requirement",)),
    "follow_ups": (FollowUpRow, ("after_days",)),
    "open_items": (OpenItemRow, ("item",)),
    "places_taken": (PlaceRow, ()),
    "notices": (NoticeRow, ("created_at", "notice_id")),
    "reads": (ReadRow, ("number", "id")),
}
"""What the database keeps of a journey, by table, each with its order. None of it says who the candidate is."""

AT_ONCE = 500
"""Journey ids that are read at a time where all are gone through."""


@dataclass(frozen=True)
class Evidence:
    """What is kept of one journey: its runs, the oldest first, and its rows by table, in the order of `TABLES`.

    `changed` says of an archived run that it is not as it was archived; it is not among the runs. `ended` says that the
    candidate's key was ended, and `disposals` are the rows of the log of erasures that name the candidate.
    """

    journey_id: str
    runs: tuple[WorkflowHistory, ...]
    rows: Mapping[str, Sequence[JsonRow]]
    changed: Message | None = None
    ended: bool = False
    disposals: Sequence[JsonRow] = ()

    @property
    def ledger(self) -> Sequence[JsonRow]:
        return self.rows["ledger"]

    @property
    def mark(self) -> tuple[object, ...]:
        """Differs where anything has happened between two readings."""
        return (*((run.run_id, len(run.events)) for run in self.runs), str(self.rows))

    @property
    def is_busy(self) -> bool:
        """Whether a worker is at one of its workflow tasks right now, or should be."""
        at_work = (EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED, EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED)
        return any(run.events[-1].event_type in at_work for run in self.runs if is_journeys(run))

    def one(self, table: str) -> JsonRow | None:
        """The journey's row in a table that has one row a journey."""
        return next(iter(self.rows[table]), None)


class Source(Protocol):
    """Where evidence comes from: server and database, or a bundle."""

    async def read(self, journey_ids: Sequence[str]) -> list[Evidence]:
        """What is kept of these journeys. Raises ServiceUnavailable."""
        ...

    async def resent(self, journey_id: str) -> list[WorkflowHistory]:
        """The runs that sent dead letters of a journey again. Raises ServiceUnavailable."""
        ...

    def ledger(self, journey_id: str) -> Sequence[JsonRow]:
        """The ledger rows of a journey; none where it is not kept."""
        ...

    def statements(self, after: int) -> list[SignedStatement]:
        """The statements of authority beyond so many, in their order."""
        ...


@dataclass(frozen=True)
class LiveSource:
    """Server, archive and database. Opens nothing by itself and writes nothing."""

    _engine: Engine
    _client: Client
    _archived: Archived = nothing_archived

    async def read(self, journey_ids: Sequence[str]) -> list[Evidence]:
        changed: dict[str, Message] = {}

        def archived(journey_id: str) -> list[WorkflowHistory]:
            try:
                return self._archived(journey_id)
            except EntryChanged as error:
                changed[journey_id] = error.sentence
                return error.readable

        runs = await runs_of(self._client, journey_ids, archived)
        rows = read_rows(self._engine, journey_ids)
        erasures = read_erasures(self._engine, journey_ids)
        return [Evidence(id_, tuple(runs[id_]), rows[id_], changed.get(id_), *erasures[id_]) for id_ in journey_ids]

    async def resent(self, journey_id: str) -> list[WorkflowHistory]:
        def archived(id_: str) -> list[WorkflowHistory]:
            try:
                return self._archived(id_)
            except EntryChanged as error:  # of which `read` tells
                return error.readable

        return await resent_runs(self._client, journey_id, archived)

    def ledger(self, journey_id: str) -> Sequence[JsonRow]:
        return read_rows(self._engine, [journey_id])[journey_id]["ledger"]

    def statements(self, after: int) -> list[SignedStatement]:
        with Session(self._engine) as session:
            return [SignedStatement.of(row) for row in session.scalars(statements_after(after))]


def journey_ids(engine: Engine) -> Iterator[str]:
    """Every journey of which anything is kept, each once, in order: by the ledger, and by every table that could still
    tell of a journey whose ledger rows are gone."""
    tables = [table_of(TABLES[name][0]) for name in ("ledger", "journeys", "notices", "places_taken", "reads")]
    every = union(*(select(table.c.journey_id).distinct() for table in tables)).subquery()
    with Session(engine) as session:
        yield from session.scalars(select(every.c.journey_id).order_by(every.c.journey_id)).yield_per(AT_ONCE)


def read_rows(engine: Engine, journey_ids: Sequence[str]) -> dict[str, dict[str, list[JsonRow]]]:
    """The rows of these journeys: by journey, by table. One query a table."""
    kept: dict[str, dict[str, list[Row[Any]]]] = {id_: {name: [] for name in TABLES} for id_ in journey_ids}
    with Session(engine) as session:
        for name, (row, order) in TABLES.items():
            table = table_of(row)
            query = select(table).where(table.c.journey_id.in_(journey_ids))
            for found in session.execute(query.order_by(*(table.c[column] for column in order))):
                kept[found.journey_id][name].append(found)
    sealer = sealer_on(engine)
    sealer.have(candidate_in(id_) for id_ in journey_ids)
    return {id_: _opened(sealer, id_, rows) for id_, rows in kept.items()}


def read_erasures(engine: Engine, journey_ids: Sequence[str]) -> dict[str, tuple[bool, list[JsonRow]]]:
    """Of each journey, whether its candidate's key was ended, and what the log of erasures has of the candidate."""
    candidates = {id_: candidate_in(id_) for id_ in journey_ids}
    keys, log = table_of(CandidateKeyRow), table_of(DisposalRow)
    ended = select(keys.c.candidate).where(keys.c.candidate.in_(set(candidates.values())), keys.c.wrapped.is_(None))
    of_them = select(log).where(log.c.candidate.in_(set(candidates.values()))).order_by(log.c.number)
    with engine.connect() as connection:
        gone = set(connection.scalars(ended))
        rows = [as_json(row) for row in connection.execute(of_them)]
    return {id_: (one in gone, [row for row in rows if row["candidate"] == one]) for id_, one in candidates.items()}


def _opened(sealer: Sealer, journey_id: str, rows: Mapping[str, Sequence[Row[Any]]]) -> dict[str, list[JsonRow]]:
    """The rows of a journey as JSON, with what is sealed in them in its place."""
    has_contents = bool(rows["ledger"] or rows["notices"] or rows["reads"])
    seal = seal_of(sealer, candidate_in(journey_id)) if has_contents else None
    told = {name: [as_json(row) for row in of_table] for name, of_table in rows.items()}
    for row, said in zip(rows["ledger"], told["ledger"], strict=True):
        said |= contents_in(seal, row)
    for row, said in zip(rows["notices"], told["notices"], strict=True):
        said["notice"] = _notice(seal, row)
    for row, said in zip(rows["reads"], told["reads"], strict=True):
        said |= _reason(seal, row)
    return told


def _reason(seal: Seal | None, row: Row[Any]) -> JsonRow:
    """Why somebody read; `damaged` where it does not open although it was not erased."""
    try:
        reason = opened_reason(seal, place_of_reading(row.journey_id, row.number), row.contents)
    except CannotOpen:
        return {"because": None, "salt": None, "damaged": True}
    return {**reason._asdict(), "damaged": False}


def _notice(seal: Seal | None, row: Row[Any]) -> Any:
    try:
        return opened_notice(seal, row.notice_id, row.contents) if seal else None
    except CannotOpen:
        return None


def as_json(row: Row[Any]) -> JsonRow:
    return {name: plain(value) for name, value in row._mapping.items() if not isinstance(value, bytes)}


async def every_journey(settings: Settings, engine: Engine) -> list[str]:
    """The ids that the database, the archive or the server knows, in order. Raises ServiceUnavailable."""
    kept = {*journey_ids(engine), *(key.journey_id for key in open_archive(settings, engine).runs())}
    client = await connect(settings)
    # Of our task queue: others may share the namespace with us. A workflow under an id that is no journey's ended as it
    # began, and no row can come of it.
    ours = f'WorkflowType = "{JOURNEY_WORKFLOW}" and TaskQueue = "{settings.task_queue}"'
    with temporal_errors():
        kept |= {run.id async for run in client.list_workflows(ours) if JourneyId.read(run.id) is not None}
    return sorted(kept)
