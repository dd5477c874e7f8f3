"""What goes wrong, as a page says it: in words, with the status that fits, and never with what a library says."""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Scope

from activities.language import said
from interfaces.desk.languages import language_of
from interfaces.desk.rendering import html
from models.message import N_, Message, msg
from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError
from runtime.failures import as_user_error
from runtime.i18n import _, using_language
from runtime.tokens import NotSignedIn
from services.recording.field_names import problems_by_name

LOGGER = logging.getLogger(__name__)

STATUS: dict[type[UserError], int] = {NotSignedIn: 401, Refused: 403, UsageError: 422, ServiceUnavailable: 503}

NOT_FOUND = msg("desk.not_found", "The page does not exist. Check the address, or begin with your day.")

DOWN = msg("desk.down", "Something that the desk needs does not answer. Try again in a moment, or tell your operator.")

NOT_DONE = N_("It did not work")

HEADINGS = {
    403: N_("You have no access to this"),
    404: N_("The page does not exist"),
    503: N_("Something does not answer just now"),
}

UNEXPECTED = "error.unexpected"

OF_THE_OPERATOR = (
    *("database.", "keyring.", "master_key.", "settings.", "temporal."),
    *("rules.missing", "rules.not_toml", "rules.unreadable", "rules.fault"),
)
"""What is set wrongly, and by nobody who reads the page."""


def mistake(scope: Scope, message: Message, status: int) -> Response:
    """A page that says what is wrong."""
    with using_language(language_of(HTTPConnection(scope))):
        heading = _(HEADINGS.get(status, NOT_DONE))
        return html(
            "mistake.html.j2", status, heading=heading, message=message, asked=scope.get("state", {}).get("asked")
        )


def status_of(error: UserError) -> int:
    """The status of an answer that shows this error."""
    if error.message.id == UNEXPECTED:
        return 500
    if error.message.id.startswith(OF_THE_OPERATOR):
        return STATUS[ServiceUnavailable]
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def told(error: UserError) -> Message:
    """What a page says of it: what is set wrongly is for the log, and for whoever reads that."""
    if not error.message.id.startswith(OF_THE_OPERATOR):
        return problems_by_name(error.message)
    LOGGER.warning("%s", said(error.message, "en"))
    return DOWN


async def answered(request: Request, error: Exception) -> Response:
    """The page for whatever went wrong."""
    if isinstance(error, HTTPException):
        message = (
            NOT_FOUND if error.status_code == 404 else msg("desk.not_so", "This page cannot be asked in this way.")
        )
        return mistake(request.scope, message, error.status_code)
    known = as_user_error(error)
    status = status_of(known)
    if status == 500:
        LOGGER.error("unexpected error", exc_info=error)
    return mistake(request.scope, told(known), status)
