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
from html.parser import HTMLParser
from uuid import UUID

from models.fields import visible

MOST_PARTS = 200
MOST_TEXT = 50_000
"""Characters of a mail that are looked at. All of it is kept."""

NOT_READABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)
"""What the standard library raises on mails that were written to confuse it."""

BY_MACHINES = frozenset({"bulk", "junk", "list", "auto_reply"})

OUT_OF_OFFICE = re.compile(
    r"(?i)\s*(autosvar|automatiskt svar|automatic reply|auto(matic)?[- ]?reply|out of office|frånvaro)\b"
)

QUOTED_FROM_HERE = re.compile(
    r"(?im)^\s*(?:"
    r"-{2,}\s*(?:original message|ursprungligt meddelande|vidarebefordrat meddelande|forwarded message)\b.*"
    r"|_{10,}\s*|on .{4,200}wrote:\s*|(?:den|le|am) .{4,200}(?:skrev|schrieb).{0,200}:\s*"
    r"|(?:från|from):.{2,200}$|-- $)"
)
"""Where what somebody answers to begins, or their signature."""

THANKS = frozenset(
    [
        "tack",
        "tackar",
        "mottaget",
        "mottagit",
        "mottagen",
        "mottages",
        "bekräftas",
        "bekräftar",
        "kvitteras",
        "kvitterat",
        "brevet",
        "har",
        "vi",
        "nått",
        "oss",
        "thanks",
        "thank",
        "you",
        "received",
        "we",
        "have",
        "the",
        "letter",
        "confirmed",
        "it",
        "kind",
        "regards",
        "hälsningar",
        "vänliga",
        "mvh",
        "hej",
        "hello",
        "hi",
    ]
)
"""Words of which a mere confirmation consists."""

NUMBER = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"


@dataclass(frozen=True)
class Bounce:
    """That a letter did not arrive: the status code of RFC 3463, such as `5.1.1`."""

    status: str


@dataclass(frozen=True)
class ReceivedMail:
    """A mail as far as it can be read. `id` follows from what it says, so that it is the same however often it comes.

    `numbers` are those of the letters that it may answer, the likeliest first; `text` is what was written, without what
    it quotes. Where `is_readable` is False nothing else counts.
    """

    id: str
    sender: str = ""
    numbers: tuple[UUID, ...] = ()
    text: str = ""
    is_automatic: bool = False
    is_spam: bool = False
    is_forged: bool = False
    bounce: Bounce | None = None
    is_readable: bool = True

    @property
    def is_mere_thanks(self) -> bool:
        """Whether it says no more than that a letter has come."""
        return set(re.findall(r"\w+", self.text.casefold())) <= THANKS


def read_mail(content: bytes, came_from: str, came_to: Sequence[str]) -> ReceivedMail:
    """What has come in, from and to whom its envelope says. Never raises."""
    whole = hashlib.sha256(content).hexdigest()
    try:
        mail = BytesParser(policy=compat32).parsebytes(content)
        parts = [part for part, _ in zip(mail.walk(), range(MOST_PARTS), strict=False)]
        bounce = _bounce(mail, parts)
        return ReceivedMail(
            id=_id_of(mail, content) or whole,
            sender=_sender(mail),
            numbers=tuple(dict.fromkeys(_numbers(mail, parts if bounce else [], came_to))),
            text=_own_words(parts),
            is_automatic=_is_automatic(mail, came_from),
            is_spam=_header(mail, "X-Spam-Flag").casefold() == "yes",
            is_forged="dmarc=fail" in _header(mail, "Authentication-Results").casefold(),
            bounce=bounce,
        )
    except NOT_READABLE:
        return ReceivedMail(id=whole, numbers=tuple(_in_addresses(came_to)), is_readable=False)


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
        or came_from in ("", "<>")
        or _header(mail, "Precedence").casefold() in BY_MACHINES
        or any(mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or OUT_OF_OFFICE.match(_header(mail, "Subject")) is not None
    )


def _bounce(mail: Mail, parts: Sequence[Mail]) -> Bounce | None:
    """That a letter did not arrive (RFC 3464); None where the mail says something else, or that it may yet arrive."""
    if mail.get_content_type() != "multipart/report":
        return None
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.walk():
            if _header(block, "Action").casefold() == "failed":
                status = re.match(r"[245]\.\d{1,3}\.\d{1,3}", _header(block, "Status"))
                return Bounce(status[0] if status else "5.0.0")
    return None


def _own_words(parts: Sequence[Mail]) -> str:
    """What somebody has written, from the plain text or otherwise from the HTML."""
    texts = [part for part in parts if part.get_content_disposition() != "attachment"]
    for kind in ("text/plain", "text/html"):
        for part in texts:
            if part.get_content_type() == kind:
                text = _text_of(part)[:MOST_TEXT]
                written = _without_quotes(_seen(text) if kind == "text/html" else text)
                if written:
                    return written
    return ""


def _bytes_of(part: Mail) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text_of(part: Mail) -> str:
    content, charset = _bytes_of(part), part.get_content_charset() or "utf-8"
    try:
        return content.decode(charset, errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def _without_quotes(text: str) -> str:
    """A text without what it answers to; what steers a screen is made to be seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    found = QUOTED_FROM_HERE.search(text)
    own = (line.rstrip() for line in (text[: found.start()] if found else text).split("\n"))
    kept = "\n".join(line for line in own if not line.lstrip().startswith(">"))
    return visible(re.sub(r"\n{3,}", "\n\n", kept).strip())


class _Seen(HTMLParser):
    """The text of a page that a reader sees, without what it quotes."""

    HIDDEN = frozenset({"script", "style", "head", "title", "blockquote", "template"})
    BREAKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3"})

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.HIDDEN:
            self._hidden.append(tag)
        if tag in self.BREAKS:
            self.seen.append("\n")
        if dict(attrs).get("id") in ("divRplyFwdMsg", "appendonsend"):
            self.seen.append("\n__________\n")  # as Outlook marks what it answers to

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.seen.append(data)


def _seen(page: str) -> str:
    reader = _Seen()
    reader.feed(page)
    return "".join(reader.seen)
