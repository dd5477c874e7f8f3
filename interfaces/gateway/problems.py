"""Answers that say why something was not taken: problem details (RFC 9457), in words and by a code that stays."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from activities.language import Language
from models.message import Message, msg
from models.partners.partner import Partner
from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError
from runtime.i18n import translate, using_language
from services.incoming import refusals

LOGGER = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

WORTH_ANOTHER_TRY_AFTER = 30
"""Seconds, where something on our side does not answer."""

STATUS: Mapping[type[UserError], HTTPStatus] = {
    refusals.NotAMessage: HTTPStatus.BAD_REQUEST,
    refusals.NotAnEvent: HTTPStatus.BAD_REQUEST,
    refusals.NotForPartners: HTTPStatus.FORBIDDEN,
    refusals.NoSuchJourney: HTTPStatus.NOT_FOUND,
    refusals.SeveralJourneys: HTTPStatus.CONFLICT,
    refusals.MessageIdUsed: HTTPStatus.CONFLICT,
    ServiceUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    Refused: HTTPStatus.CONFLICT,
    UsageError: HTTPStatus.SERVICE_UNAVAILABLE,  # ours: a setting or a key that is missing
}
"""The status of each reason, the narrower first."""

TITLES = {
    HTTPStatus.BAD_REQUEST: msg("gateway.title_400", "Not a message that is taken here."),
    HTTPStatus.UNAUTHORIZED: msg("gateway.title_401", "Not signed by a partner."),
    HTTPStatus.FORBIDDEN: msg("gateway.title_403", "Not for partners."),
    HTTPStatus.NOT_FOUND: msg("gateway.title_404", "Not found."),
    HTTPStatus.METHOD_NOT_ALLOWED: msg("gateway.title_405", "Not in that way."),
    HTTPStatus.REQUEST_TIMEOUT: msg("gateway.title_408", "Too slow."),
    HTTPStatus.CONFLICT: msg("gateway.title_409", "Does not fit what is known."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: msg("gateway.title_413", "Too large."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: msg("gateway.title_415", "Another type of content."),
    HTTPStatus.UNPROCESSABLE_ENTITY: msg("gateway.title_422", "Refused by a rule."),
    HTTPStatus.TOO_MANY_REQUESTS: msg("gateway.title_429", "Too often."),
    HTTPStatus.INTERNAL_SERVER_ERROR: msg("gateway.title_500", "Our mistake."),
    HTTPStatus.SERVICE_UNAVAILABLE: msg("gateway.title_503", "Not available just now."),
}


@dataclass
class Problem(Exception):
    """Why something was not taken. `more` stands beside it in the answer, as the rule of a refusal."""

    status: HTTPStatus
    detail: Message
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def problem_of(error: UserError) -> Problem:
    """The problem that an error is for a partner's system."""
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    if status is not HTTPStatus.SERVICE_UNAVAILABLE:
        return Problem(status, error.message)
    later = {"Retry-After": str(WORTH_ANOTHER_TRY_AFTER)}
    return Problem(status, error.message if isinstance(error, ServiceUnavailable) else OURS, later)


OURS = msg("gateway.ours", "A setting is missing here. Send the same message again later.")

UNFORESEEN = msg("gateway.unforeseen", "Something went wrong here. Send the same message again later.")


def answered(problem: Problem, language: Language, partner: Partner | None = None) -> JSONResponse:
    """The answer that tells of a problem. What has no row in the ledger has a line in the log."""
    if "accepted" not in problem.more:
        write_down(problem.status, problem.detail, partner)
    with using_language(language):
        said = {
            "type": f"/#{problem.status.value}",
            "title": translate(TITLES[problem.status]),
            "status": problem.status.value,
            "detail": translate(problem.detail),
            "code": problem.detail.id,
            **problem.more,
        }
    headers = {**HEADERS, "Content-Language": language, **problem.headers}
    return JSONResponse(said, problem.status, headers, MEDIA_TYPE)


def write_down(status: int, why: Message, partner: Partner | None = None) -> None:
    """Write down that something was refused: which answer, and to which partner where one has signed. No more of it:
    whoever sends decides what stands in a message and its headers."""
    known = {"partner": partner.id} if partner is not None else {}
    LOGGER.warning("refused", extra={"status": int(status), "message_id": why.id, **known})


def language_of(request: Request, partner: Partner | None = None) -> Language:
    """The language that the sender asks for; otherwise the partner's own, or English for whoever is not known."""
    for wanted in _wanted(request.headers.get("accept-language", "")):
        if wanted in ("sv", "en"):
            return "sv" if wanted == "sv" else "en"
    return partner.language if partner is not None else "en"


def _wanted(header: str) -> Iterator[str]:
    yield from (part.split(";")[0].strip().lower()[:2] for part in header[:200].split(","))
