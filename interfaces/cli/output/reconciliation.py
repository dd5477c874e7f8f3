"""What a reconciliation and a repair have to say, at a terminal."""

import typer

from interfaces.cli.output import show
from models.discrepancy import BEYOND_REPAIR, Difference
from models.identifiers import shown_parts
from runtime.i18n import _, translate
from services.operations.repair import Repair
from workflows.reconcile import Reconciliation


def reconciliation(found: Reconciliation) -> None:
    """Each difference with what to do about it, and how much was looked at."""
    for one in found.differences:
        typer.echo("\n".join(filter(None, (translate(one.in_words), how_to_repair(one)))) + "\n")
    if found.more:
        typer.echo(_("{more} more are not told here; repair these first.", more=found.more))
    typer.echo(
        _(
            "{journeys} journeys and {workflows} running workflows looked at, {differences} differences",
            journeys=found.journeys,
            workflows=found.workflows,
            differences=len(found.differences) + found.more,
        )
    )


def how_to_repair(one: Difference) -> str | None:
    """The command that repairs a difference; None where no repair helps."""
    if one.kind in BEYOND_REPAIR:
        return None
    candidate, programme = shown_parts(one.journey_id)
    return f'admin.py reconcile --repair {candidate} --programme {programme} --because "…"'


def as_json(found: Reconciliation) -> None:
    """The same as data; what is said in sentences is said in English."""
    told = [
        {
            "journey_id": one.journey_id,
            "kind": one.kind,
            "expected": translate(one.expected),
            "found": translate(one.found),
            "event_id": one.event_id,
            "what_to_do": translate(one.in_words),
            "command": how_to_repair(one),
        }
        for one in found.differences
    ]
    show.as_json({**found.model_dump(exclude={"differences"}), "differences": told})


def repair(done: Repair) -> None:
    """What a repair has done."""
    if done.begun:
        typer.echo(_("the workflow was started anew from the ledger"))
    if done.resent:
        typer.echo(_("the notices of {count} events are on their way again", count=done.resent))
    row = done.receipt.row
    typer.echo(_("repaired, as row {row} of the ledger says; the candidate's way is unchanged", row=row))
