"""Putting right who a candidate is and how they are reached: filled in, looked through, and done once."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, go_to, page
from interfaces.desk.flow import NOT_SURE, REFUSED_STATUS, SURE, WRONG_STATUS, Words, frame, summary
from interfaces.desk.journey_forms import (
    CHANGE,
    DO,
    SEND,
    SHOW,
    Carried,
    answers_in,
    as_hidden,
    journey_of,
    read_of,
    sent_back,
    shown_first,
)
from interfaces.desk.mistakes import status_of, told
from interfaces.desk.pages.door import of_a_person
from interfaces.desk.person_view import PUT_RIGHT
from interfaces.desk.wording import capital, person_path
from models.message import Message
from runtime.errors import Refused, UserError
from runtime.i18n import _
from services.identities.rectifying_form import Rectifying, rectifying_of
from services.recording.form import Shape


def show(asked: Asked) -> Response:
    """The form, with what whoever asks sees of the candidate."""
    line = read_of(asked)
    one = rectifying_of(asked.application, line, {})
    return _form(asked, one, shown_first(asked, line, asked.application.lists.ledger(line.journey_id)))


def take(asked: Asked) -> Response:
    """What was answered: shown again where something is wrong, looked through, or done."""
    line = journey_of(asked)
    carried, do = sent_back(asked, line), asked.said(DO)
    answers = {name: said for name, said in answers_in(asked).items() if name not in (SURE, PUT_RIGHT)}
    one = rectifying_of(asked.application, line, answers)
    if do == CHANGE:
        return _form(asked, one, carried)
    if do == SEND and one.is_done and asked.said(PUT_RIGHT):
        return _receipt(one, asked.said(PUT_RIGHT) or "")  # sent before
    if one.problems:
        wrong = [FieldError(name, message) for name, message in one.problems.items()]
        return _form(asked, one, carried, WRONG_STATUS, wrong)
    is_sure = asked.said(SURE) is not None
    if is_sure:
        asked.application.sure_of.add(one.because)
    try:
        if do != SEND:
            return _preview(asked, one, carried)
        if one.doubts:
            return _preview(asked, one, carried, WRONG_STATUS, [FieldError(SURE, NOT_SURE)])
        one.carry_out()
    except UserError as error:
        status = REFUSED_STATUS if isinstance(error, Refused) else status_of(error)
        return _form(asked, one, carried, status, [FieldError("", told(error))])
    return _receipt(one, ",".join(one.changed))


def _receipt(one: Rectifying, changed: str) -> Response:
    return go_to(person_path(one.line.journey_id, "", **{PUT_RIGHT: changed}))


def _form(
    asked: Asked, one: Rectifying, carried: Carried, status: int = 200, errors: Sequence[FieldError] = ()
) -> Response:
    drawn = {"form": one.form, "answers": one.answers, "Shape": Shape, "show": SHOW}
    told = {"errors": errors, "summary": summary(one.form, errors), "refusal": None, "happened": ()}
    return page(asked, "record.html.j2", status, **_shared(one, carried), **drawn, **told)


def _preview(
    asked: Asked, one: Rectifying, carried: Carried, status: int = 200, errors: Sequence[FieldError] = ()
) -> Response:
    """What stands now and what it becomes; what stands is opened with the reason once that may stand."""
    doubts: list[Message] = one.doubts
    before = None if doubts else one.before()
    return page(
        asked,
        "record_preview.html.j2",
        status,
        **_shared(one, carried),
        said=[(capital(label), value) for label, value in one.in_words(before)],
        follows=[_("Nobody is told. Who did it, when and why is kept.")],
        by_other_rules=False,
        odd=(),
        is_weighty=False,
        send_label=_("Put right"),
        takes_two=None,
        doubts=doubts,
        answers=[*as_hidden(one.answers), (PUT_RIGHT, ",".join(one.changed))],
        may_change=True,
        errors=errors,
        send=SEND,
        change=CHANGE,
        sure=SURE,
    )


def _shared(one: Rectifying, carried: Carried) -> dict[str, Any]:
    words = Words(title=_("Change contact details or name"), send=_("Put right"))
    return frame(one.application, one.line, carried, words, "/uppgifter")


routes = of_a_person("/person/{candidate}/uppgifter", show, take)
