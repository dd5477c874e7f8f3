"""How the archive of histories looks in a terminal."""

from collections.abc import Iterable

from activities.archive.runs import ArchiveOutcome, ClosedRun
from interfaces.cli.output import show
from models.calendar.swedish_day import day_in_sweden
from runtime.i18n import _, _n
from services.queries.archive_status import ArchiveStatus


def archive_status(found: ArchiveStatus) -> None:
    """The counts, then the runs that are about to go."""
    days = f"{found.retention.total_seconds() / 86_400:g}"
    told = _n(
        "{count} closed run, {archived} archived, {unarchived} not yet.",
        "{count} closed runs, {archived} archived, {unarchived} not yet.",
        found.closed,
        archived=found.archived,
        unarchived=found.unarchived,
    )
    kept = _n(
        "Temporal keeps each for {days} day.",
        "Temporal keeps each for {days} days.",
        1 if days == "1" else 2,
        days=days,
    )
    told = f"{told} {kept}"
    show.tell(told)
    title = _("About to be lost: ask the operator to run admin.py archive")
    _runs(title, found.about_to_go, _("No history is about to be lost."))


def archive_outcome(found: ArchiveOutcome) -> None:
    """The counts, then the runs that could not be archived."""
    told = _n(
        "{count} closed run: {archived} archived now, {known} before, {failed} failed. {about_to_go} about to be lost.",
        "{count} closed runs: {archived} archived now, {known} before, {failed} failed."
        " {about_to_go} about to be lost.",
        found.closed,
        **dict(found),
    )
    show.tell(told)
    if found.gone:
        show.tell(_("{gone} had left the server before they could be read.", gone=found.gone))
    if found.unarchived:
        why = ", ".join(sorted({run.why for run in found.unarchived}))
        title = _("Could not be archived ({why}): ask the operator to correct it", why=why)
        _runs(title, found.unarchived, "")


def _runs(title: str, runs: Iterable[ClosedRun], empty: str) -> None:
    columns = (_("journey"), _("run"), _("closed"), _("may go from"))
    rows = ((run.journey_id, run.run_id, day_in_sweden(run.closed_at), show.minute(run.goes_at)) for run in runs)
    show.table(title, columns, rows, empty)
