"""A person's page: the way, what is next, whom to call, what was written and recorded, and what may be done now."""

import asyncio
from collections.abc import Sequence

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, in_thread, page
from interfaces.desk.mistakes import mistake
from interfaces.desk.person_view import PersonView
from interfaces.desk.reasons import REMEMBERED, in_the_field, reason_given, remember
from interfaces.desk.routing import get, post
from interfaces.desk.wording import PROGRAMME
from models.access.permissions import Reading
from models.projections.status import Status
from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError
from services.identities.access import open_identity
from services.identities.register import Person
from services.queries.lines import JourneyLine
from services.readers import reader_of
from services.showing import journey_meant, shown_to, staff_name

ANSWERS_WITHIN = 3.0
"""Seconds for a journey to say what is possible now. Whoever waits longer is told what the rules of today say."""

NO_SUCH = frozenset({"journey.unknown", "journey.unknown_in_programme", "candidate.number"})


async def person(asked: Asked) -> Response:
    """Everything of one candidate that the reader may see; of somebody else's, once they have said why they read."""
    line = await in_thread(_line, asked)
    return line if isinstance(line, Response) else await _shown(asked, line, reason_given(asked, line.candidate))


async def identity(asked: Asked) -> Response:
    """The same, with who it is, which is shown once and asked for with a reason."""
    line = await in_thread(_line, asked)
    if isinstance(line, Response):
        return line
    try:
        opened = await in_thread(_opened, asked, line)
    except (Refused, UsageError) as error:
        wrong = [in_the_field(error)]
        return await _shown(asked, line, REMEMBERED.of(asked.session.id, line.candidate), errors=wrong)
    return await _shown(asked, line, reason_given(asked, line.candidate), opened=opened)


async def remarks(asked: Asked) -> Response:
    """The same, with what was remarked."""
    line = await in_thread(_line, asked)
    if isinstance(line, Response):
        return line
    return await _shown(asked, line, reason_given(asked, line.candidate), with_remarks=True)


def _line(asked: Asked) -> JourneyLine | Response:
    try:
        return journey_meant(asked.application, asked.part("candidate"), asked.given(PROGRAMME))
    except UsageError as error:
        if error.message.id not in NO_SUCH:
            raise
        return mistake(asked.request.scope, error.message, 404)


def _opened(asked: Asked, line: JourneyLine) -> Person:
    opener = reader_of(asked.application, None, line, Reading.IDENTITY)
    because = reason_given(asked, line.candidate)
    return open_identity(asked.application, line, opener, because, urgent=asked.said("urgent") is not None)


async def _shown(
    asked: Asked,
    line: JourneyLine,
    because: str | None,
    *,
    opened: Person | None = None,
    with_remarks: bool = False,
    errors: Sequence[FieldError] = (),
) -> Response:
    application = asked.application
    try:
        shown = await in_thread(lambda: shown_to(application, None, line, because, remarks=with_remarks))
    except (Refused, UsageError) as error:
        return await in_thread(_why, asked, line, error)
    remember(asked, line.candidate, because)
    status = await _status(asked, line)

    def drawn() -> Response:
        view = PersonView(application, shown, status, opened)
        return page(asked, "person.html.j2", 422 if errors else 200, one=view, errors=errors)

    return await in_thread(drawn)


def _why(asked: Asked, line: JourneyLine, error: UserError) -> Response:
    """The page that asks why somebody reads of a candidate who is in somebody else's charge."""
    wrong, is_sent = in_the_field(error), asked.request.method == "POST"
    coordinator = staff_name(asked.application, line.coordinator)
    errors = [wrong] if is_sent else []
    values = {"line": line, "coordinator": coordinator, "errors": errors, "hidden": (), "path": asked.path}
    return page(asked, "person_why.html.j2", 422 if is_sent else 200, **values)


async def _status(asked: Asked, line: JourneyLine) -> Status | None:
    """What the journey says of itself; None where it cannot be asked now, or not at all any more."""
    if line.erased_on is not None:
        return None
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            return await (await asked.application.journeys()).status(line.journey_id)
    except (TimeoutError, Refused, ServiceUnavailable):
        return None


routes = [
    get("/person/{candidate}", person),
    post("/person/{candidate}", person),
    post("/person/{candidate}/identitet", identity),
    post("/person/{candidate}/anmarkningar", remarks),
]
