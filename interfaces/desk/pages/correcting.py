"""Correcting: an earlier event replaced or struck, and one's own last step undone."""

from interfaces.desk.asked import Asked
from interfaces.desk.flow import Flow, Recordable, Way, Words
from interfaces.desk.journey_forms import journey_of
from interfaces.desk.pages.door import of_a_person
from interfaces.desk.wording import person_path
from models.events.descriptions import name_of
from models.events.events import Event
from models.ledger.receipt import Receipt
from runtime.i18n import _, translate
from services.application import Application
from services.queries.lines import JourneyLine
from services.recording.amending import Amending, amending_of, undoing_of
from services.recording.approving import submit_correction
from services.recording.form import Answers
from services.recording.moving import can_be_moved


def _amending(asked: Asked, answers: Answers | None) -> Recordable:
    return amending_of(asked.application, journey_of(asked), asked.part("event"), answers)


def _with_remark(asked: Asked, answers: Answers | None) -> Recordable:
    return amending_of(asked.application, journey_of(asked), asked.part("event"), answers, with_remark=True)


def _as_kind(asked: Asked, answers: Answers | None) -> Recordable:
    as_kind = asked.part("kind")
    return amending_of(asked.application, journey_of(asked), asked.part("event"), answers, as_kind=as_kind)


def _ways_on(asked: Asked, one: Recordable) -> list[Way]:
    """What else may be corrected of the event: a remark that is not shown, and what kind of event it was."""
    assert isinstance(one, Amending)
    again = one.corrected
    if again is not None:
        label = _("Correct row {row} again: {what}", row=again.row, what=translate(name_of(again.kind)))
        return [Way(label, person_path(one.line.journey_id, f"/ratta/{again.event_id}"))]
    more = [(_("Show the remark and correct it"), "anmarkning")] if one.has_remark else []
    more += [(_("It was: {what}", what=translate(name_of(kind))), f"slag/{kind}") for kind in one.other_kinds]
    moved = person_path(one.line.journey_id, "/flytta", rad=str(one.about.row))
    other = [Way(_("It is about somebody else: move it"), moved)] if can_be_moved(one.about.kind) else []
    ways = [Way(label, person_path(one.line.journey_id, f"{_place(asked)}/{part}")) for label, part in more]
    return [*other, *ways]


def _place(asked: Asked) -> str:
    return f"/ratta/{asked.part('event')}"


def _undoing(asked: Asked, _answers: Answers | None) -> Recordable:
    return undoing_of(asked.application, journey_of(asked))


def _words_of_correction(one: Recordable) -> Words:
    assert isinstance(one, Amending)
    if one.only_strikes:
        title = _("Strike row {row}: {what}", row=one.about.row, what=translate(name_of(one.form.kind)))
        return Words(title, _("Strike"), _("This row can only be struck. Then what stood before it holds again."))
    return Words(title=_("Correct: {what}", what=translate(name_of(one.form.kind))), send=_("Correct"))


def _words_of_kind(one: Recordable) -> Words:
    return Words(title=_("It was instead: {what}", what=translate(name_of(one.form.kind))), send=_("Correct"))


def _words_of_undoing(one: Recordable) -> Words:
    return Words(title=_("Undo: {what}", what=translate(name_of(one.form.kind))), send=_("Undo"))


async def _send(application: Application, line: JourneyLine, event: Event) -> Receipt:
    return await submit_correction(application, line.journey_id, event)


CORRECTING = Flow(_amending, _place, _words_of_correction, _send, _ways_on)

REMARK = Flow(_with_remark, lambda asked: f"{_place(asked)}/anmarkning", _words_of_correction, _send)

KIND = Flow(_as_kind, lambda asked: f"{_place(asked)}/slag/{asked.part('kind')}", _words_of_kind, _send)

UNDOING = Flow(_undoing, lambda _asked: "/angra", _words_of_undoing, _send)

CORRECT, UNDO = "/person/{candidate}/ratta/{event}", "/person/{candidate}/angra"

routes = [
    *of_a_person(CORRECT, CORRECTING.show, CORRECTING.take),
    *of_a_person(f"{CORRECT}/anmarkning", REMARK.show, REMARK.take),
    *of_a_person(f"{CORRECT}/slag/{{kind}}", KIND.show, KIND.take),
    *of_a_person(UNDO, UNDOING.show, UNDOING.take),
]
