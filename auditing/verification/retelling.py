"""What the histories of a journey tell of its ledger: replayed by today's code, which is listened to as it records."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from temporalio.client import Client, WorkflowHistory
from temporalio.worker import (
    Interceptor,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from activities.archive.runs import EntryChanged
from activities.delivery import Delivery
from activities.outbox import Settled
from auditing.evidence.history_model import Began, JourneyHistory
from auditing.evidence.history_reading import SealedElsewhere, read_runs
from auditing.evidence.runs import is_journeys, resent_runs, runs_of
from auditing.verification.replay import WatchedRunner, replayable, replayer, silent_sdk
from models.events.events import EVENT, Event
from models.events.values import LostRows
from models.identifiers import JourneyId
from models.ledger.entry import LedgerEntry
from models.ledger.receipt import Receipt
from runtime.archive import Archived
from services.operations.retold import CannotRestore, Retelling, Told
from workflows.candidate_journey import CandidateJourney


class Reteller:
    """Reads what server and archive keep of a journey. It writes nothing."""

    def __init__(self, client: Client, archived: Archived) -> None:
        self._client = client
        self._archived = archived
        self._listener, self._runner = _Listener(), WatchedRunner()
        self._replayer = replayer(CandidateJourney, client.namespace, self._runner, [self._listener])

    async def retell(self, journey_id: JourneyId) -> Retelling:
        """What they tell of it. Raises ServiceUnavailable, CannotRestore and SealingError."""
        runs = (await runs_of(self._client, [journey_id], self._kept))[journey_id]
        try:
            history = await read_runs(runs)
            resent = await read_runs(await resent_runs(self._client, journey_id, self._kept))
        except SealedElsewhere as error:
            raise CannotRestore(
                "restore.history_shut",
                "The history of {journey} was sealed for another namespace or with another key. Restore in the "
                "namespace and with the keys that it was recorded with.",
                journey=journey_id,
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise CannotRestore(
                "restore.history_unreadable",
                "The history of {journey} cannot be read by this version. Restore with the version that wrote it.",
                journey=journey_id,
            ) from error
        rows: dict[int, Told] = {}
        for told in await self._recorded(journey_id, [run for run in runs if is_journeys(run)]):
            if (lost := _lost_by(told)) is not None:
                rows = {number: one for number, one in rows.items() if number < lost.first}
            if told.is_first or told.receipt.row not in rows:
                rows[told.receipt.row] = told
        settled, under_way = _settled(history, resent)
        known_rows, events = _known(history, rows)
        ids = tuple(run.run_id for run in runs)
        return Retelling(_rules(history), rows, ids, settled, under_way, known_rows, events)

    def _kept(self, journey_id: str) -> list[WorkflowHistory]:
        try:
            return self._archived(journey_id)
        except EntryChanged as error:
            return error.readable

    async def _recorded(self, journey_id: JourneyId, runs: Sequence[WorkflowHistory]) -> list[Told]:
        self._listener.heard.clear()

        async def one_by_one() -> AsyncIterator[WorkflowHistory]:
            for run in runs:
                if (part := replayable(run)) is not None:
                    yield self._runner.takes(part)

        with silent_sdk():
            async with self._replayer.workflow_replay_iterator(one_by_one()) as results:
                async for result in results:
                    if result.replay_failure is not None:
                        raise CannotRestore(
                            "restore.replay_fails",
                            "This version takes another way than the history of {journey}. Restore with the version"
                            " that wrote it.",
                            journey=journey_id,
                        )
        return list(self._listener.heard)


def _rules(history: JourneyHistory) -> Any:
    began = [step for step in history.steps if isinstance(step, Began) and not step.strange]
    return began[0].start.rules if began else None


def _lost_by(told: Told) -> LostRows | None:
    """The rows that something accepted says are lost for good: what earlier runs tell of them counts no more."""
    said = (told.entry.event or {}).get("lost") if told.receipt.accepted and told.entry.kind == "repaired" else None
    return LostRows.model_validate(said) if said is not None else None


def _known(history: JourneyHistory, rows: Mapping[int, Told]) -> tuple[int, dict[UUID, Event]]:
    """The last row that the journey knows, and the accepted events: also those that an earlier run has handed on."""
    known_rows, events = 0, dict[UUID, Event]()
    for step in history.steps:
        if isinstance(step, Began) and not step.strange and (step.follows or step.fruitful):
            carried = {entry.event.event_id: entry.event for entry in step.start.entries}
            # A run that was begun anew from a ledger without rows that are lost brings less than was known.
            known_rows, events = (max(known_rows, step.start.rows), events | carried) if step.follows else (0, carried)
    for told in rows.values():
        if told.receipt.accepted and told.receipt.event_id not in events:
            events[told.receipt.event_id] = EVENT.validate_python(told.entry.event)
    return known_rows, events


def _settled(*histories: JourneyHistory) -> tuple[dict[UUID, Settled], frozenset[UUID]]:
    """What became of notices by their ids, and the events whose notices are being sent."""
    settled: dict[UUID, Settled] = {}
    under_way: set[UUID] = set()
    for history in histories:
        for event_id, sendings in history.sendings.items():
            for sending in sendings:
                outcome, at = sending.outcome, sending.asked_at.astimezone(UTC)
                if outcome is None:
                    under_way.add(UUID(event_id))
                    continue
                sent = {one: Settled(Delivery.SENT, outcome.moments.get(one, at)) for one in outcome.sent}
                dead = dict.fromkeys(outcome.dead, Settled(Delivery.DEAD))
                to_call = dict.fromkeys(outcome.to_call, Settled(Delivery.TO_CALL))
                settled |= {one: _later(settled.get(one), now) for one, now in (dead | to_call | sent).items()}
    return settled, frozenset(under_way)


def _later(before: Settled | None, now: Settled) -> Settled:
    """What was sent stays so, at the moment that was told first."""
    return before if before is not None and before.how is Delivery.SENT else now


class _Listener(Interceptor):
    """Hears what a workflow asks to have recorded, and the receipts that it gets."""

    def __init__(self) -> None:
        self.heard: list[Told] = []

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:  # noqa: ARG002
        heard = self.heard

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Outbound(outbound, heard))

        return Inbound


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, next: WorkflowOutboundInterceptor, heard: list[Told]) -> None:
        super().__init__(next)
        self._heard = heard

    def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:
        handle = super().start_local_activity(input)
        [entry] = input.args

        def told(task: Any) -> None:
            if not task.cancelled() and task.exception() is None and isinstance(receipt := task.result(), Receipt):
                self._heard.append(Told(entry, receipt))

        if isinstance(entry, LedgerEntry):
            handle.add_done_callback(told)
        return handle
