"""Sök: the person by what whoever telephones says. Sent as a form: no name or number stands in an address."""

from typing import NamedTuple

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, page
from interfaces.desk.journey_forms import CHANGE, DO
from interfaces.desk.menu import MenuItem
from interfaces.desk.pages.today import WITH_LISTS
from interfaces.desk.reasons import FIELD, SURE, UNSURE, in_the_field
from interfaces.desk.routing import get, post
from interfaces.desk.wording import capital, due, person_path, waits
from models.message import N_, Message, msg
from runtime.errors import Refused, UsageError
from runtime.i18n import _, translate
from services.days import near
from services.identities.finding import Found, FoundLine, find
from services.queries.titles import Titles
from services.working import not_lapsed

OF_WHAT_IS_SOUGHT = frozenset({"find.too_short", "find.too_many"})
"""Messages on a text that can be put right in its field."""

NOBODY = frozenset({"find.nobody", "find.no_such_number"})

EMPTY = msg("desk.nothing_sought", "Write a name, an identity number or a telephone number.")


class Hit(NamedTuple):
    """Somebody who was found, as a card shows it."""

    line: FoundLine
    path: str
    where: str
    waits: list[str]
    works: str


def search(asked: Asked) -> Response:
    """The empty form."""
    return _page(asked, None)


def found(asked: Asked) -> Response:
    """Who fits; that they were seen is written down."""
    text, because = asked.said("q"), asked.said(FIELD)
    if asked.said(DO) == CHANGE:
        return _page(asked, None)
    if text is None:
        return _page(asked, None, [FieldError("q", EMPTY)])
    if because and asked.said(SURE):
        asked.application.sure_of.add(because)
    try:
        return _page(asked, find(asked.application, text, None, because))
    except (Refused, UsageError) as error:
        if error.message.id in NOBODY:
            return _page(asked, Found(lines=()), nobody=error.message)
        if error.message.id in OF_WHAT_IS_SOUGHT:
            return _page(asked, None, [FieldError("q", error.message)])
        return _page(asked, None, [in_the_field(error)])


def _page(
    asked: Asked, found: Found | None, errors: list[FieldError] | None = None, nobody: Message | None = None
) -> Response:
    wrong = errors or []
    return page(
        asked,
        "search.html.j2",
        422 if wrong else 200,
        found=found,
        hits=_hits(asked, found) if found else [],
        errors=wrong,
        nobody=nobody,
        is_unsure=any(one.message.id == UNSURE for one in wrong),
        asks_why=bool(found and found.others) or asked.said(FIELD) is not None,
    )


def _hits(asked: Asked, found: Found) -> list[Hit]:
    today = asked.application.today()
    return [
        Hit(
            line=line,
            path=person_path(line.journey_id),
            where=_("{stage} since {day}", stage=capital(translate(line.stage.in_words)), day=near(line.since, today)),
            waits=[
                f"{waits(one, line.tasks.get(one.item))}: {due(one, today)}" for one in not_lapsed(line.items, today)
            ],
            works=_("until {day}", day=near(line.works_until, today)) if line.works_until else "",
        )
        for line in Titles(asked.application.book).shown(found.lines)
    ]


menu = [MenuItem(20, "/sok", N_("Search"), WITH_LISTS)]

routes = [get("/sok", search), post("/sok", found)]
