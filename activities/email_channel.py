"""Notices by e-mail: one well-formed mail a notice, handed to one mail server."""

import ssl
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader, UniqueSingleAddressHeader
from email.headerregistry import UniqueUnstructuredHeader as Unstructured
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import formataddr, parseaddr
from functools import partial
from time import monotonic
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import aiosmtplib

from activities.delivery import DeliveryFailed, DeliveryPostponed, DeliveryRefused
from activities.letterhead import NO_HEAD, Letterhead
from activities.mail_relay import Relay, Unanswered, hand_over
from activities.messages import NoWording, render
from activities.tls import MailTls, fault_of_certificate
from models.message import InvalidValue, msg
from models.partners.notice import Notice
from models.partners.partner import Recipient, is_email_address

SMTP_TIMEOUT_SECONDS = 30.0
"""For each answer of the mail server. A relay answers within a second or two, and one that is busy says so at once."""

MAIL_WITHIN_SECONDS = 240.0
"""For one mail in all, from connecting until the server has taken it. Whether it is taken says only the answer to its
last line: a server may look at the mail for minutes before, and whoever does not wait sends it twice (RFC 1047)."""

AGAIN_AFTER = timedelta(minutes=15)
"""Where nobody can tell whether a mail has arrived: a server that died just then has been started again."""

MOST_UNANSWERED = 2
"""A server that takes mails and never says so would fill somebody's mailbox with the same letter for days."""

PERMANENT = range(500, 600)
"""SMTP replies by which the same command will be answered the same way again (RFC 5321, 4.2.1)."""

WANTS_MORE = (530, 538)
"""Replies that ask for a log-in, or for TLS before it (RFC 4954, RFC 3207): our settings are wrong, not the address."""

NO_LOG_IN = ("The SMTP AUTH extension", "No suitable authentication method")
"""How aiosmtplib begins what it has no error of its own for."""

IMPLICIT_TLS_PORT = 465
"""Submission over TLS from the first byte (RFC 8314)."""

START_TLS = {MailTls.NONE: False, MailTls.OFFERED: None, MailTls.STARTTLS: True, MailTls.IMPLICIT: False}
"""As aiosmtplib has it."""

NO_SENDER = msg("mail.no_sender", "the sender is not an e-mail address such as Hela vägen <hela-vagen@example.se>")

PASSWORD_IN_CLEAR = msg(
    "mail.password_in_clear",
    "HELAVAGEN_SMTP_USER needs TLS, so HELAVAGEN_SMTP_TLS must be starttls or implicit",
)


