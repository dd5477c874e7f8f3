"""`admin.py` next: what may be done now, and one of it done."""

from typing import Annotated

from typer import Argument, Typer

from interfaces.cli.asking_people import open_journey_of
from interfaces.cli.commands.answering import send
from interfaces.cli.commands.options import Actor, AsJson, Because, InProgramme, Whom
from interfaces.cli.output import journeys, receipts, show
from interfaces.cli.process import run_async
from interfaces.cli.prompts import choose_event
from models.access.permissions import Reading
from models.projections.status import Status
from services.application import Application
from services.queries.lines import JourneyLine
from services.queries.possible import by_what_they_lead_to
from services.queries.titles import Titles
from services.readers import reader_of
from services.reading import read
from services.recording.offering import refused_to

app = Typer()


@app.command(name="next")
def next_(
    candidate: Whom,
    event: Annotated[str | None, Argument(help="An event to record now. At a terminal you are asked.")] = None,
    because: Because = None,
    programme: InProgramme = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> int:
    """What may be done now, with the fields that each event needs."""
    application = Application()
    line = open_journey_of(application, candidate, actor, programme)
    return go_on(application, line, actor, event, because, as_json=as_json)


def go_on(
    application: Application,
    line: JourneyLine,
    actor: str | None,
    event: str | None = None,
    because: str | None = None,
    *,
    as_json: bool = False,
) -> int:
    """Show what may be done now, and record what somebody chooses of it; returns the exit status."""
    read(application, line, reader_of(application, actor, line, Reading.JOURNEY), Reading.JOURNEY, because)

    async def ask() -> Status:
        return await (await application.journeys()).status(line.journey_id)

    status = run_async(ask)
    if as_json:
        show.as_json(status)
        return 0
    journeys.status(Titles(application.book).shown([status])[0], application.today())
    refused = refused_to(application, line, application.actor(actor), [one.kind for one in status.possible])
    possible = tuple(one for one in status.possible if one.kind not in refused)
    grouped = by_what_they_lead_to(status.model_copy(update={"possible": possible}))
    receipts.options(grouped)
    receipts.not_for_you(refused)
    kind = event or choose_event([one.kind for _title, group in grouped for one in group])
    return send(application, line, kind, {}, actor) if kind else 0
