"""`admin.py` today, list, positions, notices, inbox and reads: who needs something, where everything stands, and who
has read of it."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from typer import Option, Typer

from interfaces.cli.commands.answering import day_of, refuse_unknown
from interfaces.cli.commands.options import Actor, AsJson, InProgramme, Limit, Numbers, OfPages, Since, Town
from interfaces.cli.output import journeys, receipts, show
from interfaces.cli.output import reads as screen
from runtime.errors import UsageError
from runtime.files import write_file
from runtime.i18n import _, _n
from runtime.local.inbox import read_inbox
from services.application import Application
from services.identities.naming import named, names_in
from services.queries.calendar import calendar_of, read_before
from services.queries.lists import DUE_SOON
from services.reading import may_list, own_charge, reads_of_own

app = Typer()


@app.command()
def today(
    coordinator: Annotated[str | None, Option(help="Only this coordinator's candidates.")] = None,
    town: Town = None,
    programme: InProgramme = None,
    week: Annotated[bool, Option("--week", help="Also what is due within a week.")] = False,
    everybody: Annotated[bool, Option("--all", help="Also colleagues' candidates.")] = False,
    page: OfPages = 1,
    numbers: Numbers = False,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """What your candidates, and those of colleagues you stand in for, need from whom: the longest overdue first."""
    application = Application()
    programme, _stage, coordinator, town = refuse_unknown(application, programme, coordinator=coordinator, town=town)
    day, open_to = application.today(), may_list(application, actor, programme)
    whose = coordinator or (None if everybody else own_charge(application, actor))
    until = day + DUE_SOON if week else day
    found = application.lists.today(day, until=until, page=page, coordinator=whose, site=town, programme=open_to)
    becoming = application.lists.soon_permanent(day, coordinator=whose, site=town, programme=open_to)
    names = {} if numbers else names_in(application, actor, (*found.lines, *becoming))
    if as_json:
        show.as_json(named(found.lines, names))
        return
    journeys.today(found, becoming if page == 1 else (), names)
    screen.reads_since_yesterday(len(reads_of_own(application, actor, day - timedelta(days=1))))


@app.command()
def calendar(
    file: Annotated[Path, Option("--output", help="The iCalendar file to write, such as due.ics.")],
    everybody: Annotated[bool, Option("--all", help="Also colleagues' candidates.")] = False,
    programme: InProgramme = None,
    actor: Actor = None,
) -> None:
    """Write what is due as a calendar, without names. Written again, it says what has moved and what is done."""
    application = Application()
    programme = refuse_unknown(application, programme).programme
    open_to = may_list(application, actor, programme)
    whose = None if everybody else own_charge(application, actor)
    lines = application.lists.due(application.today(), coordinator=whose, programme=open_to)
    write_file(file, calendar_of(lines, application.now(), read_before(file)))
    show.tell(_n("{count} day is in {file}.", "{count} days are in {file}.", len(lines), file=file))


@app.command(name="list")
def list_(
    programme: InProgramme = None,
    stage: Annotated[str | None, Option(help="Only journeys in this stage.")] = None,
    coordinator: Annotated[str | None, Option(help="Only this coordinator's.")] = None,
    town: Town = None,
    limit: Limit = 200,
    numbers: Numbers = False,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Journeys, the latest change first."""
    application = Application()
    narrowed = refuse_unknown(application, programme, stage=stage, coordinator=coordinator, town=town)
    open_to = may_list(application, actor, narrowed.programme)
    wanted = {"stage": narrowed.stage, "coordinator": narrowed.coordinator, "site": narrowed.town}
    lines = application.lists.journeys(**wanted, programme=open_to, limit=limit)
    names = {} if numbers else names_in(application, actor, lines)
    show.as_json(named(lines, names)) if as_json else journeys.journeys(lines, names)


@app.command()
def positions(
    free: Annotated[bool, Option("--free", help="Only positions with a free place.")] = False,
    queue: Annotated[bool, Option("--queue", help="Who waits for a place instead, the longest wait first.")] = False,
    town: Annotated[str | None, Option(help="Only this municipality code in the queue.")] = None,
    programme: Annotated[str | None, Option(help="Only this programme in the queue.")] = None,
    page: Annotated[int, Option(min=1, help="Which page of the queue.")] = 1,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Positions with their staffing needs and free places, or who waits for a place and what fits."""
    application = Application()
    if queue:
        programme, *_others, town = refuse_unknown(application, programme, town=town)
        open_to = may_list(application, actor, programme)
        found = application.lists.waiting(application.today(), site=town, programme=open_to, page=page)
        show.as_json(found.lines) if as_json else journeys.waiting(found)
        return
    if town or programme or page != 1:
        raise UsageError(
            "positions.options",
            "--town, --programme and --page can only be used with --queue. Add it or omit the others.",
        )
    may_list(application, actor)
    lines = application.lists.positions(only_free=free)
    show.as_json(lines) if as_json else journeys.positions(lines)


@app.command()
def notices(
    dead: Annotated[bool, Option("--dead", help="Only those that could not be delivered.")] = False,
    candidate: Annotated[str | None, Option(help="Only this candidate's.")] = None,
    programme: InProgramme = None,
    limit: Limit = 200,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Notices and how far they have come."""
    application = Application()
    open_to = may_list(application, actor, programme)
    journey_id = application.find(candidate, programme).journey_id if candidate else None
    status = "dead" if dead else None
    lines = application.lists.notices(journey_id=journey_id, status=status, programmes=open_to, limit=limit)
    show.as_json(lines) if as_json else receipts.notices(lines)


@app.command()
def inbox(actor: Actor = None, as_json: AsJson = False) -> None:
    """What the local stack's mail and webhook inboxes have received."""
    application = Application()
    may_list(application, actor)
    items = read_inbox(application.settings.data / "inbox")
    show.as_json([vars(item) for item in items]) if as_json else receipts.inbox(items)


@app.command()
def reads(since: Since = None, limit: Limit = 200, actor: Actor = None, as_json: AsJson = False) -> None:
    """What others have read of the candidates in your charge, and why, the latest first."""
    application = Application()
    lines = reads_of_own(application, actor, day_of(application, since) if since else None)[:limit]
    show.as_json(lines) if as_json else screen.reads(lines, _("Nobody else has read of your candidates."))
