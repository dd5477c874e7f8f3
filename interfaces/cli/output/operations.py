"""How the nightly work looks in a terminal: the archive, a reconciliation and a repair."""

from collections.abc import Iterable, Sequence

import typer

from activities.archive.runs import ArchiveOutcome, ClosedRun
from interfaces.cli.output import show
from models.discrepancy import BEYOND_REPAIR, LEFT_BY_A_REPAIR, Difference, DifferenceKind
from models.identifiers import shown_parts
from runtime.i18n import _, _n, translate
from services.operations.nightly import ArchiveStatus
from services.operations.repair import Repair, RepairOf
from workflows.nightly import Reconciliation


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
    title = _("About to be lost: run audit.py archive, and ask the operator")
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
    rows = ((run.journey_id, run.run_id, f"{run.closed_at:%Y-%m-%d}", show.minute(run.goes_at)) for run in runs)
    show.table(title, columns, rows, empty)


def reconciliation(found: Reconciliation) -> None:
    """Each difference with what to do about it, and how much was looked at."""
    for one in found.differences:
        typer.echo("\n".join(filter(None, (translate(one.in_words), how_to_repair(one)))) + "\n")
    if found.more:
        typer.echo(
            _n("{count} more is not shown.", "{count} more are not shown.", found.more) + " " + _("Repair these first.")
        )
    told = _(
        "{journeys} and {workflows} looked at, {differences}",
        journeys=_n("{count} journey", "{count} journeys", found.journeys),
        workflows=_n("{count} running workflow", "{count} running workflows", found.workflows),
        differences=_n("{count} difference", "{count} differences", len(found.differences) + found.more),
    )
    typer.echo(told)


def how_to_repair(one: Difference) -> str | None:
    """The command that repairs a difference, or shows how it came about; None where no command helps."""
    candidate, programme = shown_parts(one.journey_id)
    if one.kind is DifferenceKind.LEDGER_BEHIND:
        return f'admin.py restore {candidate} --programme {programme} --because "…"'
    if one.kind in BEYOND_REPAIR:
        return None
    if one.kind in LEFT_BY_A_REPAIR:
        return f"admin.py notices --dead --candidate {candidate} --programme {programme}"
    return f'admin.py reconcile --repair {candidate} --programme {programme} --because "…"'


def plain_reconciliation(found: Reconciliation) -> dict[str, object]:
    """The same as data."""
    told = [
        {
            **one.model_dump(include={"journey_id", "kind", "event_id"}),
            "expected": translate(one.expected),
            "found": translate(one.found),
            "what_to_do": translate(one.in_words),
            "command": how_to_repair(one),
        }
        for one in found.differences
    ]
    return {**found.model_dump(exclude={"differences"}), "differences": told}


def repair(done: Repair) -> None:
    """What a repair has done."""
    if done.begun:
        typer.echo(_("the workflow was started anew from the ledger"))
    if done.resent:
        typer.echo(
            _n(
                "the notices of {count} event are on their way again",
                "the notices of {count} events are on their way again",
                done.resent,
            )
        )
    row = done.receipt.row
    typer.echo(_("Repaired in row {row} of the ledger. The candidate's journey is unchanged.", row=row))


def repaired(done: Sequence[RepairOf]) -> None:
    """What became of many journeys: one a line, then the counts."""
    rows = (
        (one.journey_id, translate(one.why_not) if one.why_not else _("recorded in row {row}", row=one.row))
        for one in done
    )
    show.table("", (_("journey"), ""), rows, _("No journey differs from its ledger."))
    failed = sum(one.why_not is not None for one in done)
    if done:
        show.tell(_n("{count} journey repaired.", "{count} journeys repaired.", len(done) - failed))
    if failed:
        show.tell(_n("{count} journey was not repaired.", "{count} journeys were not repaired.", failed))


def plain_repaired(done: Sequence[RepairOf]) -> list[dict[str, object]]:
    """The same as data."""
    return [
        {"journey_id": one.journey_id, "row": one.row, "why_not": translate(one.why_not) if one.why_not else None}
        for one in done
    ]
