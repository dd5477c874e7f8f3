"""Reading archived histories: those of a journey, and of its runs wherever they still are."""

from temporalio.client import WorkflowHistory

from activities.archive.entries import ArchivedRun
from activities.archive.store import Archive


def archived_runs(archive: Archive, journey_id: str) -> list[ArchivedRun]:
    """The archived runs of a journey, the oldest first. Raises EntryChanged where one cannot be read."""
    runs = [run for key in archive.runs(journey_id) if (run := archive.get(key)) is not None]
    return sorted(runs, key=lambda run: (run.started_at, run.closed_at))


def read_archived(archive: Archive, journey_id: str) -> list[WorkflowHistory]:
    """The archived histories of a journey, the oldest first. Raises EntryChanged where one was changed."""
    return [run.history() for run in archived_runs(archive, journey_id)]
