"""Läsningar: what others have read of the candidates in one's charge, and why."""

from starlette.responses import Response

from interfaces.desk.asked import Asked, page
from interfaces.desk.routing import get
from interfaces.desk.wording import capital
from models.access.permissions import Operation, Reading, act_in_words
from models.calendar.swedish_day import in_swedish_time
from runtime.i18n import translate
from services.reading import reads_of_own
from services.showing import by_whom

MOST_SHOWN = 100


def readings(asked: Asked) -> Response:
    """What others have read, the latest first."""
    application = asked.application
    found = [
        (
            in_swedish_time(one.read_at),
            one.candidate,
            by_whom(application, one.actor),
            capital(_what(one.what)),
            one.because or "–",
        )
        for one in reads_of_own(application, None)[:MOST_SHOWN]
    ]
    return page(asked, "readings.html.j2", found=found)


def _what(written: str) -> str:
    return translate(act_in_words(written)) if written in {*Reading, *Operation} else written


routes = [get("/lasningar", readings)]
