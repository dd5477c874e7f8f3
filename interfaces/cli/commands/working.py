"""`admin.py` work: the day's work, and one of those who need something taken up at once."""

from collections.abc import Mapping

from typer import Typer

from interfaces.cli.asking_people import open_journey_of
from interfaces.cli.commands.going_on import go_on
from interfaces.cli.commands.lists import show_work
from interfaces.cli.commands.options import Actor
from interfaces.cli.questions import Question, ask
from models.identifiers import JourneyId
from runtime.i18n import _
from services.application import Application, may_ask
from services.naming import Named
from services.queries.lines import JourneyLine, WorkLine
from services.reading import own_charge
from services.working import beside, todays_work

app = Typer()


@app.command()
def work(actor: Actor = None) -> int:
    """What your candidates need, as `today` lists it. Then you choose one, and go on as `next` does.

    At a terminal the script's name alone does the same.
    """
    application = Application()
    whose = own_charge(application, actor)
    found = todays_work(application, actor, until=application.today(), coordinator=whose)
    told = beside(application, actor, (*found.calls, *found.page.lines), found.becoming)
    show_work(application, found, told, numbered=may_ask())
    chosen = _chosen(application, actor, found.page.lines, told.names) if may_ask() else None
    return go_on(application, chosen, actor) if chosen else 0


def _chosen(
    application: Application, actor: str | None, lines: tuple[WorkLine, ...], names: Mapping[str, str]
) -> JourneyLine | None:
    """Whoever is to be gone on with: by the number in the list, or anybody by name; None where nobody."""
    choices = [Named(one.journey_id, f"{one.candidate}  {names.get(one.candidate, '–')}") for one in lines]

    def read(typed: str) -> JourneyLine:
        journey_id = JourneyId.read(typed)
        if journey_id is None:
            return open_journey_of(application, typed, actor)
        return application.find_open(journey_id.candidate, f"{journey_id.programme}/{journey_id.turn}")

    text = _("go on with whom? (number in the list or name, Enter for nobody)")
    return ask(Question(text, choices, optional=True, listed=True), read)
