"""Restoring ledgers that are behind their journeys: found by Temporal's list, written anew, told to each journey."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.contents import candidate_in, opened
from activities.delivery import Delivery
from activities.free_texts import keep_texts
from activities.reconciling.records import Records, described, shown_of
from activities.sealing import sealer_on
from activities.seals import SealingError
from models.calendar.swedish_day import day_in_sweden
from models.discrepancy import DifferenceKind
from models.events.events import EVENT, Repaired
from models.events.parsing import signed_event
from models.events.values import RestoredRows
from models.fields import Strict
from models.identifiers import JOURNEY_WORKFLOW, Actor, CandidateNumber, JourneyId
from models.message import Message
from models.signatures import EventSignature
from models.tables.ledger import LedgerRow, NoticeRow
from models.tables.people import CandidateKeyRow
from runtime.temporal.client import temporal_errors
from services.journeys import Journeys, Sign
from services.operations.restoring import Restorer
from services.operations.retold import CannotRestore, Loss, Restored, Retelling, RowLost, Statement
from workflows.messages import EVENT_SIGNAL, JourneyStart

Retell = Callable[[JourneyId], Awaitable[Retelling]]
"""What the histories tell of a journey. Raises CannotRestore, SealingError and ServiceUnavailable."""

AT_A_TIME = 500
"""Journeys that are asked for in one query."""


class Outcome(Strict):
    """What came of one journey: the rows that were restored, or would be, or why not.

    `notices` counts those that were written anew, and `settled` those that are pending no longer; `lost` is what no
    history tells. `row` is the row in which it is recorded.
    """

    journey_id: str
    rows: RestoredRows | None = None
    notices: int = 0
    settled: int = 0
    lost: tuple[Message, ...] = ()
    row: int | None = None
    why_not: Message | None = None


@dataclass(frozen=True)
class Wanted:
    """Which journeys to restore: all, or those of a candidate and a programme."""

    candidate: CandidateNumber | None = None
    programme: str | None = None

    def holds(self, journey_id: JourneyId) -> bool:
        """Whether a journey is one of them."""
        return self.candidate in (None, journey_id.candidate) and self.programme in (None, journey_id.programme)


class Restoration:
    """Restores what histories and archive tell and the ledger lacks. Safe to repeat, and to interrupt."""

    def __init__(
        self,
        client: Client,
        task_queue: str,
        engine: Engine,
        journeys: Journeys,
        restorer: Restorer,
        sign: Sign,
        retell: Retell,
        archived: Iterable[str] = (),
    ) -> None:
        self._client, self._queue, self._engine = client, task_queue, engine
        self._journeys, self._restorer, self._sign, self._retell = journeys, restorer, sign, retell
        self._records = Records(engine, lambda _programme: None)
        self._archived = archived

    async def behind(self, wanted: Wanted) -> list[JourneyId]:
        """The journeys whose ledger may lack something: rows, or what became of notices, by their ids; and those that
        were not told yet what was restored of them."""
        with temporal_errors():
            shown = await self._shown(wanted)
        pending = await asyncio.to_thread(self._with_pending_notices)
        others = (JourneyId.read(one) for one in {*pending, *self._archived})
        ids = sorted({*shown, *(id_ for id_ in others if id_ is not None and wanted.holds(id_))})
        counted = await asyncio.to_thread(self._rows, ids)
        untold = await asyncio.to_thread(self._untold, {str(id_): rows for id_, rows in shown.items()})
        return [
            id_
            for id_ in ids
            if shown.get(id_, 0) > counted.get(id_, 0)
            or (id_ not in shown and not counted.get(id_))
            or (id_ in pending and counted.get(id_) != NEVER)
            or id_ in untold
        ]

    def _with_pending_notices(self) -> set[str]:
        with Session(self._engine) as session:
            query = select(NoticeRow.journey_id).where(NoticeRow.status == Delivery.PENDING)
            return set(session.scalars(query.distinct()))

    async def _shown(self, wanted: Wanted) -> dict[JourneyId, int]:
        """How many rows each journey knows, by the runs that Temporal lists."""
        query = f'WorkflowType = "{JOURNEY_WORKFLOW}" AND TaskQueue = "{self._queue}"'
        if wanted.candidate is not None:
            query += f' AND WorkflowId STARTS_WITH "{JourneyId.start_of(wanted.candidate)}"'
        rows: dict[JourneyId, int] = {}
        async for run in self._client.list_workflows(query):
            if (id_ := JourneyId.read(run.id)) is not None and wanted.holds(id_):
                rows[id_] = max(rows.get(id_, 0), shown_of(run).rows)
        return rows

    def _rows(self, ids: Sequence[JourneyId]) -> dict[str, int]:
        """How many rows the ledger has of each; of those who were erased nothing is asked."""
        ended = select(CandidateKeyRow.candidate).where(CandidateKeyRow.wrapped.is_(None))
        counted: dict[str, int] = {}
        with Session(self._engine) as session:
            erased = set(session.scalars(ended))
            for first in range(0, len(ids), AT_A_TIME):
                some = ids[first : first + AT_A_TIME]
                query = select(LedgerRow.journey_id, func.count()).where(LedgerRow.journey_id.in_(some))
                counted |= dict(session.execute(query.group_by(LedgerRow.journey_id)).all())
        return counted | {id_: NEVER for id_ in ids if id_.candidate in erased}

    def _untold(self, known: Mapping[str, int]) -> set[str]:
        """The journeys that do not know yet of a row that says what was restored of them."""
        query = select(LedgerRow).where(LedgerRow.kind == "repaired", LedgerRow.accepted.is_(True))
        with Session(self._engine) as session:
            later = (row for row in session.scalars(query) if row.row > known.get(row.journey_id, row.row))
            return {row.journey_id for row in later if self._said_in(row) is not None}

    def _said_in(self, row: LedgerRow) -> tuple[Repaired, EventSignature] | None:
        """The event in a row that says what was restored, with its signature; None where it says something else."""
        try:
            contents = opened(sealer_on(self._engine).known(candidate_in(row.journey_id)), row)
        except SealingError:
            return None
        event = EVENT.validate_python(contents.event) if contents.event else None
        if not isinstance(event, Repaired) or row.key is None or row.signature is None:
            return None
        if event.restored is None and event.lost is None:
            return None
        return event, EventSignature(key=row.key, value=row.signature, salt=contents.event_salt or "")

    async def missing(self, ids: Iterable[JourneyId]) -> AsyncIterator[Outcome | None]:
        """What would be restored of each of these journeys; None where that is nothing. Writes nothing. Raises
        ServiceUnavailable."""
        for id_ in ids:
            try:
                told = await self._retell(id_)
                rows = await asyncio.to_thread(self._restorer.missing, id_, told)
                if rows and (loss := await asyncio.to_thread(self._restorer.loss, id_, told)) is not None:
                    raise RowLost(loss.first, id_)
                settled = len(await asyncio.to_thread(self._restorer.to_settle, id_, told))
                yield Outcome(journey_id=id_, rows=rows, settled=settled) if rows or settled else None
            except (CannotRestore, SealingError) as error:
                yield _not_restored(id_, error)

    async def restore(
        self, ids: Iterable[JourneyId], actor: Actor, because: str, now: Callable[[], datetime]
    ) -> AsyncIterator[Outcome | None]:
        """Restore these journeys one by one, recorded as said by somebody; None where there was nothing to restore.
        Raises ServiceUnavailable."""
        for id_ in ids:
            try:
                yield await self._restore(id_, actor, because, now())
            except (CannotRestore, SealingError) as error:
                yield _not_restored(id_, error)

    async def _restore(self, id_: JourneyId, actor: Actor, because: str, at: datetime) -> Outcome | None:
        told = await self._retell(id_)
        rows = await asyncio.to_thread(self._restorer.missing, id_, told)
        done = None
        if rows is not None:
            said = await asyncio.to_thread(self._statement, id_, rows, actor, because, at)
            done = await asyncio.to_thread(self._restorer.restore, id_, told, said)
        settled = await asyncio.to_thread(self._restorer.settle, id_, told)
        await self._tell(id_, told, done)
        if done is None:
            return Outcome(journey_id=id_, settled=settled) if settled else None
        row = done.receipt.row if done.receipt else None
        return Outcome(journey_id=id_, rows=done.rows, notices=done.notices, settled=settled, lost=done.lost, row=row)

    async def loss(self, id_: JourneyId) -> Loss | None:
        """What of a journey can never be restored; None where all of it can, or nothing is missing. Raises
        CannotRestore, SealingError and ServiceUnavailable."""
        return await asyncio.to_thread(self._restorer.loss, id_, await self._retell(id_))

    async def give_up(self, id_: JourneyId, event: Repaired, at: datetime) -> Restored:
        """Restore what can be, and have the journey go on without what an event gives up. Raises the same."""
        told = await self._retell(id_)
        said = await asyncio.to_thread(self._signed, id_, event, at)
        done = await asyncio.to_thread(self._restorer.restore, id_, told, said)
        await asyncio.to_thread(self._restorer.settle, id_, told)
        await self._tell(id_, told, done)
        return done

    def _statement(self, id_: JourneyId, rows: RestoredRows, actor: Actor, because: str, at: datetime) -> Statement:
        event = Repaired(
            event_id=uuid4(),
            actor=actor,
            effective_on=day_in_sweden(at),
            found=(DifferenceKind.LEDGER_BEHIND,),
            reason=because,
            restored=rows,
        )
        return self._signed(id_, event, at)

    def _signed(self, id_: JourneyId, event: Repaired, at: datetime) -> Statement:
        sent = keep_texts(self._engine, id_, event, at)
        assert isinstance(sent, Repaired)
        return Statement(sent, self._sign(id_, sent), at)

    async def _tell(self, id_: JourneyId, told: Retelling, done: Restored | None) -> None:
        """Have the journey take in what says that it was restored, in a run of its own where none goes on, and have the
        notices sent that nobody sends. A run that knows rows which are given up is ended: it can never go on."""
        said = await asyncio.to_thread(self._latest, id_)
        if said is not None and told.rules is not None:
            row, (event, signed) = said
            entries = await asyncio.to_thread(self._records.genuine_entries, id_)
            start = JourneyStart(
                candidate=id_.candidate,
                rules=told.rules,
                entries=tuple(one for one in entries if one.event.event_id != event.event_id),
            )
            with temporal_errors():
                shown, _ = await described(self._client, id_)
                is_told = event.lost is None or (shown is not None and shown.rows >= row)
                await self._client.start_workflow(
                    JOURNEY_WORKFLOW,
                    start,
                    id=id_,
                    task_queue=self._queue,
                    id_conflict_policy=LEFT_AS_IT_IS if is_told else ENDED,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    start_signal=EVENT_SIGNAL,
                    start_signal_args=[signed_event(event, signed)],
                )
        for event_id in done.unsent if done is not None else ():
            await self._journeys.resend(id_, event_id)

    def _latest(self, id_: JourneyId) -> tuple[int, tuple[Repaired, EventSignature]] | None:
        query = select(LedgerRow).where(LedgerRow.journey_id == id_, LedgerRow.accepted.is_(True))
        with Session(self._engine) as session:
            row = session.scalars(query.order_by(LedgerRow.row.desc()).limit(1)).first()
            said = self._said_in(row) if row is not None else None
            return (row.row, said) if row is not None and said is not None else None


def _not_restored(id_: JourneyId, error: CannotRestore | SealingError) -> Outcome:
    return Outcome(journey_id=id_, why_not=error.message if isinstance(error, CannotRestore) else error.sentence)


LEFT_AS_IT_IS, ENDED = WorkflowIDConflictPolicy.USE_EXISTING, WorkflowIDConflictPolicy.TERMINATE_EXISTING

NEVER = 10**9
"""More rows than any journey has."""
