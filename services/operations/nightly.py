"""The nightly work, asked for at once: archiving, reconciling."""

import asyncio
from datetime import timedelta

from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy

from activities.archive.runs import ArchiveOutcome
from runtime.errors import Refused, ServiceUnavailable
from runtime.temporal.asking import Asking, who_asks
from runtime.temporal.client import temporal_errors
from workflows import policies
from workflows.nightly import ARCHIVE_HISTORIES, RECONCILE, ArchiveRequest, ReconcileRequest, Reconciliation

BY_HAND, RECONCILE_NOW = "archive-histories/by-hand", "reconcile-now"
"""Ids of the workflows where somebody asks for them: two who ask at once wait for the same."""

LOOKS, LOOK_AGAIN_AFTER = 10, 0.3
"""How often a worker is looked for, and how many seconds lie between: one that has just started is not seen at once."""


LONGEST_REASON = 200
"""Characters of somebody else's error that are passed on."""


async def archive_now(client: Client, task_queue: str) -> ArchiveOutcome:
    """Have a worker archive what has closed, and wait for the outcome. Raises Refused, ServiceUnavailable."""
    with temporal_errors():
        await refuse_without_workers(client, task_queue)
        try:
            outcome: ArchiveOutcome = await client.execute_workflow(
                ARCHIVE_HISTORIES,
                ArchiveRequest(tell_operator=False),
                id=BY_HAND,
                task_queue=task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                execution_timeout=policies.ARCHIVING,
                result_type=ArchiveOutcome,
            )
            return outcome
        except WorkflowFailureError as error:
            raise Refused(
                "archive.failed",
                "The histories could not be archived: {why}. See the workflow {workflow} in Temporal's web page.",
                why=_root(error),
                workflow=BY_HAND,
            ) from error


def _root(error: BaseException) -> str:
    """What lies at the bottom of a failure, on one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())[:LONGEST_REASON]


async def refuse_without_workers(client: Client, task_queue: str, looks: int = LOOKS) -> Asking:
    """The workers that listen. Raises ServiceUnavailable where none does, however often one looks, and RPCError."""
    for look in range(looks):
        asking = await who_asks(client, task_queue)
        if asking.workers:
            return asking
        if look + 1 < looks:
            await asyncio.sleep(LOOK_AGAIN_AFTER)
    if asking.heard is not None:
        raise ServiceUnavailable(
            "worker.asks_no_more",
            "No worker has asked for work of the task queue {queue} for {seconds} seconds. Start one or correct "
            "HELAVAGEN_TASK_QUEUE.",
            queue=task_queue,
            seconds=f"{asking.heard.total_seconds():.0f}",
        )
    raise ServiceUnavailable(
        "worker.none_listens",
        "No worker listens to the task queue {queue}. Start one or correct HELAVAGEN_TASK_QUEUE.",
        queue=task_queue,
    )


async def reconcile_now(client: Client, task_queue: str, settle: timedelta) -> Reconciliation:
    """Have a worker reconcile, and wait for what it finds. Raises ServiceUnavailable where there is none."""
    with temporal_errors():
        await refuse_without_workers(client, task_queue)
        found: Reconciliation = await client.execute_workflow(
            RECONCILE,
            ReconcileRequest(settle=settle, mail=False),
            id=RECONCILE_NOW,
            task_queue=task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            result_type=Reconciliation,
        )
        return found
