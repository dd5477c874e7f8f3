"""Recording an event of any kind: its form, what would follow from it, and the event sent."""

from interfaces.desk.asked import Asked
from interfaces.desk.flow import Flow, Recordable, Way, Words
from interfaces.desk.journey_forms import journey_of
from interfaces.desk.pages.door import of_a_person
from interfaces.desk.wording import PROGRAMME, capital, person_path
from models.events.descriptions import name_of
from models.events.events import Event, ReminderSet
from models.ledger.receipt import Receipt
from runtime.i18n import _, translate
from services.application import Application
from services.days import TO_COME, day_in, in_full
from services.queries.lines import JourneyLine
from services.recording.form import DAY, Answers, first_of
from services.recording.noting import INSTEAD
from services.recording.step import Step, step_of

REMINDER = ReminderSet.model_fields["kind"].default


def _step(asked: Asked, answers: Answers | None) -> Recordable:
    """The step that is asked for; what the address says is filled in at first."""
    if answers is None:
        query = asked.request.query_params
        answers = {name: query.getlist(name) for name in query if name != PROGRAMME}
    return step_of(asked.application, journey_of(asked), asked.part("kind"), answers)


def _words(one: Recordable) -> Words:
    return Words(title=capital(translate(name_of(one.form.kind))), send=_("Record"), note=_note(one))


def _note(one: Recordable) -> str:
    """What is to be known before it is recorded; of a day to come, that it can wait."""
    assert isinstance(one, Step)
    if _is_to_come(one):
        return _("What is to come can wait as a reminder:")
    return translate(one.note) if one.note is not None else ""


def _is_to_come(one: Recordable) -> bool:
    """Whether the day that was answered has not come; nothing is reminded of a reminder."""
    problem = one.problems.get(DAY) if one.answers.get(DAY) and one.form.kind != REMINDER else None
    return problem is not None and problem.id == TO_COME.id


def _instead(_asked: Asked, one: Recordable) -> list[Way]:
    """What is done instead: a reminder of what is to come, or what the other one has said."""
    if _is_to_come(one):
        day = day_in(first_of(one.answers, DAY), one.application.today())
        task = capital(translate(name_of(one.form.kind)))
        path = person_path(one.line.journey_id, f"/registrera/{REMINDER}", remind_on=str(day), task=task)
        return [Way(_("Set a reminder for {day}", day=in_full(day)), path)]
    kind = INSTEAD.get(one.form.kind)
    if kind is None:
        return []
    return [Way(translate(name_of(kind)), person_path(one.line.journey_id, f"/registrera/{kind}"))]


async def _send(application: Application, line: JourneyLine, event: Event) -> Receipt:
    return await (await application.journeys()).submit(line.journey_id, event)


RECORDING = Flow(_step, lambda asked: f"/registrera/{asked.part('kind')}", _words, _send, _instead)

PATH = "/person/{candidate}/registrera/{kind}"

routes = of_a_person(PATH, RECORDING.show, RECORDING.take)
