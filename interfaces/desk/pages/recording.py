"""Recording an event: its form, what would follow from it, and the event sent. One way for every kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from interfaces.desk.asked import Asked, FieldError, go_to, in_thread, page
from interfaces.desk.mistakes import status_of
from interfaces.desk.routing import get, post
from starlette.responses import Response

from interfaces.desk.journey_forms import (
    CHANGE,
    DO,
    SEND,
    SHOW,
    Carried,
    Refusal,
    answers_in,
    as_hidden,
    carried_on,
    foreseen,
    journey_of,
    meanwhile,
    receipt_path,
    refused_by,
    row_of,
    sent_back,
    shown_first,
)
from interfaces.desk.wording import PROGRAMME, capital, person_path
from models.events.descriptions import name_of
from models.events.events import Event
from models.events.texts import written_in
from models.ledger.receipt import Receipt
from models.message import Message, msg
from runtime.errors import UserError
from runtime.i18n import translate
from services.recording.foretold import steps_of
from services.recording.form import Answers, Form, Shape
from services.recording.preview import Preview, preview
from services.recording.step import Step, step_of

SURE = "sure"
"""The box that says that texts shall stand as they are."""

NOT_SURE = msg("desk.not_sure", "Tick the box if the text shall stand, or change it.")

REFUSED_STATUS = 409

WRONG_STATUS = 422


def form(asked: Asked) -> Response:
    """The form of a kind of event; what the address says is filled in."""
    line = journey_of(asked)
    query = asked.request.query_params
    step = _step(asked, {name: query.getlist(name) for name in query if name != PROGRAMME})
    return _form(asked, step, shown_first(asked, line, step.rows))


async def take(asked: Asked) -> Response:
    """What was answered: shown again where something is wrong, as a preview, or sent."""
    ready = await in_thread(_looked_at, asked)
    if isinstance(ready, Response):
        return ready
    try:
        receipt = await (await ready.step.application.journeys()).submit(ready.step.line.journey_id, ready.event)
    except UserError as error:
        return await in_thread(_not_sent, asked, ready, error)
    return await in_thread(_answered, asked, ready, receipt)


@dataclass(frozen=True)
class Ready:
    """A step that may be sent."""

    step: Step
    carried: Carried
    event: Event


def _step(asked: Asked, answers: Answers) -> Step:
    return step_of(asked.application, journey_of(asked), asked.part("kind"), answers)


def _looked_at(asked: Asked) -> Response | Ready:
    line, do = journey_of(asked), asked.said(DO)
    step = _step(asked, answers_in(asked))
    carried = sent_back(asked, line)
    if row_of(step.rows, carried.event_id) is not None:
        return go_to(receipt_path(line, carried.event_id))
    if happened := meanwhile(asked.application, step.rows, carried):
        again = carried_on(asked, line, carried.event_id, step.rows)
        return _form(asked, step, again, REFUSED_STATUS, happened=happened)
    if do in (CHANGE, SHOW):
        return _form(asked, step, carried)
    if step.checked.problems:
        wrong = [FieldError(_place(step.form, name), one) for name, one in step.checked.problems.items()]
        return _form(asked, step, carried, WRONG_STATUS, errors=wrong)
    try:
        event = step.event(carried.event_id)
    except UserError as error:
        return _form(asked, step, carried, WRONG_STATUS, errors=[FieldError("", error.message)])
    return _weighed(asked, Ready(step, carried, event), do)


def _weighed(asked: Asked, ready: Ready, do: str | None) -> Response | Ready:
    step = ready.step
    found = preview(step.application, step.line, ready.event, step.rows)
    if found is not None and found.refused is not None and not found.by_other_rules:
        refusal = foreseen(step.line, found.refused, step.possible_now)
        return _form(asked, step, ready.carried, REFUSED_STATUS, refusal=refusal)
    doubts = step.doubts(ready.event)
    is_sure = asked.said(SURE) is not None
    if do != SEND:
        return _preview(asked, ready, found, doubts)
    if doubts and not is_sure:
        return _preview(asked, ready, found, doubts, WRONG_STATUS, errors=[FieldError(SURE, NOT_SURE)])
    step.application.sure_of.update(written_in(ready.event))
    return ready


def _not_sent(asked: Asked, ready: Ready, error: UserError) -> Response:
    """The form again, with what stood in the way: nothing that was typed is lost."""
    return _form(asked, ready.step, ready.carried, status_of(error), errors=[FieldError("", error.message)])


def _answered(asked: Asked, ready: Ready, receipt: Receipt) -> Response:
    """The receipt on the person's page, or why the journey has refused it."""
    line = ready.step.line
    if receipt.accepted:
        return go_to(receipt_path(line, receipt.event_id))
    step = _step(asked, ready.step.answers)  # with the row of the refusal
    carried = carried_on(asked, line, uuid4(), step.rows)
    refusal = refused_by(line, receipt, step.rows, step.possible_now)
    return _form(asked, step, carried, REFUSED_STATUS, refusal=refusal)


def _form(
    asked: Asked,
    step: Step,
    carried: Carried,
    status: int = 200,
    *,
    errors: Sequence[FieldError] = (),
    refusal: Refusal | None = None,
    happened: Sequence[Message] = (),
) -> Response:
    return page(
        asked,
        "record.html.j2",
        status,
        **_shared(step, carried),
        form=step.form,
        answers=step.answers,
        errors=errors,
        refusal=refusal,
        happened=happened,
        Shape=Shape,
        show=SHOW,
    )


def _preview(
    asked: Asked,
    ready: Ready,
    found: Preview | None,
    doubts: Sequence[Message],
    status: int = 200,
    *,
    errors: Sequence[FieldError] = (),
) -> Response:
    step = ready.step
    return page(
        asked,
        "record_preview.html.j2",
        status,
        **_shared(step, ready.carried),
        said=[(capital(label), value) for label, value in step.said(ready.event)],
        follows=[capital(one) for one in steps_of(found)] if found else [],
        by_other_rules=found is None or found.by_other_rules,
        odd=found.odd if found else (),
        is_weighty=found is not None and (found.ends_the_way or found.makes_permanent),
        doubts=doubts,
        answers=as_hidden(step.answers),
        errors=errors,
        send=SEND,
        change=CHANGE,
        sure=SURE,
    )


def _shared(step: Step, carried: Carried) -> dict[str, Any]:
    line = step.line
    return {
        "candidate": line.candidate,
        "what": capital(translate(name_of(step.kind))),
        "person": person_path(line.journey_id),
        "path": person_path(line.journey_id, f"/registrera/{step.kind}"),
        "hidden": carried.hidden,
        "do": DO,
    }


def _place(form: Form, name: str) -> str:
    """The id of the field that an error is about."""
    one = form.question(name)
    return one.items[0].name if one is not None and one.items else name


routes = [
    get("/person/{candidate}/registrera/{kind}", form),
    post("/person/{candidate}/registrera/{kind}", take),
]
