"""A mail server as relays are, for tests of what is sent to it: with TLS as it is told to, and with a log-in."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

USER, PASSWORD, WRONG_PASSWORD = "worker", "correct-horse", "battery-staple"
MECHANISMS = frozenset({"PLAIN", "LOGIN"})


class MailServer:
    """A mail server that answers as it is told to, and remembers what it was given.

    `offers` is its side of STARTTLS, `speaks` that of TLS from the first byte; `mechanisms` are its ways of logging in.
    """

    def __init__(
        self,
        offers: ssl.SSLContext | None = None,
        speaks: ssl.SSLContext | None = None,
        mechanisms: frozenset[str] = MECHANISMS,
        *,
        strict: bool = False,
        **replies: str,
    ) -> None:
        self.offers, self.speaks, self.mechanisms, self.strict = offers, speaks, mechanisms, strict
        self.replies = replies
        self.taken: list[Envelope] = []
        self.over_tls: list[bool] = []
        self.logins: list[tuple[str, bytes, bytes]] = []
        self.port = 0

    async def handle_MAIL(self, server: SMTP, _session: Any, envelope: Envelope, sender: str, *_: Any) -> str:
        envelope.mail_from = sender
        assert server.transport is not None
        self.over_tls.append(server.transport.get_extra_info("sslcontext") is not None)
        return self.replies.get("mail", "250 OK")

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Envelope, address: str, *_: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.replies.get("rcpt", "250 OK")

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return self.replies.get("data", "250 OK")

    def log_in(self, _server: SMTP, _session: Any, _envelope: Any, mechanism: str, given: Any) -> AuthResult:
        """Called by aiosmtpd."""
        assert isinstance(given, LoginPassword)
        self.logins.append((mechanism, given.login, given.password))
        return AuthResult(success=given.password == PASSWORD.encode(), handled=False)

    def mails(self) -> list[bytes]:
        return [taken.content for taken in self.taken if isinstance(taken.content, bytes)]

    def connect(self) -> SMTP:
        """One connection, for asyncio."""
        return SMTP(
            self,
            hostname="localhost",
            loop=asyncio.get_running_loop(),
            tls_context=self.offers,
            require_starttls=self.strict,
            authenticator=self.log_in,
            auth_require_tls=self.offers is not None,
            auth_exclude_mechanism=MECHANISMS - self.mechanisms,
        )


@asynccontextmanager
async def serving(server: MailServer) -> AsyncIterator[MailServer]:
    """The mail server at work until the context ends; with TLS by the name localhost."""
    loop = asyncio.get_running_loop()
    async with await loop.create_server(server.connect, "127.0.0.1", 0, ssl=server.speaks) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server
