"""`admin.py` today, list, positions and reads: who needs something, where everything stands, and who has read of it."""

from datetime import timedelta
from typing import Annotated

from typer import Option, Typer

from interfaces.cli.commands.options import Actor, AsJson, InProgramme, Limit, Numbers, OfPages, Since, Town
from interfaces.cli.narrowing import day_asked_about, refuse_unknown
from interfaces.cli.output import answers, journeys, show
from interfaces.cli.output import reads as screen
from runtime.errors import UsageError
from runtime.i18n import _
from services.application import Application
from services.identities.naming import named, names_in
from services.identities.tasks import tasks_of_journeys
from services.lent import lent_beside, with_whom
from services.queries.lists import DUE_SOON
from services.queries.reads_told import reads_told
from services.queries.titles import Titles
from services.reading import may_list, own_charge, reads_of_own
from services.working import Beside, Work, beside, todays_work

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
    whose = coordinator or (None if everybody else own_charge(application, actor))
    until = application.today() + (DUE_SOON if week else timedelta())
    found = todays_work(application, actor, programme, until=until, page=page, coordinator=whose, town=town)
    if as_json:
        lines = (*found.calls, *found.page.lines)
        names = {} if numbers else names_in(application, actor, (*lines, *found.becoming))
        show.as_json(lent_beside(application, lines, named(lines, names)))
        return
    told = beside(application, actor, (*found.calls, *found.page.lines), found.becoming, with_names=not numbers)
    show_work(application, found, told)


def show_work(application: Application, found: Work, told: Beside, *, numbered: bool = False) -> None:
    """Print it, reminders with what they are about, and how many others have read of one's own since yesterday."""
    titles = Titles(application.book)
    lines = titles.shown(with_whom(application, found.page.lines), codes=show.is_narrow())
    page = found.page.model_copy(update={"lines": lines})
    becoming = titles.shown(found.becoming) if page.page == 1 else ()
    journeys.today(page, becoming, told.names, told.tasks, numbered=numbered)
    journeys.calls(titles.shown(found.calls), told.names, told.tasks)
    screen.reads_since_yesterday(told.read_by_others)
    answers.declined(told.declined)


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
    of = application.lists.count(**wanted, programme=open_to)
    names = {} if numbers else names_in(application, actor, lines)
    if as_json:
        show.as_json(lent_beside(application, lines, named(lines, names)))
        show.how_many(len(lines), of, as_json=True)
        return
    tasks = {} if numbers else tasks_of_journeys(application, actor, lines)
    shown = Titles(application.book).shown(with_whom(application, lines), codes=show.is_narrow())
    journeys.journeys(shown, names, tasks)
    show.how_many(len(lines), of, as_json=False)
    show.tell(_("Refused referrals are in no list."))


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
        if as_json:
            show.as_json(found.lines)
            return
        shown = Titles(application.book).shown(with_whom(application, found.lines), codes=show.is_narrow())
        journeys.waiting(found.model_copy(update={"lines": shown}))
        return
    if town or programme or page != 1:
        raise UsageError(
            "positions.options",
            "--town, --programme and --page can only be used with --queue. Add it or omit the others.",
        )
    may_list(application, actor)
    lines = application.lists.positions(application.today(), only_free=free)
    show.as_json(lines) if as_json else journeys.positions(Titles(application.book).shown(lines))


@app.command()
def reads(since: Since = None, limit: Limit = 200, actor: Actor = None, as_json: AsJson = False) -> None:
    """What others have read of the candidates in your charge, and why, the latest first."""
    application = Application()
    found = reads_of_own(application, actor, day_asked_about(application, since) if since else None)
    lines = found[:limit]
    told = reads_told(lines, _("Nobody else has read of your candidates."))
    show.as_json(lines) if as_json else show.blocks([told])
    show.how_many(len(lines), len(found), as_json=as_json)
