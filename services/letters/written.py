"""What somebody has written in a mail: its letters decoded, without what it answers to and what programs add."""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from models.fields import visible
from services.letters.thanks import SIGN_OFF
from services.sheets.encodings import decoded, undoubled
from services.sheets.sheet import ImportFileError

NUMBER = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
"""The number of a letter."""

ONE_BYTE = frozenset({"us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1", "iso-8859-15", "windows-1252", "cp1252"})
"""What mails are labelled with that are in UTF-8, or in Windows' letters, as browsers know."""

MARKED = re.compile(
    r"(?i)\s*(?:-{2,}\s*(?:original message|ursprungligt meddelande|vidarebefordrat meddelande|forwarded message)\b.*"
    r"|begin forwarded message:|vidarebefordrat brev:)\s*$|-- $"
)
"""A line that what is answered to begins with, or a signature."""

RULED = re.compile(r"\s*_{10,}\s*$")
"""A line that Outlook draws above the head of what is answered to."""

WROTE = re.compile(
    r"(?i).{2,250}\b(?:skrev|wrote|schrieb)\b(?!\s+(?:vi|jag|hon|han|hen|de|du|ni|we|i|she|he|they)\b).{0,200}:$"
)
"""On what day somebody wrote what follows, as programs say it."""

OPENS = re.compile(r"(?i)\s*(?:den|on|le|am|\d{1,4}[-./ ])\b.*[^.!?]$")
"""How a line begins that says so over several lines."""

WHEN = re.compile(r"@|\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b")
"""An address, a time of day or a year: one of them stands wherever a program says who wrote."""

HEADS = {
    name: head
    for head, names in {
        "from": ("från", "from"),
        "sent": ("skickat", "sent"),
        "date": ("datum", "date"),
        "to": ("till", "to"),
        "copy": ("kopia", "cc", "reply-to", "svara till"),
        "subject": ("ämne", "subject"),
    }.items()
    for name in names
}
HEAD = re.compile(rf"(?i)[\s*_]*({'|'.join(HEADS)})\s*:")
MOST_HEADS = 12
"""Lines among which the head of what is answered to stands."""

OUR_LETTER = re.compile(
    rf"(?ims)^[ \t]*(?:hej|hello),[ \t]*$(?:(?!^[ \t]*(?:hej|hello),).)*?{NUMBER}.*?(?:^hela vägen[ \t]*$|\Z)"
)
"""A letter of ours that is quoted without a mark."""

ADDED = re.compile(
    r"(?i)\s*(?:(?:skickat|sänt|sent) (?:från|via|from) (?:min|mitt|my|outlook|yahoo|gmail|mail)\b.{0,80}"
    r"|(?:hämta|get|skaffa) outlook (?:för|for) .{0,80})$"
)
"""What telephones write below a mail."""

CONTACT = re.compile(
    r"(?i)\s*(?:(?:tel(?:efon)?|mob(?:il)?|phone|mobile|växel|direkt|e-?post|e-?mail|mejl|webb?|www)\b[.:]*\s*)?"
    r"(?:\+?[\d\s()/–-]{6,}|\S+@\S+\.\w+|(?:https?://|www\.)\S+)\s*$"
)
"""A line of a signature by which whoever signs is reached."""

LONGEST_CONTACT = 200
"""Characters of such a line. Longer ones would be gone through again and again."""


class CannotBeRead(ValueError):
    """The letters of a mail cannot be told."""


def text_in(content: bytes, charset: str | None) -> str:
    """The text of bytes that are said to be in an encoding: in that where it fits, and otherwise as lists are read.

    Raises CannotBeRead where it could be one text as well as another.
    """
    labelled = (charset or "").casefold()
    known = None if labelled in ONE_BYTE or not labelled else labelled
    text = _strictly(content, known or "utf-8")
    if text is None and labelled in ONE_BYTE:
        text = _strictly(content, "cp1252")
    if text is None or "\0" in text:
        try:
            text = decoded(content).text
        except ImportFileError as error:
            if text is None:
                raise CannotBeRead from error
    return undoubled(text)


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeError, LookupError):
        return None


