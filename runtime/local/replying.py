"""Answering a letter that the local stack's inbox has received, as its reader would from their own mail program."""

import smtplib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import make_msgid

from models.partners.partner import Channel
from runtime.errors import ServiceUnavailable, UsageError
from runtime.local.inbox import InboxItem
from runtime.settings import Settings

SECONDS = 30.0


def letter_in(items: list[InboxItem], which: int) -> InboxItem:
    """The mail with a number in the list of what was received. Raises UsageError where it is no letter by mail."""
    item = items[which - 1] if 1 <= which <= len(items) else None
    if item is None or item.channel is not Channel.EMAIL:
        raise UsageError(
            "inbox.no_letter", "Number {which} is not a mail. Choose a number of a mail in the list.", which=which
        )
    return item


def reply_to(item: InboxItem, text: str, settings: Settings) -> str:
    """Send an answer by mail to where a letter asks for it; returns that address.

    Raises UsageError where the letter takes no replies, and ServiceUnavailable where the stack does not.
    """
    letter = message_from_bytes(item.path.read_bytes(), policy=default)
    if letter["Reply-To"] is None:
        raise UsageError("inbox.no_reply", "This mail takes no replies. Choose another one.")
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = letter["To"], letter["Reply-To"], f"Sv: {letter['Subject']}"
    reply["In-Reply-To"], reply["Message-ID"] = letter["Message-ID"], make_msgid(domain="localhost")
    reply.set_content(text)
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS) as server:
            server.send_message(reply)
    except (OSError, smtplib.SMTPException) as error:
        raise ServiceUnavailable(
            "inbox.not_taken", "The local stack did not take the reply. Start it, or try again in a moment."
        ) from error
    return str(letter["Reply-To"].addresses[0].addr_spec)
