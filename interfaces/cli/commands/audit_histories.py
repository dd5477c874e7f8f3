"""`audit.py histories`: whether the histories of closed journeys are kept, and which are about to be lost."""

from typer import Typer

from activities.archive.runs import TemporalServer
from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import archive, show
from interfaces.cli.process import run_async
from runtime.archive import open_archive
from runtime.errors import Refused
from services.application import Application, AuditApplication
from services.queries.archive_status import ArchiveStatus, status_of

app = Typer()


@app.command()
def histories(as_json: AsJson = False) -> int:
    """How many histories of closed journeys are kept, and which are about to be lost. Exit status 1 where one is."""
    found = run_async(lambda: _status(AuditApplication()))
    show.as_json(found) if as_json else archive.archive_status(found)
    return Refused.status if found.about_to_go else 0


async def _status(application: Application) -> ArchiveStatus:
    archive = open_archive(application.settings, application.reading)
    return await status_of(TemporalServer(await application.client()), archive, application.now())
