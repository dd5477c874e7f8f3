"""How a reconciliation and a repair look in a terminal."""

from collections.abc import Sequence

import typer

from interfaces.cli.output import show
from models.discrepancy import BEYOND_REPAIR, LEFT_BY_A_REPAIR, Difference, DifferenceKind
from models.identifiers import shown_parts
from runtime.i18n import _, _n, translate
from services.operations.repair import Repair, RepairOf
from workflows.nightly import Reconciliation


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