def own_words(text: str) -> str:
    """A text without what it answers to; what steers a screen is made to be seen.

    Raises CannotBeRead where letters were lost on the way.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").removeprefix("\ufeff")
    own = list(_own_lines(OUR_LETTER.sub("", text).split("\n")))
    kept = "\n".join(line.rstrip() for line in _without_contacts(own))
    if "\ufffd" in kept:
        raise CannotBeRead
    return visible(re.sub(r"\n{3,}", "\n\n", kept).strip())


def _own_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines that are not quoted: below a head, all are where they have no mark of their own."""
    at = 0
    while at < len(lines):
        if length := _introduces(lines, at):
            at += length
            following = next((line for line in lines[at:] if line.strip()), "")
            if not _is_quoted(following):
                return
            continue
        if not _is_quoted(lines[at]) and not ADDED.match(lines[at]):
            yield lines[at]
        at += 1


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _introduces(lines: Sequence[str], at: int) -> int:
    """How many lines from this one on say that what follows is quoted; 0 where they do not."""
    if MARKED.match(lines[at]):
        return 1
    if RULED.match(lines[at]):
        below = next((line for line in lines[at + 1 : at + 4] if line.strip()), "")
        head = HEAD.match(below)
        return 1 + _head(lines, at + 1) if head and HEADS[head[1].casefold()] == "from" else 0
    for length in (1, 2, 3):
        if _says_who_wrote(lines[at : at + length]):
            return length
    return _head(lines, at) if _is_head(lines, at) else 0


def _says_who_wrote(lines: Sequence[str]) -> bool:
    first, *others = lines
    if others and (not OPENS.match(first) or any(not line.strip() or OPENS.match(line) for line in others)):
        return False
    told = " ".join(line.strip() for line in lines)
    return len(told) < 500 and WROTE.match(told) is not None and WHEN.search(told) is not None


def _is_head(lines: Sequence[str], at: int) -> bool:
    """Whether the head of a mail begins here: with an address, or more of what only programs write."""
    first = HEAD.match(lines[at])
    if first is None or HEADS[first[1].casefold()] != "from":
        return False
    length = _head(lines, at)
    names = {HEADS[found[1].casefold()] for line in lines[at : at + length] if (found := HEAD.match(line))}
    if "@" in lines[at] and len(names) > 1:
        return True
    return len(names) > 2 and not names.isdisjoint({"sent", "subject"})


def _head(lines: Sequence[str], at: int) -> int:
    """How many lines the head of a mail takes from here: blank ones between count, and one that goes on."""
    last, missed = at, 0
    for number, line in enumerate(lines[at : at + MOST_HEADS], at):
        if HEAD.match(line):
            last, missed = number, 0
        elif line.strip():
            missed += 1
            if missed > 1:
                break
    return last - at + 1


def _without_contacts(lines: Sequence[str]) -> Iterator[str]:
    """The lines without telephone numbers and addresses that stand by themselves below a name."""
    signed = False
    for line in lines:
        signed = signed or SIGN_OFF.match(line) is not None
        if not (signed and len(line) <= LONGEST_CONTACT and CONTACT.match(line)):
            yield line


class _Seen(HTMLParser):
    """The text of a page that a reader sees; of what it quotes, a mark."""

    HIDDEN = frozenset({"script", "style", "head", "title", "blockquote", "template"})
    BREAKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._hidden: list[str] = []
        self._is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote" and not self._hidden and not self._is_over:
            self.seen.append("\n>\n")
        if tag in self.HIDDEN:
            self._hidden.append(tag)
        if tag in self.BREAKS and not self._is_over:
            self.seen.append("\n")
        if dict(attrs).get("id") in ("divRplyFwdMsg", "appendonsend"):
            self._is_over = True  # as Outlook marks what it answers to

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._is_over:
            self.seen.append(data)


def seen_in(page: str) -> str:
    """The text of an HTML page."""
    reader = _Seen()
    reader.feed(page)
    return "".join(reader.seen)
