"""What a Temporal server still has of a journey, and what it drops when the retention has passed."""

from collections.abc import Collection

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory

from tests.support.agreeing import eventually
from tests.support.office import TestOffice

SETTINGS = (
    "limit.historyCount.suggestContinueAsNew=25",
    # Deleting waits for the queue of a shard to tell how far it has come, which it does twice a minute.
    "history.transferProcessorEnsureCloseBeforeDelete=false",
    "history.visibilityProcessorEnsureCloseBeforeDelete=false",
)


DROPS_AT_ONCE = tuple(part for setting in SETTINGS[1:] for part in ("--dynamic-config-value", setting))
"""For a server that deletes at once what it is told to."""

OF_THE_SERVER = tuple(part for setting in SETTINGS for part in ("--dynamic-config-value", setting))


async def on_the_server(office: TestOffice, journey: str) -> list[WorkflowHistory]:
    """The histories that Temporal still has of a journey, the oldest first."""
    found = [run async for run in office.client.list_workflows(f'WorkflowId = "{journey}"')]
    ordered = sorted(found, key=lambda run: run.start_time)
    return [await office.client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history() for run in ordered]


async def listed(office: TestOffice, journey: str, number: int, but: WorkflowExecutionStatus | None = None) -> None:
    """Wait until the server lists so many runs, none of them in the state `but`: its list is a moment behind."""

    async def statuses() -> list[WorkflowExecutionStatus | None]:
        return [run.status async for run in office.client.list_workflows(f'WorkflowId = "{journey}"')]

    await eventually(statuses, lambda found: len(found) == number and but not in found)


async def drop(office: TestOffice, journey: str, run_ids: Collection[str]) -> None:
    """What the server does when the retention has passed."""
    for run_id in run_ids:
        await office.client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=office.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=journey, run_id=run_id),
            )
        )


async def lose(client: Client, journey: str) -> None:
    """The server loses a journey that runs, and its list too.

    It is ended and listed so first: what the run told last would be listed again if it came after the deleting.
    """

    async def statuses() -> list[WorkflowExecutionStatus | None]:
        return [run.status async for run in client.list_workflows(f'WorkflowId = "{journey}"')]

    await client.get_workflow_handle(journey).terminate()
    await eventually(statuses, lambda found: found == [WorkflowExecutionStatus.TERMINATED])
    execution = WorkflowExecution(workflow_id=journey)
    request = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=execution)
    await client.workflow_service.delete_workflow_execution(request)
    await eventually(statuses, lambda found: found == [])
