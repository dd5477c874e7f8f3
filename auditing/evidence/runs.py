"""The runs of journeys, from Temporal's server and from the archive, in their order; and which code wrote them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import datetime

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import WorkflowTaskCompletedEventAttributes
from temporalio.client import Client, WorkflowHistory
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode

from activities.archive.runs import ArchivedHistory
from models.identifiers import JOURNEY_WORKFLOW, RESEND_NOTICES, resending_of
from runtime.encryption.opened import opened
from runtime.temporal.client import temporal_errors
from workflows.starting import why_not_begun

LISTED_AT_ONCE = 25
"""Workflow ids in one question to the server."""


async def runs_of(
    client: Client, journey_ids: Sequence[str], archived: Callable[[str], list[WorkflowHistory]] = lambda _id: []
) -> dict[str, list[WorkflowHistory]]:
    """Every run of these journeys that is still kept anywhere, each once, the oldest first. Raises
    ServiceUnavailable."""
    runs: dict[str, dict[str, WorkflowHistory]] = {
        id_: {_listed_as(run): await opened(client, run) for run in archived(id_) if not _sends_again(run)}
        for id_ in journey_ids
    }
    with temporal_errors():
        wanted = [(id_, run_id) async for id_, run_id in _listed(client, journey_ids) if run_id not in runs[id_]]
        asked = set(wanted)
        while wanted:
            found = await asyncio.gather(*(history_of(client, *one) for one in wanted))
            for (id_, run_id), run in zip(wanted, found, strict=True):
                if run is not None:
                    # By the id under which it is listed: a history names that of the run from which it was reset.
                    runs[id_][run_id] = run
            wanted = [
                (id_, run_id)
                for id_, of_one in runs.items()
                for run_id in _promised(of_one.values())
                if run_id not in of_one and (id_, run_id) not in asked
            ]
            asked.update(wanted)
    return {id_: sorted(of_one.values(), key=in_order) for id_, of_one in runs.items()}


async def resent_runs(
    client: Client, journey_id: str, archived: Callable[[str], list[WorkflowHistory]] = lambda _id: []
) -> list[WorkflowHistory]:
    """The runs that sent dead letters of a journey again and that are still kept anywhere, each once, the oldest first.
    Raises ServiceUnavailable."""
    kept = {_listed_as(run): await opened(client, run) for run in archived(journey_id) if _sends_again(run)}
    prefix = resending_of(journey_id).replace('"', "")
    with temporal_errors():
        async for run in client.list_workflows(f'WorkflowId STARTS_WITH "{prefix}"'):
            if run.run_id not in kept and (history := await history_of(client, run.id, run.run_id)) is not None:
                kept[run.run_id] = history
    return sorted(kept.values(), key=started_at)


def _listed_as(run: WorkflowHistory) -> str:
    """The id under which the server listed an archived run."""
    return run.listed_as if isinstance(run, ArchivedHistory) else run.run_id


def _sends_again(run: WorkflowHistory) -> bool:
    return run.events[0].workflow_execution_started_event_attributes.workflow_type.name == RESEND_NOTICES


def started_at(run: WorkflowHistory) -> datetime:
    """The moment, in UTC, at which a run began."""
    return run.events[0].event_time.ToDatetime()


def in_order(run: WorkflowHistory) -> tuple[datetime, datetime]:
    """When a run began and how far it has come. One that was reset from another began when that did."""
    return started_at(run), run.events[-1].event_time.ToDatetime()


def follows(run: WorkflowHistory) -> str:
    """The id of the run that this one continues as new; empty where it continues none."""
    return run.events[0].workflow_execution_started_event_attributes.continued_execution_run_id


def continued_as(run: WorkflowHistory) -> str:
    """The id of the run that continues this one as new; empty where none does."""
    return run.events[-1].workflow_execution_continued_as_new_event_attributes.new_execution_run_id


CUT_OFF = frozenset(
    {EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT}
)
"""How a run ends that did not end itself."""


OVER = CUT_OFF | {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
}
"""How a run ends that no other one continues."""


def is_journeys(run: WorkflowHistory) -> bool:
    """Whether a run under a journey's id is of our kind of workflow."""
    return run.events[0].workflow_execution_started_event_attributes.workflow_type.name == JOURNEY_WORKFLOW


def is_open(run: WorkflowHistory) -> bool:
    """Whether a run has not ended, and no other one has taken its place."""
    return run.events[-1].event_type not in OVER and not continued_as(run)


def _promised(runs: Iterable[WorkflowHistory]) -> Iterator[str]:
    """Runs that others name. The server's list, by which runs are found, can lag behind."""
    for run in runs:
        yield from filter(None, (follows(run), continued_as(run)))


async def _listed(client: Client, journey_ids: Sequence[str]) -> AsyncIterator[tuple[str, str]]:
    """Journey id and run id of each run that the server lists."""
    for start in range(0, len(journey_ids), LISTED_AT_ONCE):
        asked = ", ".join(f'"{id_.replace(chr(34), "")}"' for id_ in journey_ids[start : start + LISTED_AT_ONCE])
        async for run in client.list_workflows(f"WorkflowId in ({asked})"):
            yield run.id, run.run_id


async def history_of(client: Client, workflow_id: str, run_id: str) -> WorkflowHistory | None:
    """A run's history, opened; None where the server has dropped it since it was listed."""
    try:
        return await opened(client, await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history())
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


def written_by(history: WorkflowHistory) -> tuple[str, ...]:
    """The build ids of the workers that completed the workflow tasks of a run, each once, the first one first."""
    return _each_once(
        task.deployment_version.build_id or task.worker_version.build_id or task.binary_checksum
        for task in _tasks(history)
    )


def sdk_versions(history: WorkflowHistory) -> tuple[str, ...]:
    """The versions of the SDK with which they did, such as `1.31.0`. A worker names it where it has changed."""
    return _each_once(task.sdk_metadata.sdk_version for task in _tasks(history))


def _tasks(history: WorkflowHistory) -> Iterator[WorkflowTaskCompletedEventAttributes]:
    for event in history.events:
        if event.HasField("workflow_task_completed_event_attributes"):
            yield event.workflow_task_completed_event_attributes


def _each_once(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


AT_WORK = frozenset({EventType.EVENT_TYPE_MARKER_RECORDED, EventType.EVENT_TYPE_TIMER_STARTED})
"""What a run does that has begun, and a run that was started wrongly never does."""


def why_no_journey(run: WorkflowHistory) -> str | None:
    """Why a run under a journey's id tells nothing of it; None where it does, or sent its dead letters again.

    A run that has failed, or has done nothing yet, may have been started wrongly; all others have begun.
    """
    began = run.events[0].workflow_execution_started_event_attributes
    if (name := began.workflow_type.name) not in (JOURNEY_WORKFLOW, RESEND_NOTICES, ""):
        return f"It is of the type {name}."
    worked = any(event.event_type in AT_WORK for event in run.events)
    if name != JOURNEY_WORKFLOW or began.continued_execution_run_id or worked:
        return None
    return why_not_begun([RawValue(payload) for payload in began.input.payloads], run.workflow_id)
