"""Platser: the positions with their free places, and who waits for one."""

from starlette.responses import Response

from interfaces.desk.asked import Asked, page
from interfaces.desk.menu import MenuItem
from interfaces.desk.routing import get
from interfaces.desk.values import number_of
from models.access.permissions import PERMISSIONS, Reading
from models.access.protections import PROTECTED
from models.identifiers import Role
from models.message import N_
from runtime.i18n import _, one_of
from services.application import Application
from services.identities.naming import names_in
from services.queries.lines import PositionLine
from services.queries.titles import Titles, free_of
from services.reading import may_list


def positions(asked: Asked) -> Response:
    """Every position with its places, and a page of the queue."""
    application, titles = asked.application, Titles(asked.application.book)
    open_to = may_list(application, None)
    lines = titles.shown(application.lists.positions(application.today(), only_free=asked.given("lediga") is not None))
    free_from = application.lists.free_from()
    queue = application.lists.waiting(application.today(), programme=open_to, page=number_of(asked.given("sida")))
    waiting = frozenset(one.journey_id for one in queue.lines)
    names = names_in(application, None, application.lists.found(journey_id=waiting) if waiting else ())
    columns = (_("position"), _("unit"), _("town"), _("free places"), _("free from"), _("what is needed"))
    rows = [
        (
            one_of(one.title),
            one_of(one.unit),
            one.site,
            free_of(one),
            _free_from(one, free_from.get(one.id)),
            one_of(one.staffing_need) if one.staffing_need else "–",
        )
        for one in lines
    ]
    return page(
        asked,
        "positions.html.j2",
        columns=columns,
        rows=rows,
        queue=queue,
        names=names,
        titles=titles,
        offers={one.programme: offered_in(application, one.programme) for one in queue.lines},
        protected=PROTECTED,
        may_offer=any("internship_agreed" in PERMISSIONS[role] for role in asked.roles),
    )


def offered_in(application: Application, programme: str) -> str:
    """The kind of event by which somebody who waits gets a place in a programme."""
    rules = application.book.find(programme)
    if rules is not None and rules.offers is not None and rules.offers.required:
        return "place_offered"
    return "internship_agreed" if rules is None or rules.shape.internships else "temporary_role_agreed"


def _free_from(one: PositionLine, day: object) -> str:
    if one.free > 0 and not one.free_in:
        return _("now")
    return str(day) if day is not None and one.places and not one.free_in else "–"


WITH_LISTS = frozenset(role for role in Role if Reading.LISTS in PERMISSIONS[role])

menu = [MenuItem(70, "/platser", N_("Places"), WITH_LISTS)]

routes = [get("/platser", positions)]
