"""Reading a journey's Temporal histories: what was sent, and what was answered, in the order in which it happened."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter

from activities.record import BEHIND
from models.answers import Receipt
from models.fold import Entry
from workflows.messages import JourneyStart

LOCAL_ACTIVITY = "core_local_activity"
"""Name of the marker that the SDK writes for the result of a local activity."""


@dataclass(frozen=True)
class JourneyHistory:
    """All runs of a journey, the oldest first, with what they hold.

    `receipts` are the answers, each once; `taken_in` the ids of events that the journey learnt from the ledger, because
    a worker died between recording and answering; `sent` the payloads that came from outside.
    """

    workflow_id: str
    runs: tuple[WorkflowHistory, ...]
    start: JourneyStart | None
    receipts: tuple[Receipt, ...]
    taken_in: frozenset[str]
    sent: tuple[bytes, ...]

    @property
    def events(self) -> int:
        return sum(len(run.events) for run in self.runs)


async def read_histories(client: Client, workflow_id: str, converter: DataConverter) -> JourneyHistory:
    """Everything that Temporal still keeps of a journey. Raises RPCError where it cannot be reached."""
    runs = [run async for run in runs_of(client, workflow_id)]
    receipts: dict[str, Receipt] = {}
    taken_in: set[str] = set()
    sent: list[bytes] = []
    start = None
    for run in runs:
        start = start or await _start(run, converter)
        for event in run.events:
            sent.extend(payload.data for payload in _sent(event))
            for receipt in await answers_of(event, converter):
                receipts.setdefault(str(receipt.event_id), receipt)
            taken_in.update(str(entry.event.event_id) for entry in await _taken_in(event, converter))
    # After a crash answers can stand in the history in another order than in the ledger: their rows say which is right.
    in_order = tuple(sorted(receipts.values(), key=lambda receipt: receipt.row))
    return JourneyHistory(workflow_id, tuple(runs), start, in_order, frozenset(taken_in), tuple(sent))


async def runs_of(client: Client, workflow_id: str) -> AsyncIterator[WorkflowHistory]:
    """The runs of a workflow id in the order of their start."""
    quoted = workflow_id.replace('"', "")
    found = [run async for run in client.list_workflows(f'WorkflowId = "{quoted}"')]
    for run in sorted(found, key=lambda run: run.start_time):
        yield await client.get_workflow_handle(workflow_id, run_id=run.run_id).fetch_history()


async def _start(run: WorkflowHistory, converter: DataConverter) -> JourneyStart | None:
    payloads = run.events[0].workflow_execution_started_event_attributes.input.payloads
    decoded = await converter.decode(payloads, [JourneyStart])
    return decoded[0] if decoded else None


async def answers_of(event: HistoryEvent, converter: DataConverter) -> list[Receipt]:
    marker = event.marker_recorded_event_attributes
    if marker.marker_name != LOCAL_ACTIVITY or not marker.details["result"].payloads:
        return []
    return await converter.decode(marker.details["result"].payloads, [Receipt])


async def _taken_in(event: HistoryEvent, converter: DataConverter) -> list[Entry]:
    failure = event.marker_recorded_event_attributes.failure.application_failure_info
    payloads = failure.details.payloads if failure.type == BEHIND else []
    return await converter.decode(payloads, [Entry] * len(payloads))


def _sent(event: HistoryEvent) -> Iterator[Payload]:
    """Payloads that came from outside: signals and updates."""
    if event.HasField("workflow_execution_signaled_event_attributes"):
        yield from event.workflow_execution_signaled_event_attributes.input.payloads
    if event.HasField("workflow_execution_update_accepted_event_attributes"):
        yield from event.workflow_execution_update_accepted_event_attributes.accepted_request.input.args.payloads
