"""The runs of journeys: which go on, which code has written them, and the rules with which each was started."""

from collections.abc import AsyncIterator

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, DescribeTaskQueueResponse
from temporalio.client import Client, WorkflowExecution
from temporalio.converter import DataConverter, WorkflowSerializationContext
from temporalio.service import RPCError, RPCStatusCode

from models.canonical import digest_of
from models.identifiers import JOURNEY_WORKFLOW
from models.programme.programme import Programme
from runtime.archive import Archived, nothing_archived
from workflows.messages import JourneyStart

OPEN_JOURNEYS = f'WorkflowType = "{JOURNEY_WORKFLOW}" AND ExecutionStatus = "Running"'
"""Temporal's query for them."""

BUILD_IDS = "BuildIds"
"""Temporal's own search attribute: all build ids that completed a task of the run, such as `unversioned:0.1.0-3f…`."""


async def count_open(client: Client, query: str = OPEN_JOURNEYS) -> int:
    """How many there are. Temporal's lists lag behind by a moment. Raises RPCError."""
    return (await client.count_workflows(query)).count


def build_ids_of(run: WorkflowExecution) -> tuple[str, ...]:
    """The build ids that wrote an open run, without the word before each; none where no task was completed yet."""
    listed = run.search_attributes.get(BUILD_IDS, ())
    return tuple(dict.fromkeys(str(name).partition(":")[2] for name in listed if ":" in str(name)))


async def describe_queue(client: Client, task_queue: str) -> DescribeTaskQueueResponse:
    """The workers that ask for workflow tasks of a queue, and its current version. Raises RPCError."""
    return await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )


async def rules_kept(
    client: Client, journey_id: str, archived: Archived = nothing_archived, digest: str | None = None
) -> Programme | None:
    """The rules of a journey's referral; None where neither Temporal nor the archive keeps a run. Raises RPCError.

    `digest` is what the ledger calls them: somebody may have started a run by hand under the journey's id, with
    anything. Where no run has them so, as after an upgrade of their form, those of the latest run count.
    """
    latest: Programme | None = None
    context = WorkflowSerializationContext(client.namespace, journey_id)
    async for began in _beginnings(client, journey_id, archived):
        rules, called = await _rules_in(client.data_converter.with_context(context), began)
        latest = latest or rules
        if rules is not None and (digest is None or digest in called):
            return rules
    return latest


async def _beginnings(client: Client, journey_id: str, archived: Archived) -> AsyncIterator[HistoryEvent | None]:
    """The first event of each run, beginning with the latest."""
    yield await _beginning(client, journey_id)
    async for run in client.list_workflows(f'WorkflowId = "{journey_id}"'):
        yield await _beginning(client, journey_id, run.run_id)
    for kept in archived(journey_id):
        yield kept.events[0]


async def _rules_in(converter: DataConverter, began: HistoryEvent | None) -> tuple[Programme | None, tuple[str, ...]]:
    """The rules that a journey's run was started with, and what a ledger may call them; None where it was started with
    anything else."""
    attributes = began.workflow_execution_started_event_attributes if began is not None else None
    if attributes is None or attributes.workflow_type.name != JOURNEY_WORKFLOW or len(attributes.input.payloads) != 1:
        return None, ()
    start: JourneyStart
    try:
        [start] = await converter.decode(attributes.input.payloads, [JourneyStart])
        [written] = await converter.decode(attributes.input.payloads)
        return start.rules, (digest_of(start.rules), digest_of(written["rules"]))
    except Exception:  # whatever a converter says of what it cannot read
        return None, ()


async def _beginning(client: Client, journey_id: str, run_id: str | None = None) -> HistoryEvent | None:
    """The first event of a run, the latest unless another is named, without the others."""
    try:
        async for event in client.get_workflow_handle(journey_id, run_id=run_id).fetch_history_events(page_size=1):
            return event
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return None
