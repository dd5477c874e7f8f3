"""`audit.py archive`: histories that outlive the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

# What a command needs is imported when it runs: `--help` must answer at once.
if TYPE_CHECKING:
    from activities.archive.outcome import ArchiveOutcome
    from services.application import Office
    from services.operations.archiving import ArchiveStatus

app = typer.Typer()


@app.command()
def archive(
    status: Annotated[
        bool,
        typer.Option("--status", help="Only say how it stands. Exit status 1 where a history is about to be lost."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Have a worker archive what has closed, as it does every night; the audit itself writes nothing.

    Exit status 1 where a history could not be archived.
    """
    from interfaces.cli.output import archive as show_archive
    from interfaces.cli.output import show
    from interfaces.cli.process import awaited
    from runtime.errors import Refused
    from services.application import AuditOffice

    office = AuditOffice()
    if status:
        found = awaited(lambda: _status(office))
        show.as_json(found) if as_json else show_archive.status(found)
        return Refused.status if found.about_to_go else 0
    outcome = awaited(lambda: _archive(office))
    show.as_json(outcome) if as_json else show_archive.outcome(outcome)
    return Refused.status if outcome.failed else 0


async def _status(office: Office) -> ArchiveStatus:
    from activities.archive.closed_runs import TemporalServer
    from runtime.archive import open_archive
    from services.operations.archiving import status_of

    archive = open_archive(office.settings, office.reading)
    return await status_of(TemporalServer(await office.client()), archive, office.now())


async def _archive(office: Office) -> ArchiveOutcome:
    from services.operations.archiving import archive_now

    return await archive_now(await office.client(), office.settings.task_queue)
