"""The local stack's mail server and partner systems: they take everything, send nothing on, and keep it as files."""

import asyncio
import json
import logging
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks import Webhook, WebhookVerificationError

from activities.webhook_signing import signers
from runtime.local.inbox import MAIL, WEBHOOK, Shelf, as_notice_id, mail_headers

LARGEST_WEBHOOK = 100_000
"""Bytes. A notice has a fiftieth of it."""

SECONDS_TO_FINISH = 2.0
"""For a request under way when the inbox stops. Writing a file takes milliseconds."""


class WebhookInbox:
    """Listens on `host` and `port` (0 for any free one) for `POST /<partner id>` and keeps webhooks in `directory`.

    `secrets` holds `whsec_…` secrets a partner id, one a line; raises InvalidValue where one is malformed. A webhook
    whose signature does not hold or is older than five minutes, or whose partner has no secret, is kept as not verified
    and answered with 401.
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
        return any(_holds(signer, body, headers) for signer in self._signers.get(partner, ()))


def _holds(signer: Webhook, body: bytes, headers: Mapping[str, str]) -> bool:
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


LARGEST_MAIL = 1_000_000
"""Bytes. A notice has a hundredth of it."""

SECONDS_TO_HAND_ON = 60.0
"""For a reply that is read: it is recorded in a journey before it counts as taken."""


@dataclass(frozen=True)
class HandedOn:
    """Mails to `address`, also with something after a plus, that are handed on by LMTP to `host` and `port`."""

    address: str
    host: str
    port: int

    def takes(self, recipient: str) -> bool:
        """Whether a mail to a recipient is handed on."""
        name, _, domain = recipient.casefold().rpartition("@")
        return f"{name.partition('+')[0]}@{domain}" == self.address.casefold()

    def send(self, content: bytes, came_from: str, recipients: Sequence[str]) -> None:
        """Hand on one mail. Raises OSError and SMTPException where it was not taken."""
        with smtplib.LMTP(self.host, self.port, timeout=SECONDS_TO_HAND_ON) as server:
            server.sendmail(came_from, recipients, content)


class MailInbox:
    """Listens on `host` (a numeric address) and `port` (0 for any free one) and keeps mails in `directory`, but for
    those that are `handed_on`, as the mail server of an employer hands on replies."""

    def __init__(
        self, directory: Path, host: str = "127.0.0.1", port: int = 0, handed_on: HandedOn | None = None
    ) -> None:
        self._handed_on = handed_on
        self._shelf = Shelf(directory, MAIL)
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: WeakSet[SMTP] = WeakSet()

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError while it does not."""
        if self._server is None:
            raise RuntimeError("the mail inbox is not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Begin to listen. Raises OSError where the port is taken or the directory cannot be made."""
        self._shelf.open()
        # aiosmtpd logs each sender and recipient, and addresses do not belong in a log.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        # Its own controller cannot listen on a free port: it tests itself by connecting to the port it was given.
        self._server = await asyncio.get_running_loop().create_server(self._connect, self._host, self._port)

    async def stop(self) -> None:
        """Stop listening and cut off whoever is connected; a mail that was not taken yet stays with its sender."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._connections):
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()
        await self._server.wait_closed()
        self._server = None

    def _connect(self) -> SMTP:
        loop = asyncio.get_running_loop()
        # A hostname of its own, because it would otherwise look up the machine's in the DNS for each connection.
        connection = SMTP(self, hostname="localhost", data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, loop=loop)
        self._connections.add(connection)
        return connection

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep one mail, and hand on what is a reply; called by aiosmtpd. Returns the reply of SMTP."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        replies = [one for one in envelope.rcpt_tos if self._handed_on and self._handed_on.takes(one)]
        try:
            if replies and self._handed_on:
                await asyncio.to_thread(self._handed_on.send, content, envelope.mail_from or "", replies)
            if len(replies) < len(envelope.rcpt_tos):
                self._shelf.keep(as_notice_id(mail_headers(content)["message-id"]), content)
        except (OSError, smtplib.SMTPException):
            return "451 4.3.0 The mail could not be kept; try again later"
        return "250 2.0.0 Kept"
