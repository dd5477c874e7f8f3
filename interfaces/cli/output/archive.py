"""How the archive looks in a terminal: what it has, what it lacks, and what filling it came to."""

from collections.abc import Iterable

from activities.archive.runs import ArchiveOutcome, ClosedRun
from interfaces.cli.output.tables import console, table
from runtime.i18n import _
from services.operations.nightly import ArchiveStatus


def status(found: ArchiveStatus) -> None:
    """The counts, then the runs that are about to go."""
    said = _(
        "{closed} closed runs, {archived} archived, {unarchived} not yet. Temporal keeps each for {days} days.",
        closed=found.closed,
        archived=found.archived,
        unarchived=found.unarchived,
        days=f"{found.retention.total_seconds() / 86_400:g}",
    )
    console().print(said, markup=False, highlight=False)
    title = _("About to be lost: run audit.py archive, and ask the operator")
    _runs(title, found.about_to_go, _("No history is about to be lost."))


def outcome(found: ArchiveOutcome) -> None:
    """The counts, then the runs that could not be archived."""
    said = _(
        "{closed} closed runs: {archived} archived now, {known} before, {failed} failed."
        " {about_to_go} about to be lost.",
        closed=found.closed,
        archived=found.archived,
        known=found.known,
        failed=found.failed,
        about_to_go=found.about_to_go,
    )
    console().print(said, markup=False, highlight=False)
    if found.gone:
        said = _("{gone} had left the server before they could be read.", gone=found.gone)
        console().print(said, markup=False, highlight=False)
    if found.unarchived:
        why = ", ".join(sorted({run.why for run in found.unarchived}))
        title = _("Could not be archived ({why}): ask the operator to correct it", why=why)
        _runs(title, found.unarchived, "")


def _runs(title: str, runs: Iterable[ClosedRun], empty: str) -> None:
    columns = (_("journey"), _("run"), _("closed"), _("may go from"))
    rows = (
        (run.journey_id, run.run_id, f"{run.closed_at:%Y-%m-%d}", f"{run.goes_at:%Y-%m-%d %H:%M} UTC") for run in runs
    )
    table(title, columns, rows, empty)
