"""`audit.py archive`: histories that outlive the server."""

from typing import Annotated

from typer import Option, Typer

from activities.archive.runs import ArchiveOutcome, TemporalServer
from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import operations, show
from interfaces.cli.process import run_async
from runtime.archive import open_archive
from runtime.errors import Refused
from services.application import Application, AuditApplication
from services.operations.nightly import ArchiveStatus, archive_now, status_of

app = Typer()


@app.command()
def archive(
    status: Annotated[
        bool,
        Option(
            "--status", help="Only show the state of the archive. Exit status 1 where a history is about to be lost."
        ),
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Have a worker archive the histories of closed journeys, as it does every night.

    Exit status 1 where a history could not be archived.
    """
    application = AuditApplication()
    if status:
        found = run_async(lambda: _status(application))
        show.as_json(found) if as_json else operations.archive_status(found)
        return Refused.status if found.about_to_go else 0
    outcome = run_async(lambda: _archive(application))
    show.as_json(outcome) if as_json else operations.archive_outcome(outcome)
    return Refused.status if outcome.failed else 0


async def _status(application: Application) -> ArchiveStatus:
    archive = open_archive(application.settings, application.reading)
    return await status_of(TemporalServer(await application.client()), archive, application.now())


async def _archive(application: Application) -> ArchiveOutcome:
    return await archive_now(await application.client(), application.settings.task_queue)
