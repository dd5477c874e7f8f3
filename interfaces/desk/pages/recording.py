"""Recording an event of any kind: its form, what would follow from it, and the event sent."""

from interfaces.desk.asked import Asked
from interfaces.desk.flow import Flow, Recordable, Words
from interfaces.desk.journey_forms import journey_of
from interfaces.desk.pages.door import of_a_person
from interfaces.desk.wording import PROGRAMME, capital
from models.events.descriptions import name_of
from models.events.events import Event
from models.ledger.receipt import Receipt
from runtime.i18n import _, translate
from services.application import Application
from services.queries.lines import JourneyLine
from services.recording.form import Answers
from services.recording.step import step_of


def _step(asked: Asked, answers: Answers | None) -> Recordable:
    """The step that is asked for; what the address says is filled in at first."""
    if answers is None:
        query = asked.request.query_params
        answers = {name: query.getlist(name) for name in query if name != PROGRAMME}
    return step_of(asked.application, journey_of(asked), asked.part("kind"), answers)


def _words(one: Recordable) -> Words:
    return Words(title=capital(translate(name_of(one.form.kind))), send=_("Record"))


async def _send(application: Application, line: JourneyLine, event: Event) -> Receipt:
    return await (await application.journeys()).submit(line.journey_id, event)


RECORDING = Flow(_step, lambda asked: f"/registrera/{asked.part('kind')}", _words, _send)

PATH = "/person/{candidate}/registrera/{kind}"

routes = of_a_person(PATH, RECORDING.show, RECORDING.take)
