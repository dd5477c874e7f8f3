"""`admin.py` today, list, positions, notices and inbox: who needs something, and where everything stands."""

from typing import Annotated

import typer

from interfaces.cli.commands.answering import open_application, refuse_unknown
from interfaces.cli.commands.options import AsJson, InProgramme, OfPages, Town
from interfaces.cli.output import show
from models.message import msg
from runtime.errors import UsageError
from runtime.local.inbox import read_inbox

app = typer.Typer()


@app.command()
def today(
    coordinator: Annotated[str | None, typer.Option(help="Only this coordinator's candidates.")] = None,
    town: Town = None,
    programme: InProgramme = None,
    page: OfPages = 1,
    as_json: AsJson = False,
) -> None:
    """Who needs what from whom: the longest overdue first, then what is due within a week."""

    application = open_application()
    refuse_unknown(application, programme, coordinator=coordinator, town=town)
    day = application.now().date()
    found = application.lists.today(day, coordinator=coordinator, site=town, programme=programme, page=page)
    becoming = application.lists.soon_permanent(day, coordinator=coordinator, site=town, programme=programme)
    show.as_json(found.lines) if as_json else show.today(found, becoming if page == 1 else ())


@app.command(name="list")
def list_(
    programme: InProgramme = None,
    stage: Annotated[str | None, typer.Option(help="Only journeys in this stage.")] = None,
    coordinator: Annotated[str | None, typer.Option(help="Only this coordinator's.")] = None,
    site: Annotated[str | None, typer.Option(help="Only in this town.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The largest number shown.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Journeys, the latest change first."""

    application = open_application()
    refuse_unknown(application, programme, stage, coordinator=coordinator, town=site)
    lines = application.lists.journeys(
        programme=programme, stage=stage, coordinator=coordinator, site=site, limit=limit
    )
    show.as_json(lines) if as_json else show.journeys(lines)


@app.command()
def positions(
    free: Annotated[bool, typer.Option("--free", help="Only positions with a free place.")] = False,
    queue: Annotated[
        bool, typer.Option("--queue", help="Who waits for a place instead, the longest wait first.")
    ] = False,
    town: Annotated[str | None, typer.Option(help="Only this municipality code in the queue.")] = None,
    programme: Annotated[str | None, typer.Option(help="Only this programme in the queue.")] = None,
    page: Annotated[int, typer.Option(min=1, help="Which page of the queue.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Positions with their staffing needs and free places, or who waits for a place and what fits."""

    application = open_application()
    if queue:
        refuse_unknown(application, programme, town=town)
        found = application.lists.waiting(application.now().date(), site=town, programme=programme, page=page)
        show.as_json(found.lines) if as_json else show.waiting(found)
        return
    if town or programme or page != 1:
        raise UsageError(
            msg(
                "positions.options",
                "--town, --programme and --page can only be used with --queue. Add it or omit the others.",
            )
        )
    lines = application.lists.positions(only_free=free)
    show.as_json(lines) if as_json else show.positions(lines)


@app.command()
def notices(
    dead: Annotated[bool, typer.Option("--dead", help="Only those that could not be delivered.")] = False,
    candidate: Annotated[str | None, typer.Option(help="Only this candidate's.")] = None,
    programme: InProgramme = None,
    limit: Annotated[int, typer.Option(min=1, help="The largest number shown.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Notices and how far they have come."""

    application = open_application()
    journey_id = application.find(candidate, programme).journey_id if candidate else None
    lines = application.lists.notices(journey_id=journey_id, status="dead" if dead else None, limit=limit)
    show.as_json(lines) if as_json else show.notices(lines)


@app.command()
def inbox(as_json: AsJson = False) -> None:
    """What the local stack's mail and webhook inboxes have received."""

    items = read_inbox(open_application().settings.data / "inbox")
    show.as_json([vars(item) for item in items]) if as_json else show.inbox(items)
