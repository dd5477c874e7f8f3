"""Moving what was recorded on the wrong person to the right one: chosen, looked through, and sent once."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, go_to, in_thread, page
from interfaces.desk.flow import NOT_SURE, REFUSED_STATUS, SURE, WRONG_STATUS, Words, frame, summary
from interfaces.desk.journey_forms import (
    CHANGE,
    DO,
    SEND,
    SHOW,
    Carried,
    answers_in,
    as_hidden,
    carried_on,
    journey_of,
    meanwhile,
    read_of,
    receipt_path,
    row_of,
    sent_back,
    shown_first,
)
from interfaces.desk.mistakes import status_of, told
from interfaces.desk.pages.door import of_a_person
from interfaces.desk.wording import TAKES_TWO, capital
from models.message import Message
from runtime.errors import Refused, UserError
from runtime.i18n import _
from services.recording.form import Shape
from services.recording.moving import Plan
from services.recording.moving_foreseen import Side
from services.recording.moving_form import ROWS, MovingForm, moving_of


def show(asked: Asked) -> Response:
    """The form; the row of the address is chosen in it."""
    row = asked.given("rad")
    one = moving_of(asked.application, read_of(asked), {ROWS: [row]} if row else {})
    return _form(asked, one, shown_first(asked, one.line, one.rows))


async def take(asked: Asked) -> Response:
    """What was answered: shown again where something is wrong, looked through, or sent."""
    ready = await in_thread(_read, asked)
    if isinstance(ready, Response):
        return ready
    one, plan, carried = ready
    try:
        await one.carry_out(plan)
    except UserError as error:
        return await in_thread(_form, asked, one, carried, _status(error), [FieldError("", told(error))])
    return go_to(receipt_path(one.line, plan.steps[-1].struck.event_id))


def _read(asked: Asked) -> Response | tuple[MovingForm, Plan, Carried]:
    line = journey_of(asked)
    carried, do = sent_back(asked, line), asked.said(DO)
    answers = {name: said for name, said in answers_in(asked).items() if name != SURE}
    one = moving_of(asked.application, line, answers)
    if do == CHANGE:
        return _form(asked, one, carried)
    if one.problems:
        wrong = [FieldError(name, message) for name, message in one.problems.items()]
        return _form(asked, one, carried, WRONG_STATUS, wrong)
    try:
        plan = one.plan()
        was_sent = all(row_of(one.rows, step.struck.event_id) for step in plan.steps)
        sides = () if was_sent else one.sides(plan)
    except UserError as error:
        return _form(asked, one, carried, _status(error), [FieldError("", told(error))])
    if was_sent:
        return go_to(receipt_path(line, plan.steps[-1].struck.event_id))  # sent before
    if happened := meanwhile(asked.application, one.rows, carried):
        again = carried_on(asked, line, carried.event_id, one.rows)
        return _form(asked, one, again, REFUSED_STATUS, happened=happened)
    if asked.said(SURE):
        one.sure(plan)
    if do != SEND:
        return _preview(asked, one, plan, carried, sides)
    if one.doubts(plan):
        return _preview(asked, one, plan, carried, sides, WRONG_STATUS, [FieldError(SURE, NOT_SURE)])
    return one, plan, carried


def _status(error: UserError) -> int:
    return REFUSED_STATUS if isinstance(error, Refused) else status_of(error)


def _form(
    asked: Asked,
    one: MovingForm,
    carried: Carried,
    status: int = 200,
    errors: Sequence[FieldError] = (),
    happened: Sequence[Message] = (),
) -> Response:
    drawn = {"form": one.form, "answers": one.answers, "Shape": Shape, "show": SHOW}
    told = {"errors": errors, "summary": summary(one.form, errors), "refusal": None, "happened": happened}
    return page(asked, "record.html.j2", status, **_shared(one, carried), **drawn, **told)


def _preview(
    asked: Asked,
    one: MovingForm,
    plan: Plan,
    carried: Carried,
    sides: Sequence[Side],
    status: int = 200,
    errors: Sequence[FieldError] = (),
) -> Response:
    follows = [(one.called(side.line), [capital(line) for line in side.in_words()]) for side in sides]
    return page(
        asked,
        "record_preview.html.j2",
        status,
        **_shared(one, carried),
        said=[(capital(label), value) for label, value in one.said(plan)],
        follows=[],
        sides=follows,
        by_other_rules=False,
        odd=[odd for side in sides if side.follows for odd in side.follows.odd],
        is_weighty=any(side.follows.ends_the_way or side.follows.makes_permanent for side in sides if side.follows),
        send_label=_("Propose to a colleague") if plan.takes_two else _("Move"),
        takes_two=TAKES_TWO if plan.takes_two else None,
        doubts=one.doubts(plan),
        answers=as_hidden(one.carried),
        may_change=True,
        errors=errors,
        send=SEND,
        change=CHANGE,
        sure=SURE,
    )


def _shared(one: MovingForm, carried: Carried) -> dict[str, Any]:
    words = Words(title=_("Move to another person"), send=_("Move"))
    return frame(one.application, one.line, carried, words, "/flytta")


MOVE = "/person/{candidate}/flytta"

routes = of_a_person(MOVE, show, take)
