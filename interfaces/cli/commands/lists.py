"""`admin.py` today, list, positions, notices and inbox: who needs something, and where everything stands."""

from typing import Annotated

from typer import Option, Typer

from interfaces.cli.commands.answering import refuse_unknown
from interfaces.cli.commands.options import AsJson, InProgramme, Limit, OfPages, Town
from interfaces.cli.output import journeys, receipts, show
from runtime.errors import UsageError
from runtime.local.inbox import read_inbox
from services.application import Application

app = Typer()


@app.command()
def today(
    coordinator: Annotated[str | None, Option(help="Only this coordinator's candidates.")] = None,
    town: Town = None,
    programme: InProgramme = None,
    page: OfPages = 1,
    as_json: AsJson = False,
) -> None:
    """Who needs what from whom: the longest overdue first, then what is due within a week."""
    application = Application()
    refuse_unknown(application.book, programme, coordinator=coordinator, town=town)
    day = application.now().date()
    found = application.lists.today(day, page=page, coordinator=coordinator, site=town, programme=programme)
    becoming = application.lists.soon_permanent(day, coordinator=coordinator, site=town, programme=programme)
    show.as_json(found.lines) if as_json else journeys.today(found, becoming if page == 1 else ())


@app.command(name="list")
def list_(
    programme: InProgramme = None,
    stage: Annotated[str | None, Option(help="Only journeys in this stage.")] = None,
    coordinator: Annotated[str | None, Option(help="Only this coordinator's.")] = None,
    site: Annotated[str | None, Option(help="Only in this town.")] = None,
    limit: Limit = 200,
    as_json: AsJson = False,
) -> None:
    """Journeys, the latest change first."""
    application = Application()
    refuse_unknown(application.book, programme, stage=stage, coordinator=coordinator, town=site)
    wanted = {"programme": programme, "stage": stage, "coordinator": coordinator, "site": site}
    lines = application.lists.journeys(**wanted, limit=limit)
    show.as_json(lines) if as_json else journeys.journeys(lines)


@app.command()
def positions(
    free: Annotated[bool, Option("--free", help="Only positions with a free place.")] = False,
    queue: Annotated[bool, Option("--queue", help="Who waits for a place instead, the longest wait first.")] = False,
    town: Annotated[str | None, Option(help="Only this municipality code in the queue.")] = None,
    programme: Annotated[str | None, Option(help="Only this programme in the queue.")] = None,
    page: Annotated[int, Option(min=1, help="Which page of the queue.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Positions with their staffing needs and free places, or who waits for a place and what fits."""
    application = Application()
    if queue:
        refuse_unknown(application.book, programme, town=town)
        found = application.lists.waiting(application.now().date(), site=town, programme=programme, page=page)
        show.as_json(found.lines) if as_json else journeys.waiting(found)
        return
    if town or programme or page != 1:
        raise UsageError(
            "positions.options",
            "--town, --programme and --page can only be used with --queue. Add it or omit the others.",
        )
    lines = application.lists.positions(only_free=free)
    show.as_json(lines) if as_json else journeys.positions(lines)


@app.command()
def notices(
    dead: Annotated[bool, Option("--dead", help="Only those that could not be delivered.")] = False,
    candidate: Annotated[str | None, Option(help="Only this candidate's.")] = None,
    programme: InProgramme = None,
    limit: Limit = 200,
    as_json: AsJson = False,
) -> None:
    """Notices and how far they have come."""
    application = Application()
    journey_id = application.find(candidate, programme).journey_id if candidate else None
    lines = application.lists.notices(journey_id=journey_id, status="dead" if dead else None, limit=limit)
    show.as_json(lines) if as_json else receipts.notices(lines)


@app.command()
def inbox(as_json: AsJson = False) -> None:
    """What the local stack's mail and webhook inboxes have received."""
    items = read_inbox(Application().settings.data / "inbox")
    show.as_json([vars(item) for item in items]) if as_json else receipts.inbox(items)
