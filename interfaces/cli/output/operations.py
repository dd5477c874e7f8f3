"""How the nightly work looks in a terminal: the archive, a reconciliation and a repair."""

from collections.abc import Iterable, Sequence

import typer

from activities.archive.runs import ArchiveOutcome, ClosedRun
from interfaces.cli.output import show
from models.discrepancy import BEYOND_REPAIR, LEFT_BY_A_REPAIR, Difference, DifferenceKind
from models.identifiers import shown_parts
from runtime.i18n import _, _n, translate
from runtime.i18n import why_not as refused_because
from services.operations.nightly import ArchiveStatus
from services.operations.repair import Repair
from services.operations.repair_all import RepairOutcome
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
    if sum(how_to_repair(one) is not None and one.kind not in HAVE_THEIR_OWN for one in found.differences) > 1:
        typer.echo(_("All of these at once: {command}", command='admin.py reconcile --repair-all --because "…"'))


HAVE_THEIR_OWN = {DifferenceKind.LEDGER_BEHIND, *LEFT_BY_A_REPAIR}
"""What other commands put right."""


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


def why_not(one: RepairOutcome) -> str | None:
    """Why a journey was not repaired; None where it was."""
    if one.repair is not None and not one.repair.receipt.accepted:
        return refused_because(one.repair.receipt)
    return translate(one.why_not) if one.why_not else None


def repaired(one: RepairOutcome) -> None:
    """A line for a journey of many, as soon as it is repaired or was not."""
    if (said := why_not(one)) is not None:
        typer.echo(_("{journey}: not repaired. {why}", journey=one.journey_id, why=said))
    elif one.repair is not None:
        row = one.repair.receipt.row
        typer.echo(_("{journey}: repaired in row {row} of the ledger.", journey=one.journey_id, row=row))


def repairs(done: Sequence[RepairOutcome]) -> None:
    """How many were repaired, and how many not."""
    failed = sum(why_not(one) is not None for one in done)
    told = _n("{count} journey repaired.", "{count} journeys repaired.", len(done) - failed)
    if failed:
        told += " " + _n("{count} journey was not.", "{count} journeys were not.", failed)
    typer.echo(told)


def plain_repairs(done: Sequence[RepairOutcome]) -> list[dict[str, object]]:
    """Each journey as data."""
    return [
        {
            "journey_id": one.journey_id,
            "row": one.repair.receipt.row if one.repair else None,
            "begun": one.repair is not None and one.repair.begun,
            "why_not": why_not(one),
        }
        for one in done
    ]
