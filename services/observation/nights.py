"""What the latest nights have found: the results of the nightly workflows, as Temporal keeps them."""

from datetime import datetime
from typing import NamedTuple, TypeVar

from temporalio.client import Client, WorkflowExecution

from activities.archive.runs import ArchiveOutcome
from workflows.nightly import ARCHIVE_HISTORIES, RECONCILE, Reconciliation

T = TypeVar("T")


class Archived(NamedTuple):
    """What the latest archiving came to, and when."""

    at: datetime
    outcome: ArchiveOutcome


class Reconciled(NamedTuple):
    """What the latest reconciliation found, and when."""

    at: datetime
    found: Reconciliation

    @property
    def differences(self) -> int:
        """How many differences there were, named or not."""
        return len(self.found.differences) + self.found.more


class Nights(NamedTuple):
    """The latest of each that was carried through; None where Temporal remembers none."""

    archived: Archived | None
    reconciled: Reconciled | None


async def nights(client: Client, task_queue: str) -> Nights:
    """Look up the latest of each. Raises RPCError, and SealingError where their results do not open."""
    archived = await _latest(client, task_queue, ARCHIVE_HISTORIES)
    reconciled = await _latest(client, task_queue, RECONCILE)
    return Nights(
        Archived(_closed(archived), await _result(client, archived, ArchiveOutcome)) if archived else None,
        Reconciled(_closed(reconciled), await _result(client, reconciled, Reconciliation)) if reconciled else None,
    )


async def _latest(client: Client, task_queue: str, workflow: str) -> WorkflowExecution | None:
    """Temporal lists what closed last first."""
    done = f'WorkflowType = "{workflow}" AND ExecutionStatus = "Completed" AND TaskQueue = "{task_queue}"'
    async for found in client.list_workflows(done, page_size=1, limit=1):
        return found
    return None


async def _result(client: Client, run: WorkflowExecution, kind: type[T]) -> T:
    handle = client.get_workflow_handle(run.id, run_id=run.run_id, result_type=kind)
    result: T = await handle.result(follow_runs=False)
    return result


def _closed(run: WorkflowExecution) -> datetime:
    assert run.close_time is not None
    return run.close_time
