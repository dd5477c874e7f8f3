"""Handing a mail to a mail server: it has so much time in all, and what became of the mail is waited for."""

import asyncio
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

import aiosmtplib

FAREWELL_SECONDS = 2.0
"""For parting from a server that has taken a mail. Nothing depends on it."""


class Unanswered(Exception):
    """The server has the whole mail, and never said what became of it: whether it arrives nobody can tell."""


class Relay(aiosmtplib.SMTP):
    """A connection that waits for what becomes of a mail once it is whole; how long in all, its user says."""

    is_whole = False
    """Whether the server has the whole mail and has not answered yet."""

    async def data(self, message: str | bytes, /, **_: Any) -> aiosmtplib.SMTPResponse:
        """See `SMTP.data`."""
        assert self.protocol is not None
        write = self.protocol.write

        def noting(data: bytes) -> None:
            write(data)
            self.is_whole = self.is_whole or data.endswith(b"\r\n.\r\n")

        self.protocol.write = noting  # type: ignore[method-assign]  # the library tells nobody how far it has come
        try:
            response = await super().data(message, timeout=None)
        except aiosmtplib.SMTPResponseException as error:
            self.is_whole = self.is_whole and error.code < 0  # rubbish is no answer
            raise
        self.is_whole = False
        return response


async def hand_over(server: Relay, mail: EmailMessage, within: float, comes_back_to: str | None = None) -> None:
    """Give a server a mail. Returns once it has taken it, whatever it does then. `comes_back_to` is where it is told
    that the mail could not be delivered; otherwise whoever the mail is from.

    Raises Unanswered, and SMTPException or OSError where the mail has not been taken.
    """
    try:
        async with asyncio.timeout(within):
            await server.connect()
            await server.send_message(mail, sender=comes_back_to)
        with suppress(aiosmtplib.SMTPException, OSError):
            await server.quit(timeout=FAREWELL_SECONDS)
    except (aiosmtplib.SMTPException, OSError) as error:
        if server.is_whole:
            raise Unanswered from error
        raise
    finally:
        server.close()
