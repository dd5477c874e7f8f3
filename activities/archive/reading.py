"""Reading a journey's archived histories."""

from temporalio.client import WorkflowHistory

from activities.archive.entries import ArchivedRun, EntryChanged
from activities.archive.store import Archive


def read_archived(archive: Archive, journey_id: str) -> list[WorkflowHistory]:
    """The archived histories of a journey, the oldest first.

    Raises EntryChanged where one is not as it was archived; `readable` holds the others.
    """
    read: list[tuple[ArchivedRun, WorkflowHistory]] = []
    changed: EntryChanged | None = None
    for key in archive.runs(journey_id):
        try:
            run = archive.get(key)
            if run is not None:
                read.append((run, run.history()))
        except EntryChanged as error:
            changed = changed or error
    histories = [history for _, history in sorted(read, key=lambda one: (one[0].started_at, one[0].closed_at))]
    if changed is not None:
        changed.readable = histories
        raise changed
    return histories
