"""Reconciling at once, as an operator asks for it. A web page could call the same."""

import asyncio
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from models.message import msg
from runtime.errors import ServiceUnavailable
from runtime.temporal.client import temporal_errors
from services.journeys import ANSWER_WITHIN
from workflows.reconcile import RECONCILE, ReconcileRequest, Reconciliation

AT_ONCE = "reconcile-now"
"""The id of a reconciliation that somebody asked for: two who ask at the same time wait for the same one."""

NO_WORKER_YET = 2
"""History events of a workflow that no worker has taken up: that it started, and that it has something to do."""


async def reconcile_now(client: Client, task_queue: str, settle: timedelta) -> Reconciliation:
    """Have a worker reconcile, and wait for what it finds. Raises ServiceUnavailable where none takes it up."""
    with temporal_errors():
        handle = await client.start_workflow(
            RECONCILE,
            ReconcileRequest(settle=settle, mail=False),
            id=AT_ONCE,
            task_queue=task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            result_type=Reconciliation,
        )
        result = asyncio.ensure_future(handle.result())
        await asyncio.wait([result], timeout=ANSWER_WITHIN)
        if not result.done() and (await handle.describe()).history_length <= NO_WORKER_YET:
            result.cancel()
            raise ServiceUnavailable(msg("reconciliation.no_worker", "No worker is running. Start one and try again."))
        found: Reconciliation = await result
    return found
