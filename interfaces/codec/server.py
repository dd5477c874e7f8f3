"""The codec server: opens payloads for Temporal's web page and command, for people who have signed in."""

import logging
from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import SQLAlchemyError

from activities.seals import SealingError
from interfaces.codec import sign_in
from interfaces.codec.protocol import body_of, payloads_of
from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError
from runtime.failures import as_user_error
from runtime.i18n import in_any_case
from runtime.observation.health import Health
from runtime.observation.health_routes import healthy_routes
from runtime.tokens import NotSignedIn, Tokens
from services.payloads import Payloads, SignedIn

LOGGER = logging.getLogger(__name__)

LARGEST_BODY = 8_000_000
"""Bytes. A payload has at most two million, which the protocol's JSON makes a third longer."""

SECONDS_TO_FINISH = 5.0
"""For a request under way when the server stops: what it opens is written down in milliseconds."""

STATUS: dict[type[UserError], int] = {NotSignedIn: 401, Refused: 403, UsageError: 400, ServiceUnavailable: 503}

WORKFLOW_HEADER = "X-Workflow-Id"
"""In which a client says whose the payloads are that it wants sealed: the protocol itself does not."""

PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": ", ".join(
        ("authorization", "authorization-extras", "content-type", "x-namespace", WORKFLOW_HEADER.lower())
    ),
    "Access-Control-Max-Age": "600",
}


class CodecServer:
    """Listens on `host` and `port` (0 for any free one), and answers pages of `origins` and no other page."""

    def __init__(
        self, payloads: Payloads, tokens: Tokens, health: Health, origins: Collection[str], host: str, port: int
    ) -> None:
        self._payloads = payloads
        self._health = health
        self._tokens = tokens
        self._origins = frozenset(origins)
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError while it does not."""
        if self._runner is None:
            raise RuntimeError("the codec server is not started")
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Begin to listen. Raises UsageError where the port is taken."""

        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[self._guard])
        app.router.add_post("/encode", self._encode)
        app.router.add_post("/decode", self._decode)
        app.router.add_get("/", self._page)
        app.router.add_post("/", self._sign_in)
        app.add_routes(healthy_routes(self._health))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SECONDS_TO_FINISH)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise UsageError(
                "codec.port", "The codec server cannot listen on {host}:{port}.", host=self._host, port=self._port
            ) from error
        self._runner = runner

    async def stop(self) -> None:
        """Stop listening, and let requests under way finish."""
        if self._runner is not None:
            self._health.close()
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer what a page may ask, in words where it goes wrong, and let the page read the answer."""
        origin = request.headers.get("Origin")
        if origin is not None and not self._may_ask(request, origin):
            return _told(Refused("codec.origin", "Pages of this address may not ask here."))
        answer = web.Response(headers=PREFLIGHT) if request.method == "OPTIONS" else await _answered(request, handler)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Vary"] = "Origin"
        if origin in self._origins:
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Allow-Credentials"] = "true"
        return answer

    def _may_ask(self, request: web.Request, origin: str) -> bool:
        """Temporal's page may have payloads opened; the page for signing in is our own."""
        own = request.path == "/" and urlsplit(origin).netloc == request.host
        return own or (request.path != "/" and origin in self._origins)

    async def _encode(self, request: web.Request) -> web.Response:
        await self._who(request)
        self._check_namespace(request)
        payloads, workflow = payloads_of(await request.read()), request.headers.get(WORKFLOW_HEADER)
        if payloads and not workflow:
            raise UsageError(
                "codec.whose", "Name the workflow that this is for in the header {name}.", name=WORKFLOW_HEADER
            )
        return _json(body_of(await self._payloads.seal(payloads, workflow)))

    async def _decode(self, request: web.Request) -> web.Response:
        who = await self._who(request)
        self._check_namespace(request)
        return _json(body_of(await self._payloads.open(payloads_of(await request.read()), who)))

    async def _page(self, _request: web.Request) -> web.Response:
        return sign_in.page()

    async def _sign_in(self, request: web.Request) -> web.Response:
        token = sign_in.token_in(request.content_type, await request.read())
        who = await self._who_by(token)
        return sign_in.signed_in(who.person, token, secure=request.secure or sign_in.is_behind_tls(request))

    def _check_namespace(self, request: web.Request) -> None:
        if request.headers.get("X-Namespace", self._payloads.namespace) != self._payloads.namespace:
            raise Refused("codec.namespace", "Payloads of this namespace are not opened here.")

    async def _who(self, request: web.Request) -> SignedIn:
        """Who asks, by the header or, for a page that may ask, by the cookie of our own. Raises NotSignedIn."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return await self._who_by(token.strip())
        if "Origin" in request.headers and (kept := request.cookies.get(sign_in.COOKIE)):
            return await self._who_by(kept)
        raise NotSignedIn("codec.no_token", "Sign in first.")

    async def _who_by(self, token: str) -> SignedIn:
        claims, issuer = await self._tokens.claims(token), self._tokens.issuer
        return await sign_in.who(claims, issuer, self._payloads)


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:  # of the library: an unknown path, a body that is too large
        LOGGER.warning("refused", extra={"status": error.status})
        return web.Response(status=error.status, text=error.reason)
    except (UserError, SealingError, SQLAlchemyError) as error:
        return _told(as_user_error(error))


def _told(error: UserError) -> web.Response:
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    LOGGER.warning("refused", extra={"status": status, "message_id": error.message.id})
    headers = {"WWW-Authenticate": "Bearer"} if status == NOT_SIGNED_IN else None
    return web.Response(status=status, text=in_any_case(error.message), headers=headers)


def _json(body: str) -> web.Response:
    return web.Response(text=body, content_type="application/json")


NOT_SIGNED_IN = STATUS[NotSignedIn]