class EmailChannel:
    """Sends through the mail server at `host` and `port` (1 to 65,535), which has `timeout` seconds for each answer and
    `within` seconds for a mail.

    `sender` is an address, or a name and an address: `Hela vägen <hela-vagen@example.se>`. `tls` None is TLS at once on
    port 465, STARTTLS in any case with a `username`, and otherwise STARTTLS where it is offered. `context` is the
    client's side of TLS; where it is None, the system's authorities count. `replies_to` is where replies are read, and
    where mails come back to; without it whoever replies writes to the coordinator.

    Raises InvalidValue where `sender` is no address, or a password would be sent in clear: whoever strips the offer of
    TLS would get it.
    """

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        username: str | None = None,
        password: str | None = None,
        tls: MailTls | None = None,
        context: ssl.SSLContext | None = None,
        timeout: float = SMTP_TIMEOUT_SECONDS,
        within: float = MAIL_WITHIN_SECONDS,
        replies_to: str | None = None,
    ) -> None:
        name, address = parseaddr(sender)
        if not (sender.isprintable() and is_email_address(address)):
            raise InvalidValue(NO_SENDER)
        mode = tls or usual_tls(port, username)
        if username is not None and mode not in (MailTls.STARTTLS, MailTls.IMPLICIT):
            raise InvalidValue(PASSWORD_IN_CLEAR)
        self._sender = Address(name, addr_spec=address)
        how: dict[str, Any] = {
            "hostname": host,
            "port": port,
            "username": username,
            "password": password,
            "use_tls": mode is MailTls.IMPLICIT,
            "start_tls": START_TLS[mode],
            "tls_context": context,
            # The machine's own name would cost a DNS look-up a mail, and in a container it means nothing to others.
            "local_hostname": self._sender.domain,
            "timeout": timeout,
        }
        self._within = within
        self._replies_to = Address(addr_spec=replies_to) if replies_to else None
        self._unanswered: dict[UUID, tuple[int, float]] = {}
        self._connection = partial(Relay, **how)

    async def greet(self) -> None:
        """Connect as for a mail, log in where that is set, and send none. Raises SMTPException, OSError."""
        async with self._connection() as server:
            await server.ehlo()

    async def send(self, notice: Notice, to: Recipient, head: Letterhead = NO_HEAD) -> None:
        """See `Sender.send`. The other side knows a repeated mail by its Message-ID.

        A mail that the server has and of which it never says what became comes once more, and then to a person.
        """
        times, not_before = self._unanswered.get(notice.notice_id, (0, 0.0))
        if (left := not_before - monotonic()) > 0:
            raise DeliveryPostponed(f"The mail to partner {to.id} may have arrived.", timedelta(seconds=left))
        try:
            mail = self.compose(notice, to, head)
            own = self._address_for_replies(notice)
            await hand_over(self._connection(), mail, self._within, own.addr_spec if own else None)
            self._unanswered.pop(notice.notice_id, None)
        except NoWording as error:
            raise DeliveryFailed(str(error)) from None
        # `from None`: what the mail server says repeats addresses, and would travel with the failure into the history.
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _explain(error, to) from None
        except Unanswered:
            raise self._may_have_arrived(notice, to, times + 1) from None

    def _may_have_arrived(self, notice: Notice, to: Recipient, times: int) -> DeliveryFailed | DeliveryRefused:
        why = f"The mail server has the mail to partner {to.id} and did not say what became of it"
        if times < MOST_UNANSWERED:
            self._unanswered[notice.notice_id] = (times, monotonic() + AGAIN_AFTER.total_seconds())
            return DeliveryFailed(f"{why}.", AGAIN_AFTER)
        del self._unanswered[notice.notice_id]
        return DeliveryRefused(f"{why}, {times} times; ask its operator, and send it again if it has not arrived.")

    async def tell(self, address: str, subject: str, text: str, message_id: UUID) -> None:
        """A plain mail to somebody who is no partner: the operator. Raises DeliveryFailed."""
        mail = EmailMessage(policy=POLICY)
        mail["Subject"] = subject
        mail["From"] = self._sender
        mail["To"] = Address(addr_spec=address)
        mail["Date"] = datetime.now(UTC)
        mail["Message-ID"] = f"<{message_id}@{self._sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text, cte="quoted-printable")
        try:
            await hand_over(self._connection(), mail, self._within)
        except (aiosmtplib.SMTPException, OSError) as error:  # its words may repeat the address
            raise DeliveryFailed(_fault_of_server(error, "the mail")) from None
        except Unanswered:
            raise DeliveryFailed("The mail server did not say what became of the mail.") from None

    def _address_for_replies(self, notice: Notice) -> Address | None:
        return address_for_replies(self._replies_to, notice.notice_id) if self._replies_to else None

    def compose(self, notice: Notice, to: Recipient, head: Letterhead = NO_HEAD) -> EmailMessage:
        """The mail for one notice, in plain text and HTML. The mails of one journey form a thread, and whoever replies
        writes to the coordinator."""
        message = render(notice, to.language, head)
        thread = f"<{uuid5(NAMESPACE_URL, notice.journey_id)}@{self._sender.domain}>"
        mail = EmailMessage(policy=POLICY)
        mail["Subject"] = message.subject
        mail["From"] = self._sender
        mail["To"] = Address(to.name, addr_spec=to.address)
        if (own := self._address_for_replies(notice)) is not None:
            mail["Reply-To"] = Address(head.contact.name if head.contact else "", addr_spec=own.addr_spec)
        elif head.contact is not None and is_email_address(head.contact.email or ""):
            mail["Reply-To"] = Address(head.contact.name, addr_spec=head.contact.email or "")
        mail["Date"] = notice.recorded_at
        mail["Message-ID"] = f"<{notice.notice_id}@{self._sender.domain}>"
        mail["In-Reply-To"] = thread
        mail["References"] = thread
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text, cte="quoted-printable")
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
        # Last, because setting the content takes away every header that begins with Content.
        mail["Content-Language"] = to.language
        return mail


