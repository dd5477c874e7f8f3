"""The door before everything that is done of a person in a colleague's charge: why somebody reads, asked once."""

import inspect
from collections.abc import Sequence
from typing import cast
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.routing import Route

from interfaces.desk.again import typed_in
from interfaces.desk.asked import Asked, FieldError, Handler, go_to, in_thread, page
from interfaces.desk.flow import REFUSED_STATUS, WRONG_STATUS
from interfaces.desk.journey_forms import journey_of
from interfaces.desk.reasons import FIELD, OF_A_REASON, SURE, in_the_field, reason_given, remember
from interfaces.desk.routing import get, post
from interfaces.desk.wording import person_path
from models.access.permissions import Reading
from runtime.errors import Refused, UsageError
from services.queries.lines import JourneyLine
from services.readers import reader_of
from services.reading import may_read
from services.showing import staff_name

TO, TYPED = "to", "typed."
"""Where somebody was going, and what they had typed: each name with this before it."""

PART = "/skal"


def of_a_person(path: str, show: Handler, take: Handler) -> list[Route]:
    """A form about a person, as it is shown and as it is sent: behind the door."""
    return [get(path, _behind(show)), post(path, _behind(take))]


def _behind(handler: Handler) -> Handler:
    async def answer(asked: Asked) -> Response:
        try:
            if inspect.iscoroutinefunction(handler):
                return cast("Response", await handler(asked))
            return cast("Response", await in_thread(handler, asked))
        except UsageError as error:
            if error.message.id not in OF_A_REASON:
                raise
            return await in_thread(_asks, asked)

    return answer


def _asks(asked: Asked) -> Response:
    is_sent = asked.request.method == "POST"
    typed = [(f"{TYPED}{name}", value) for name, value in typed_in(asked.form)]
    hidden = [(TO, asked.path), *typed]
    return _door(asked, journey_of(asked), hidden, REFUSED_STATUS if is_sent else 200)


def enter(asked: Asked) -> Response:
    """Whoever says why goes on to where they were going; the reading is written down there."""
    line, application = journey_of(asked), asked.application
    because = reason_given(asked, line.candidate)
    try:
        reader = reader_of(application, None, line, Reading.JOURNEY)
        may_read(application, line, reader, Reading.JOURNEY, because)
    except (Refused, UsageError) as error:
        hidden = [(name, value) for name, value in typed_in(asked.form) if name not in (FIELD, SURE)]
        return _door(asked, line, hidden, WRONG_STATUS, [in_the_field(error)])
    remember(asked, line.candidate, because)
    to = _of_this_person(asked.said(TO), line)
    kept = [(name.removeprefix(TYPED), value) for name, value in typed_in(asked.form) if name.startswith(TYPED)]
    return page(asked, "again.html.j2", typed=kept, path=to) if kept else go_to(to)


def _of_this_person(to: str | None, line: JourneyLine) -> str:
    """A page of this person alone: whatever else a form says leads to their first one."""
    parts = urlsplit(to or "")
    begins = urlsplit(person_path(line.journey_id)).path
    is_here = not (parts.scheme or parts.netloc) and f"{parts.path}/".startswith(f"{begins}/")
    return to if to and is_here else person_path(line.journey_id)


def _door(
    asked: Asked,
    line: JourneyLine,
    hidden: Sequence[tuple[str, str]],
    status: int,
    errors: Sequence[FieldError] = (),
) -> Response:
    coordinator = staff_name(asked.application, line.coordinator)
    values = {"line": line, "coordinator": coordinator, "errors": errors, "hidden": hidden}
    path = person_path(line.journey_id, PART)
    return page(asked, "person_why.html.j2", status, path=path, **values)


routes = [post(f"/person/{{candidate}}{PART}", enter)]
