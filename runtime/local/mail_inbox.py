"""The local stack's mail server: takes every mail, sends none on, and keeps each as a file."""

import asyncio
import logging
from pathlib import Path
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from runtime.local.inbox import MAIL, Shelf, as_notice_id, mail_headers

LARGEST_MAIL = 1_000_000
"""Bytes. A notice has a hundredth of it."""


class MailInbox:
    """Listens on `host` (a numeric address) and `port` (0 for any free one) and keeps mails in `directory`."""

    def __init__(self, directory: Path, host: str = "127.0.0.1", port: int = 0) -> None:
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
        """Keep one mail; called by aiosmtpd. Returns the reply of SMTP."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            self._shelf.keep(as_notice_id(mail_headers(content)["message-id"]), content)
        except OSError:
            return "451 4.3.0 The mail could not be kept; try again later"
        return "250 2.0.0 Kept"