def address_for_replies(base: Address, notice_id: UUID) -> Address:
    """The address by which a reply to a notice is known, such as `svar+…@employer.example` (RFC 5233)."""
    return Address(username=f"{base.username}+{notice_id}", domain=base.domain)


def usual_tls(port: int, username: str | None) -> MailTls:
    """How a mail server is spoken to where nobody has said it."""
    if port == IMPLICIT_TLS_PORT:
        return MailTls.IMPLICIT
    return MailTls.OFFERED if username is None else MailTls.STARTTLS


def _explain(error: aiosmtplib.SMTPException | OSError, to: Recipient) -> DeliveryFailed | DeliveryRefused:
    """Refused is what the recipient's side says no to; what is wrong on our side can be mended, and then sent again."""
    whom = f"the mail to partner {to.id}"
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            if first.code in WANTS_MORE:
                return DeliveryFailed(_refused_for_now(first.code, whom))
            if first.code in PERMANENT:
                return DeliveryRefused(f"The mail server refused the address of partner {to.id}; correct it.")
            return DeliveryFailed(f"The mail server did not take {whom} yet (reply {first.code}).")
        case aiosmtplib.SMTPDataError(code=code) if code in PERMANENT:
            return DeliveryRefused(
                f"The mail server refused {whom} for what it holds (reply {code}); ask its operator."
            )
        case _:
            return DeliveryFailed(_fault_of_server(error, whom))


def _fault_of_server(error: aiosmtplib.SMTPException | OSError, what: str) -> str:
    """What stands between us and the mail server, in one sentence without its words."""
    if fault := fault_of_certificate(error):
        return f"The certificate of the mail server {fault}"
    match error:
        case aiosmtplib.SMTPAuthenticationError(code=code) if code in PERMANENT:
            return f"The mail server refused our log-in (reply {code}); check user name and password."
        case aiosmtplib.SMTPResponseException(code=code):
            return _refused_for_now(code, what)
        case TimeoutError():
            return "The mail server did not answer in time."
        case aiosmtplib.SMTPException() if str(error).startswith("SMTP STARTTLS extension not supported"):
            return "The mail server offers no STARTTLS; set HELAVAGEN_SMTP_TLS to what it has."
        case aiosmtplib.SMTPException() if str(error).startswith(NO_LOG_IN):
            return "The mail server takes no log-in that we have; take HELAVAGEN_SMTP_USER away, or ask its operator."
        case ssl.SSLError() | OSError(__cause__=ssl.SSLError()):
            return "No TLS could be agreed with the mail server; set HELAVAGEN_SMTP_TLS to what it has."
        case _:
            return f"The mail server could not be reached ({type(error).__name__})."


def _refused_for_now(code: int, what: str) -> str:
    if code in WANTS_MORE:
        return f"The mail server wants a log-in or TLS first (reply {code}); set HELAVAGEN_SMTP_USER or _SMTP_TLS."
    return f"The mail server did not take {what} (reply {code})."


class _Subject(Unstructured):
    """Text of one line, folded as a whole by the older and sounder `Header`."""

    def fold(self, *, policy: Policy) -> str:
        text = Header(str(self), header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {text}{policy.linesep}"


class _SingleAddress(UniqueSingleAddressHeader):
    """One address with its name; a name beyond ASCII is encoded as a whole, with the address on a line of its own."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        name, spec = self.addresses[0].display_name, self.addresses[0].addr_spec
        if name.isascii():
            return f"{self.name}: {formataddr((name, spec))}{policy.linesep}"
        text = Header(name, "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {text}{policy.linesep} <{spec}>{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    kinds = {
        "subject": _Subject,
        "from": _SingleAddress,
        "to": _SingleAddress,
        "reply-to": _SingleAddress,
        "in-reply-to": MessageIDHeader,
        "references": MessageIDHeader,
    }
    for name, kind in kinds.items():
        # The registry makes a full header type of what typeshed knows to be a mere part of one.
        registry.map_to_type(name, kind)  # type: ignore[arg-type]
    return registry


POLICY = SMTP.clone(header_factory=_registry())
"""For `EmailMessage`: its headers fold themselves as above, whatever flattens the mail."""
