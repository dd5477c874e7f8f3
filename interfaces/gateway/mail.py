"""Replies by mail, as a process of its own: `python -m interfaces.gateway.mail`, until it is told to stop.

A mail server of ours hands on by LMTP (RFC 2033) what comes to the address for replies.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakSet

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from activities.delivery import DeliveryFailed, DeliveryRefused
from interfaces.as_process import run_server
from models.message import N_
from models.partners.partner import is_email_address
from runtime.channels import mail_of, tls_of
from runtime.errors import UsageError
from runtime.failures import FORESEEN
from runtime.settings import Settings
from runtime.stopping import let_go
from services.letters.kept import dispose_of_mails
from services.letters.office import LetterOffice, letter_office
from services.letters.replies import Replies

LOGGER = logging.getLogger(__name__)

LARGEST_MAIL = 10_000_000
"""Bytes. A larger one goes back to whoever has sent it."""

DISPOSE_EVERY = 3_600.0
"""Seconds between two looks for mails that nobody needs any more."""

TAKEN, LATER, NOT_HERE = (
    "250 2.0.0 Kept",
    "451 4.3.0 The mail could not be taken just now; try again later",
    "550 5.1.1 No replies are taken at this address",
)


class MailServer:
    """Listens on `host` and `port` (0 for any free one) for mails to `address`, with or without the number of a letter
    in it (`svar+…@employer.example`)."""

    def __init__(self, replies: Replies, address: str, host: str, port: int) -> None:
        self._replies = replies
        self._name, self._domain = address.casefold().rsplit("@", 1)
        self._host, self._port = host, port
        self._server: asyncio.Server | None = None
        self._connections: WeakSet[SMTP] = WeakSet()

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError while it does not."""
        if self._server is None:
            raise RuntimeError("the mail server is not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Begin to listen. Raises UsageError where the port is taken."""
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # which names senders and recipients
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._connect, self._host, self._port)
        except OSError as error:
            raise UsageError(
                "mail.port", "Replies cannot be taken on {host}:{port}.", host=self._host, port=self._port
            ) from error

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
        connection = LMTP(self, hostname="localhost", data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, loop=loop)
        self._connections.add(connection)
        return connection

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take recipients of ours alone; called by aiosmtpd."""
        name, _, domain = address.casefold().rpartition("@")
        if domain != self._domain or name.partition("+")[0] != self._name:
            return NOT_HERE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take one mail; called by aiosmtpd. Returns a reply for each recipient, as LMTP has it."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            await self._replies.take(content, envelope.mail_from or "", envelope.rcpt_tos)
            reply = TAKEN
        except (DeliveryFailed, DeliveryRefused, *FORESEEN) as error:
            LOGGER.warning("a mail could not be taken: %s", type(error).__name__)
            reply = LATER
        return "\r\n".join([reply] * len(envelope.rcpt_tos))


@asynccontextmanager
async def running_mail(settings: Settings) -> AsyncIterator[MailServer]:
    """A server for replies that listens. Raises UsageError where a setting is missing or wrong, ServiceUnavailable."""
    address = settings.replies_to or ""
    if not is_email_address(address):
        raise UsageError(
            "settings.replies_to",
            "HELAVAGEN_REPLIES_TO must be an e-mail address such as svar@example.org, or unset.",
        )
    channel = mail_of(settings, tls_of(settings))
    office = letter_office(settings)
    server = MailServer(Replies(office, address, channel.tell), address, settings.lmtp_host, settings.lmtp_port)
    await server.start()
    disposing = asyncio.create_task(_dispose(office))
    try:
        yield server
    finally:
        let_go(disposing)
        await server.stop()
        office.close()


async def _dispose(office: LetterOffice) -> None:
    """Delete, from time to time, what nobody needs any more."""
    while True:
        try:
            await asyncio.to_thread(lambda: dispose_of_mails(office.application()))
        except FORESEEN as error:
            LOGGER.warning("mails could not be disposed of: %s", type(error).__name__)
        await asyncio.sleep(DISPOSE_EVERY)


if __name__ == "__main__":
    run_server(
        N_("Take replies by mail until told to stop."),
        running_mail,
        lambda settings, server: f"taking replies on {settings.lmtp_host}:{server.port}",
    )
