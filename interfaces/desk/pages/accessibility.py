"""The statement on accessibility (tillgänglighetsredogörelse), read by anybody."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from interfaces.desk.languages import language_of
from interfaces.desk.rendering import html
from runtime.i18n import using_language


def accessibility(request: Request) -> Response:
    """How accessible the desk is, what is not, and where to report it."""
    with using_language(language_of(request)):
        return html("accessibility.html.j2", asked=None, faults=request.app.state.office.settings.desk_faults)


routes = [Route("/tillganglighet", accessibility)]
