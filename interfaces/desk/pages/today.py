"""Mitt idag: what waits for whoever is signed in."""

from starlette.responses import Response

from interfaces.desk.asked import Asked, page
from interfaces.desk.menu import MenuItem
from interfaces.desk.routing import get
from models.message import N_
from models.projections.item_words import item_in_words, whom_in_words
from services.queries.titles import Titles
from services.reading import may_list, own_charge


def today(asked: Asked) -> Response:
    """What the reader's candidates need, the longest overdue first."""
    application = asked.application
    whose = own_charge(application, None)
    day, open_to = application.today(), may_list(application, None, None)
    found = application.lists.today(day, until=day, page=1, coordinator=whose, programme=open_to)
    lines = Titles(application.book).shown(found.lines)
    return page(asked, "today.html.j2", found=found, lines=lines, item=item_in_words, whom=whom_in_words)


menu = [MenuItem(10, "/", N_("My day"))]

routes = [get("/", today)]
