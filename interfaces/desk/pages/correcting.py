"""Correcting: an earlier event replaced or struck, and one's own last step undone."""

from interfaces.desk.asked import Asked
from interfaces.desk.flow import Flow, Recordable, Words
from interfaces.desk.journey_forms import journey_of
from interfaces.desk.routing import get, post
from models.events.descriptions import name_of
from models.events.events import Event
from models.ledger.receipt import Receipt
from runtime.i18n import _, translate
from services.application import Application
from services.queries.lines import JourneyLine
from services.recording.amending import amending_of, undoing_of
from services.recording.approving import submit_correction
from services.recording.form import Answers


def _amending(asked: Asked, answers: Answers | None) -> Recordable:
    return amending_of(asked.application, journey_of(asked), asked.part("event"), answers)


def _undoing(asked: Asked, _answers: Answers | None) -> Recordable:
    return undoing_of(asked.application, journey_of(asked))


def _words_of_correction(one: Recordable) -> Words:
    return Words(title=_("Correct: {what}", what=translate(name_of(one.form.kind))), send=_("Correct"))


def _words_of_undoing(one: Recordable) -> Words:
    return Words(title=_("Undo: {what}", what=translate(name_of(one.form.kind))), send=_("Undo"))


async def _send(application: Application, line: JourneyLine, event: Event) -> Receipt:
    return await submit_correction(application, line.journey_id, event)


CORRECTING = Flow(_amending, lambda asked: f"/ratta/{asked.part('event')}", _words_of_correction, _send)

UNDOING = Flow(_undoing, lambda _asked: "/angra", _words_of_undoing, _send)

CORRECT, UNDO = "/person/{candidate}/ratta/{event}", "/person/{candidate}/angra"

routes = [
    get(CORRECT, CORRECTING.show),
    post(CORRECT, CORRECTING.take),
    get(UNDO, UNDOING.show),
    post(UNDO, UNDOING.take),
]
