"""`admin.py` archive and rehearse: for operators, histories that outlive the server, and that today's code still
replays."""

from typer import Typer

from activities.archive.runs import ArchiveOutcome
from auditing.verification.rehearsal import Rehearsal
from auditing.verification.rehearsal import rehearse as replay_open
from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import archive as output
from interfaces.cli.output import rehearsal, show
from interfaces.cli.process import run_async
from runtime.build import build_id
from runtime.errors import Refused
from runtime.i18n import _
from runtime.temporal.client import temporal_errors
from runtime.temporal.runs import count_open
from services.application import Application
from services.operations.nightly import archive_now

app = Typer()


@app.command()
def archive(as_json: AsJson = False) -> int:
    """For operators: have a worker archive the histories of closed journeys, as it does every night.

    Exit status 1 where a history could not be archived.
    """
    outcome = run_async(lambda: _archive(Application()))
    show.as_json(outcome) if as_json else output.archive_outcome(outcome)
    return Refused.status if outcome.failed else 0


async def _archive(application: Application) -> ArchiveOutcome:
    return await archive_now(await application.client(), application.settings.task_queue)


@app.command()
def rehearse(as_json: AsJson = False) -> int:
    """For operators: replay every open journey through the code in this folder, before a deployment. Exit status 1
    where a journey would break. Those are listed, and those that already stand still."""
    found = run_async(lambda: _rehearse(Application()))
    show.as_json(rehearsal.plain(found)) if as_json else rehearsal.rehearsal(found)
    return Refused.status if found.would_break else 0


async def _rehearse(application: Application) -> Rehearsal:
    found = Rehearsal(build_id(application.settings.build_id))
    client = await application.client()
    with temporal_errors(), show.progress(_("rehearsing"), await count_open(client)) as advance:
        async for one in replay_open(client):
            found.add(one)
            advance()
    return found
