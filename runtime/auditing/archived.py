"""A journey's runs wherever they still are: on the server, or in the archive once the server has dropped them."""

from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client, WorkflowExecution, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.archive.entries import ArchivedRun
from activities.archive.reading import archived_runs
from activities.archive.store import Archive


@dataclass(frozen=True)
class Run:
    """One run of a journey, and whether its history is the archive's."""

    run_id: str
    started_at: datetime
    history: WorkflowHistory
    archived: bool


async def runs_of(client: Client, archive: Archive, journey_id: str) -> list[Run]:
    """Every run of a journey, the oldest first; the archive fills what the server has dropped.

    Raises RPCError; EntryChanged where what the archive has in its stead was changed.
    """
    quoted = journey_id.replace('"', "")
    listed = [run async for run in client.list_workflows(f'WorkflowId = "{quoted}"')]
    kept = [run for one in listed if (run := await _kept(client, one)) is not None]
    ids = {run.run_id for run in kept}
    filled = [_from_archive(run) for run in archived_runs(archive, journey_id) if run.run_id not in ids]
    return sorted((*kept, *filled), key=lambda run: run.started_at)


async def _kept(client: Client, run: WorkflowExecution) -> Run | None:
    """A run on the server; None where it was dropped since it was listed."""
    try:
        history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None
    return Run(run.run_id, run.start_time, history, archived=False)


def _from_archive(run: ArchivedRun) -> Run:
    return Run(run.run_id, run.started_at, run.history(), archived=True)
