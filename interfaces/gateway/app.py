"""The gateway as an ASGI application: one address that takes messages, what it takes, and how it is."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from interfaces.gateway.limits import LARGEST_BODY, Rate, TooLarge, TooSlow, body_of
from interfaces.gateway.openapi import CLOUD_EVENT, described, page
from interfaces.gateway.problems import HEADERS, UNFORESEEN, Problem, answered, language_of, problem_of
from models.ledger.receipt import Receipt
from models.message import msg
from models.partners.partner import Partner
from runtime.failures import FORESEEN, UNEXPECTED, as_user_error
from runtime.observation.health import Health
from services.incoming.receiving import Incoming
from services.incoming.senders import Senders

LOGGER = logging.getLogger(__name__)


STATIC = Path(__file__).with_name("static")

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

NOT_SIGNED = msg(
    "gateway.not_signed",
    "The message is not signed with a secret of yours, or its time is more than five minutes off.",
)


@dataclass
class Gateway:
    """What the gateway works with."""

    senders: Senders
    incoming: Incoming
    health: Health
    rate: Rate = field(default_factory=Rate)


def gateway_app(gateway: Gateway, pages: Sequence[BaseRoute] = ()) -> Starlette:
    """The gateway, as partners' systems reach it; `pages` are for people, such as those of letters."""
    app = Starlette(
        routes=[
            Route("/", _page),
            Route("/openapi.json", _openapi),
            Route("/events", _events, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/healthz", _healthz),
            Route("/readyz", _readyz),
            *pages,
        ],
        exception_handlers={HTTPException: _of_starlette, Exception: _unforeseen},
    )
    app.state.gateway = gateway
    return app


async def _events(request: Request) -> Response:
    """Take a message. Whoever has not signed it is told so, whether they are known or not."""
    gateway: Gateway = request.app.state.gateway
    partner: Partner | None = None
    try:
        _refuse_other_content(request)
        body = await _body(request)
        partner = gateway.senders.who(request.headers, body)
        if partner is None:
            raise Problem(HTTPStatus.UNAUTHORIZED, NOT_SIGNED)
        _refuse_too_often(gateway.rate, partner)
        return _told(await gateway.incoming.receive(partner, request.headers["webhook-id"], body))
    except Problem as problem:
        return answered(problem, language_of(request, partner), partner)
    except FORESEEN as error:
        known = as_user_error(error)
        if known.message.id == UNEXPECTED:
            raise
        return answered(problem_of(known), language_of(request, partner), partner)


def _refuse_other_content(request: Request) -> None:
    kind, _, rest = request.headers.get("content-type", "").lower().partition(";")
    charset = rest.replace(" ", "").replace('"', "")
    if kind.strip() != CLOUD_EVENT or charset not in ("", "charset=utf-8"):
        detail = msg("gateway.content_type", "Send one CloudEvent as {type}, in UTF-8.", type=CLOUD_EVENT)
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, {"Accept": CLOUD_EVENT})
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        detail = msg("gateway.content_encoding", "Send the message as it is, not compressed.")
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, {"Accept-Encoding": "identity"})


async def _body(request: Request) -> bytes:
    try:
        return await body_of(request)
    except TooLarge:
        detail = msg("gateway.too_large", "A message has at most {most} bytes.", most=LARGEST_BODY)
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, {"Connection": "close"}) from None
    except TooSlow:
        detail = msg("gateway.too_slow", "The message did not arrive in time. Send it again.")
        raise Problem(HTTPStatus.REQUEST_TIMEOUT, detail, {"Connection": "close"}) from None


def _refuse_too_often(rate: Rate, partner: Partner) -> None:
    if wait := ceil(rate.wait(partner.id)):
        detail = msg("gateway.too_often", "You send too often. Try again in {seconds} seconds.", seconds=wait)
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, detail, {"Retry-After": str(wait)})


def _told(receipt: Receipt) -> Response:
    """What is recorded: the event, or that a rule has refused it. Nothing of where the journey is."""
    said = {"event_id": str(receipt.event_id), "kind": receipt.kind, "recorded_at": receipt.recorded_at.isoformat()}
    if receipt.accepted:
        return JSONResponse({**said, "accepted": True}, headers=HEADERS)
    detail = receipt.reason or msg("gateway.refused", "This was refused by a rule.")
    rule = {"rule": receipt.rule} if receipt.rule else {}
    raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, more={**said, "accepted": False, **rule})


async def _page(request: Request) -> Response:
    language = language_of(request)
    headers = {**HEADERS, "Content-Security-Policy": POLICY, "Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(page(language), headers=headers)


async def _openapi(_request: Request) -> Response:
    return JSONResponse(described(), headers=HEADERS)


async def _healthz(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    return _how(gateway.health.alive(), {})


async def _readyz(request: Request) -> Response:
    gateway: Gateway = request.app.state.gateway
    return _how(*await gateway.health.ready())


def _how(good: bool, parts: dict[str, str]) -> Response:
    return JSONResponse({"ok": good, **parts}, 200 if good else 503, HEADERS)


async def _of_starlette(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: an unknown address, another method."""
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = msg("gateway.method", "Messages are sent to this address with POST, and pages are read with GET.")
    else:
        detail = msg("gateway.no_page", "There is nothing at this address. Messages are sent to /events.")
    return answered(Problem(HTTPStatus(error.status_code), detail, error.headers or {}), language_of(request))


async def _unforeseen(request: Request, error: Exception) -> Response:
    LOGGER.error("a message could not be taken: %s", type(error).__name__)
    return answered(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, UNFORESEEN), language_of(request))
