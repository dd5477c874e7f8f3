"""The local stack's partner systems: takes every webhook, checks its signature and keeps it as a file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from standardwebhooks import WebhookVerificationError

from activities.webhook_channel import signers
from runtime.local.inbox import WEBHOOK, Shelf, as_notice_id

LARGEST_WEBHOOK = 100_000
"""Bytes. A notice has a fiftieth of it."""

SECONDS_TO_FINISH = 2.0
"""For a request under way when the inbox stops. Writing a file takes milliseconds."""


class WebhookInbox:
    """Listens on `host` and `port` (0 for any free one) for `POST /<partner id>` and keeps webhooks in `directory`.

    `secrets` holds a `whsec_…` secret a partner id; raises ValueError where one is malformed. A webhook whose signature
    does not hold or is older than five minutes, or whose partner has no secret, is kept as not verified and answered
    with 401.
    """

    def __init__(self, directory: Path, host: str, port: int, secrets: Mapping[str, str]) -> None:
        self._shelf = Shelf(directory, WEBHOOK)
        self._host = host
        self._port = port
        self._signers = signers(secrets)
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError while it does not."""
        if self._runner is None:
            raise RuntimeError("the webhook inbox is not started")
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Begin to listen. Raises OSError where the port is taken or the directory cannot be made."""
        self._shelf.open()
        app = web.Application(client_max_size=LARGEST_WEBHOOK)
        app.router.add_post("/{partner}", self._receive)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SECONDS_TO_FINISH)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner

    async def stop(self) -> None:
        """Stop listening, and let requests under way finish."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _receive(self, request: web.Request) -> web.Response:
        partner, body = request.match_info["partner"], await request.read()
        verified = self._is_verified(partner, request.headers, body)
        kept = {
            "partner": partner,
            "verified": verified,
            "headers": dict(request.headers),
            "event": _parsed(body),
            "body": body.decode(errors="replace"),
        }
        # Half a character, which JSON may hold and UTF-8 may not, is written as JSON's own escape for it.
        content = json.dumps(kept, indent=2, ensure_ascii=False).encode(errors="backslashreplace")
        self._shelf.keep(as_notice_id(request.headers.get("webhook-id", "")), content)
        return web.Response(status=204 if verified else 401)

    def _is_verified(self, partner: str, headers: Mapping[str, str], body: bytes) -> bool:
        signer = self._signers.get(partner)
        if signer is None:
            return False
        try:
            signer.verify(body, dict(headers), json_parse=False)
        # The library raises ValueError, not its own error, for a signature or a body that cannot even be decoded.
        except (WebhookVerificationError, ValueError):
            return False
        return True


def _parsed(body: bytes) -> Any:
    """The body as JSON, which a person reads more easily than the exact text beside it; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
