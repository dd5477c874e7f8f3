"""What Temporal has of journeys: by its lists, which lag a little behind, or asked of one, which is exact."""

from collections.abc import Sequence
from uuid import UUID

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription
from temporalio.service import RPCError, RPCStatusCode

from models.projections.consistency import Shown

PROBLEMS = "TemporalReportedProblems"
"""The search attribute by which the server itself says that a workflow's tasks keep failing (from 1.29 on)."""

ATTEMPTS = 5
"""A task that has failed so often will fail again: what passes by itself, such as a slow worker, is past by then."""


async def listed(client: Client, journey_ids: Sequence[str]) -> dict[str, Shown]:
    """The latest runs of these journeys, by Temporal's list: one query."""
    quoted = ", ".join(_quoted(one) for one in journey_ids)
    found: dict[str, WorkflowExecution] = {}
    if quoted:
        async for run in client.list_workflows(f"WorkflowId IN ({quoted})"):
            latest = found.get(run.id)
            if latest is None or run.start_time > latest.start_time:
                found[run.id] = run
    return {journey_id: _shown(run) for journey_id, run in found.items()}


async def described(client: Client, journey_id: str) -> tuple[Shown | None, int]:
    """The latest run of a journey, asked of the workflow itself, and how many activities of it are under way."""
    try:
        run = await client.get_workflow_handle(journey_id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return None, 0
    return _shown(run), len(run.raw_description.pending_activities)


async def being_resent(client: Client, journey_id: str, event_id: UUID) -> bool:
    """Whether somebody has the notices of an event sent again just now."""
    prefix = _quoted(f"resend/{journey_id}/{event_id}/")
    query = f'ExecutionStatus = "Running" AND WorkflowId STARTS_WITH {prefix}'
    async for _ in client.list_workflows(query, limit=1):
        return True
    return False


def _shown(run: WorkflowExecution) -> Shown:
    attributes = {pair.key.name: pair.value for pair in run.typed_search_attributes}
    running_task = run.raw_description.pending_workflow_task if isinstance(run, WorkflowExecutionDescription) else None
    return Shown(
        status=run.status.name.lower() if run.status else "unknown",
        attributes={name: value for name, value in attributes.items() if isinstance(value, str)},
        stuck=PROBLEMS in attributes or (running_task is not None and running_task.attempt >= ATTEMPTS),
        changed_at=run.close_time or run.start_time,
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'
