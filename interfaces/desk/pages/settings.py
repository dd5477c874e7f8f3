"""Inställningar: who the reader is here, who stands in for whom, their keys, and where they are signed in."""

from functools import partial

from starlette.responses import Response

from interfaces.desk.asked import Asked, go_to, page
from interfaces.desk.routing import get, post
from models.access.permissions import ROLE_NAMES
from models.access.statements import EVERYWHERE, Assignment
from models.calendar.swedish_day import in_swedish_time
from runtime.i18n import _, translate
from services import handing_over_told as sentences
from services.handing_over import called
from services.queries.titles import Titles
from services.staff import action_in_words, keys_of, leaves_of, relation_in_words, what_may

WHERE = "/installningar"


def settings(asked: Asked) -> Response:
    """All that the register says of the reader, and their sessions."""
    application, person, now = asked.application, asked.person, asked.application.now()
    register, call = application.authority, partial(called, application)
    leave, others = register.leave_of(person, now), leaves_of(register, person, now)
    stands_in = [sentences.stands_in(person, leave, call)] if leave else []
    stands_in += [sentences.stands_in(other, one, call) for other, one in others.items()]
    may = [(_role(asked, one), _what(actions)) for one, actions in what_may(register, person, now)]
    return page(
        asked,
        "settings.html.j2",
        said=register.person(person, now),
        may=may,
        stands_in=stands_in,
        keys=[(key, in_swedish_time(since)) for key, since in keys_of(register, person, now)],
        sessions_told=[
            (in_swedish_time(since), in_swedish_time(seen), _("this one") if id_ == asked.session.id else "")
            for id_, since, seen in asked.office.sessions.of(person, now)
        ],
        ended=asked.given("klart") is not None,
    )


def _role(asked: Asked, one: Assignment) -> str:
    """A role, with where and until when it holds."""
    titles = Titles(asked.application.book)
    programme = None if one.programme == EVERYWHERE else titles.programme(one.programme)
    town = None if one.town == EVERYWHERE else titles.town(one.town)
    where = ", ".join(filter(None, (programme, town))) or _("everywhere")
    until = _("until {day}", day=one.until_day) if one.until_day else None
    return ", ".join(filter(None, (translate(ROLE_NAMES[one.role]), where, until)))


def _what(actions: dict[str, str]) -> list[tuple[str, str]]:
    return [(translate(action_in_words(action)), translate(relation_in_words(one))) for action, one in actions.items()]


def end_others(asked: Asked) -> Response:
    """End all sessions of the reader but this one."""
    asked.office.sessions.end_others(asked.person, asked.session.id)
    return go_to(f"{WHERE}?klart=ja")


routes = [get(WHERE, settings), post(f"{WHERE}/sessioner", end_others)]
