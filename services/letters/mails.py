"""Reading a mail that has come: from whom, to which letters, and what it says, whatever was done to it on the way.

Nothing here trusts what stands in a mail: whether whoever wrote it may answer the letters that it names is asked later.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr
from itertools import islice
from uuid import UUID

from services.letters.attachments import Attachment, attachments_in, is_words, parts_of
from services.letters.thanks import is_mere_thanks
from services.letters.written import NUMBER, CannotBeRead, own_words, seen_in, text_in

MOST_PARTS = 200
MOST_TEXT = 50_000
"""Characters of a mail that are looked at, of all its parts. All of it is kept."""

NOT_READABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)
"""What the standard library raises on mails that were written to confuse it."""

BY_MACHINES = frozenset({"bulk", "junk", "list", "auto_reply"})

NOBODY = ("", "<>")
"""Of whom a mail comes that is not to be answered."""

SERVERS = frozenset({"mailer-daemon", "postmaster"})
"""Names of mail servers as senders."""

UNKNOWN = "5.0.0"
"""The status of a letter that did not arrive, and why is not said."""

OUT_OF_OFFICE = re.compile(
    r"(?i)\s*(?:auto[- ]?(?:svar|reply|response)|auto:|automati\w+ (?:e-post)?(?:svar|reply|response)"
    r"|out of (?:the )?office|ooo\b|on (?:annual |parental )?(?:leave|vacation)\b|fr(?:å|\ufffd+)nvaro"
    r"|(?:på )?semester|jag är (?:tillfälligt )?(?:ledig|bortrest|föräldraledig|tjänstledig|sjukskriven)\b)"
)
"""How subjects begin that programs write for somebody who is away. Those of a reply begin with `Re:` or `Sv:`."""

UNDELIVERED = re.compile(
    r"(?i)\bundeliver|\bnon.?delivery|delivery (?:status notification|has failed|failed|failure)|failure notice"
    r"|returned (?:mail|to sender)|returning message|mail delivery (?:failed|failure|system)|could ?n.t be delivered"
    r"|not be delivered|ej levererat|kunde inte levereras|går inte att leverera|olevererbar|leveransfel"
    r"|det gick inte att leverera"
)
"""What stands in the subject of a mail that says that another one did not arrive."""

DELAYED = re.compile(
    r"(?i)\s*(?:delayed\b|delivery (?:status notification \(delay|delayed)|warning: (?:message|could not send)"
    r"|fördröjd|leveransen? (?:är )?(?:fördröjd|försenad))"
)
"""How the subject begins of one that says that it may yet arrive."""

ABSENT = re.compile(
    r"(?i)(?:hej\W+|tack för (?:ditt|ert) (?:mail|mejl|meddelande)\W+)*"
    r"(?:jag är (?:för närvarande |just nu |tillfälligt )?"
    r"(?:ledig|på semester|bortrest|föräldraledig|sjukskriven|tjänstledig|inte på (?:kontoret|plats|jobbet))"
    r"|jag har semester|i am (?:currently )?(?:out of|on (?:annual |parental )?(?:leave|vacation|holiday)|away))\b"
)
"""How words begin that a program may have sent for somebody who is away."""


@dataclass(frozen=True)
class Bounce:
    """That a letter did not arrive: the status code of RFC 3463, such as `5.1.1`."""

    status: str


@dataclass(frozen=True)
class ReceivedMail:
    """A mail as far as it can be read. `id` follows from what it says, so that it is the same however often it comes.

    `numbers` are those of the letters that it may answer, the likeliest first; `text` is what was written, without what
    it quotes. Where `is_readable` is False what was written is not known.
    """

    id: str
    sender: str = ""
    numbers: tuple[UUID, ...] = ()
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    is_automatic: bool = False
    is_spam: bool = False
    is_forged: bool = False
    bounce: Bounce | None = None
    is_readable: bool = True

    @property
    def is_mere_thanks(self) -> bool:
        """Whether it says no more than that a letter has come."""
        return is_mere_thanks(self.text)

    @property
    def may_be_automatic(self) -> bool:
        """Whether its words are such as programs send for somebody who is away, though nothing else says so."""
        return ABSENT.match(self.text) is not None


def read_mail(content: bytes, came_from: str, came_to: Sequence[str]) -> ReceivedMail:
    """What has come in, from and to whom its envelope says. Never raises."""
    whole = hashlib.sha256(content).hexdigest()
    try:
        mail = BytesParser(policy=compat32).parsebytes(content)
        bounce = _bounce(mail, came_from)
        own = list(islice(parts_of(mail), MOST_PARTS))
        is_readable, text = True, ""
        try:
            text = _own_words(own)
        except CannotBeRead:
            is_readable = False
        return ReceivedMail(
            id=_id_of(mail, content) or whole,
            sender=_sender(mail),
            numbers=tuple(dict.fromkeys(_numbers(mail, list(_all_parts(mail)) if bounce else [], came_to))),
            text=text,
            attachments=attachments_in(own, text),
            is_automatic=_is_automatic(mail, came_from),
            is_spam=_header(mail, "X-Spam-Flag").casefold() == "yes",
            is_forged="dmarc=fail" in _header(mail, "Authentication-Results").casefold(),
            bounce=bounce,
            is_readable=is_readable,
        )
    except NOT_READABLE:
        return ReceivedMail(id=whole, numbers=tuple(_in_addresses(came_to)), is_readable=False)


def _all_parts(mail: Mail) -> Iterator[Mail]:
    """The parts of a mail and of those that are attached to it."""
    return islice(mail.walk(), MOST_PARTS)


def _header(mail: Mail, name: str) -> str:
    """A header, decoded; empty where there is none."""
    return " ".join(str(make_header(decode_header(str(mail.get(name, ""))))).split())


def _sender(mail: Mail) -> str:
    """The address that a mail is from, read before its name is decoded: a name may have a comma in it."""
    return parseaddr(str(mail.get("From", "")))[1].casefold()


def _id_of(mail: Mail, content: bytes) -> str | None:
    """The same however a mail comes: relays add headers of their own above it and change nothing else."""
    message_id = _header(mail, "Message-ID")
    if not message_id:
        return None
    _, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    return hashlib.sha256(f"{message_id}\n{_header(mail, 'From')}\n".encode() + body).hexdigest()


def _numbers(mail: Mail, reported: Iterable[Mail], came_to: Sequence[str]) -> Iterator[UUID]:
    """The letters that a mail may answer: as the address says that it was sent to, then as its headers do."""
    yield from _in_addresses(came_to)
    yield from _in_ids(_header(mail, "In-Reply-To"))
    yield from reversed(list(_in_ids(_header(mail, "References"))))
    for part in reported:
        if part is not mail:
            yield from _in_ids(_header(part, "Message-ID"))
        if part.get_content_type() == "text/rfc822-headers":
            headers = BytesParser(policy=compat32).parsebytes(_bytes_of(part), headersonly=True)
            yield from _in_ids(_header(headers, "Message-ID"))
        if part.get_content_type() == "text/plain":
            yield from _in_ids(_bytes_of(part)[:MOST_TEXT].decode("latin-1"))


def _in_addresses(addresses: Sequence[str]) -> Iterator[UUID]:
    for address in addresses:
        found = re.search(rf"\+({NUMBER})@", address.casefold())
        if found:
            yield UUID(found[1])


def _in_ids(header: str) -> Iterator[UUID]:
    return (UUID(one) for one in re.findall(rf"<({NUMBER})@", header.casefold()))


def _is_automatic(mail: Mail, came_from: str) -> bool:
    """Whether no person has written it (RFC 3834)."""
    submitted = _header(mail, "Auto-Submitted").partition(";")[0].strip().casefold()
    return (
        submitted not in ("", "no")
        or came_from in NOBODY
        or mail.get_content_type() == "multipart/report"
        or _header(mail, "Precedence").casefold() in BY_MACHINES
        or any(mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or OUT_OF_OFFICE.match(_header(mail, "Subject")) is not None
    )


def _bounce(mail: Mail, came_from: str) -> Bounce | None:
    """That a letter did not arrive; None where the mail says something else, or that it may yet arrive.

    Mail servers say it in a report (RFC 3464), or in words of their own: then from no address, which programs that
    answer for somebody who is away do too.
    """
    if mail.get_content_type() == "multipart/report":
        return _reported(mail)
    subject, sender = _header(mail, "Subject"), _sender(mail).partition("@")[0]
    is_from_server = sender in SERVERS or mail.get("X-Failed-Recipients") is not None
    if OUT_OF_OFFICE.match(subject) or DELAYED.match(subject):
        return None
    if UNDELIVERED.search(subject) and (is_from_server or came_from in NOBODY):
        return Bounce(UNKNOWN)
    answers = _header(mail, "Auto-Submitted").casefold().startswith("auto-replied") and not is_from_server
    return Bounce(UNKNOWN) if came_from in NOBODY and not answers else None


def _reported(mail: Mail) -> Bounce | None:
    for part in _all_parts(mail):
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.walk():
            if _header(block, "Action").casefold() == "failed":
                status = re.match(r"[245]\.\d{1,3}\.\d{1,3}", _header(block, "Status"))
                return Bounce(status[0] if status else UNKNOWN)
    return None


def _own_words(parts: Sequence[Mail]) -> str:
    """What somebody has written, from the plain text or otherwise from the HTML. Raises CannotBeRead."""
    for kind in ("text/plain", "text/html"):
        left, written = MOST_TEXT, list[str]()
        for part in parts:
            if left and is_words(part) and part.get_content_type() == kind:
                text = _text_of(part)[:left]
                left -= len(text)
                written.append(own_words(seen_in(text) if kind == "text/html" else text))
        if said := "\n\n".join(filter(None, written)):
            return said
    return ""


def _bytes_of(part: Mail) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text_of(part: Mail) -> str:
    return text_in(_bytes_of(part), part.get_content_charset())
