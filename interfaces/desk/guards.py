"""What is asked of every request before anybody looks at it, and what every answer says to the browser."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interfaces.desk.mistakes import mistake
from models.message import msg
from runtime.i18n import using_days_in_words

LARGEST_BODY = 10_000_000
"""Bytes: a training file, as the script takes it, and a little."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'"
)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

FOR_TLS_ALONE = "max-age=31536000; includeSubDomains"

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

HEALTH = frozenset({"/healthz", "/readyz"})
"""Asked by machines, under whatever name they know this one."""


class Guards:
    """Refuses what does not come from our own pages, and what is too large. `open_to_all` are paths to which others
    than our pages may send."""

    def __init__(self, app: ASGIApp, address: str, open_to_all: Collection[str] = ()) -> None:
        parts = urlsplit(address)
        self._app = app
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._host = parts.netloc
        self._open_to_all = frozenset(open_to_all)
        self._headers = {**HEADERS, **({"Strict-Transport-Security": FOR_TLS_ALONE} if parts.scheme == "https" else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    if name not in headers:
                        headers[name] = value
            await send(message)

        headers = Headers(scope=scope)
        if (refusal := self._refusal(scope, headers)) is not None:
            await refusal(scope, receive, answer)
            return
        with using_days_in_words():
            await self._app(scope, _limited(receive), answer)

    def _refusal(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        if scope["path"] not in HEALTH and headers.get("host") != self._host:
            elsewhere = msg("desk.other_address", "The desk is at {address}. Open it there.", address=self._origin)
            return mistake(scope, elsewhere, 421)
        if scope["method"] not in SAFE and scope["path"] not in self._open_to_all and not self._is_ours(headers):
            return mistake(
                scope, msg("desk.foreign", "This was sent from another page. Open the desk and try again."), 403
            )
        if int(headers.get("content-length") or 0) > LARGEST_BODY:
            return mistake(scope, msg("desk.too_large", "That is too large to be sent."), 413)
        return None

    def _is_ours(self, headers: Headers) -> bool:
        """Whether one of our own pages sends: a browser says so, and says it in a way that no page can change."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site != "same-origin":
            return False
        return origin == self._origin if origin is not None else site is not None


class TooLarge(Exception):
    """More was sent than was announced, or nothing was announced and too much sent."""


def _limited(receive: Receive) -> Receive:
    read = 0

    async def limited() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > LARGEST_BODY:
            raise TooLarge
        return message

    return limited
