"""Which code wrote a history: the build ids of its workers, and the versions of the SDK."""

from collections.abc import Iterator

from temporalio.api.history.v1 import WorkflowTaskCompletedEventAttributes
from temporalio.client import WorkflowHistory


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
