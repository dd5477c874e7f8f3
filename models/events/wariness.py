"""What a text that somebody wrote tells of a person beyond its purpose: numbers, health, a name."""

import re
from collections.abc import Collection, Iterator

from models.events.health_words import ANYWHERE, AT_THE_START, WHOLE
from models.message import Worded, msg


class Concern(Worded):
    """Something that a text had better not tell."""

    IDENTITY_NUMBER = "identity_number", msg("concern.identity_number", "a personal identity number")
    PHONE = "phone", msg("concern.phone", "a telephone number")
    HEALTH = "health", msg("concern.health", "something about health")
    NAME = "name", msg("concern.name", "the candidate's name")


_MONTH, _DAY, _YEAR = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])", r"(?:19|20)?\d{2}"
_OF_TAX_AGENCY = r"(?:0\d|1[0-2])(?:[678]\d|9[01])"
_HYPHEN = "[-+‐‑–—−]"

IDENTITY_NUMBER = re.compile(
    rf"(?<!\d){_YEAR}(?:{_MONTH}{_DAY}|{_OF_TAX_AGENCY})"
    rf"(?:\s{{0,2}}[.]?{_HYPHEN}?\s{{0,2}}\d{{4}}|{_HYPHEN}[TRSUWXJKLMN]\d{{3}})(?!\d)"
    rf"|(?<!\d){_YEAR}([-./ ]){_MONTH}\1{_DAY}{_HYPHEN}\d{{4}}(?![-./ ]?\d)"
    rf"|(?<!\d)19\d{{2}}-{_MONTH}-{_DAY} \d{{4}}(?![-./ ]?\d)"
)
"""A day of birth, or that of a coordination number, where the month may be 00, and four digits, or the letter of an
interim number and three; signs may stand in the day, where nobody would take it for one with a time after it. Whether
the last digit fits is not asked: a slip of the pen names somebody as well."""

PHONE = re.compile(r"(?<![\w-])(?:\+\d{1,3}|0)(?:[ /()-]{0,2}\d){7,12}(?!\d)")
"""Nine digits or so that begin with a nought or a country's number."""

_HEALTH = re.compile(
    rf"{'|'.join(map(re.escape, ANYWHERE))}|\b(?:{'|'.join(map(re.escape, AT_THE_START))})"
    rf"|\b(?:{'|'.join(map(re.escape, WHOLE))})\b"
)

WORD = re.compile(r"[^\W\d_]+")
LEAST_LETTERS = 3
"""A shorter word of a name stands in too many sentences."""


def concerns_in(text: str, names: Collection[str] = (), *, staff: Collection[str] = ()) -> tuple[Concern, ...]:
    """What a text had better not tell, in their order. `names` are what the candidate is called; a word of it that is
    also in the name of somebody of the `staff` is no concern."""
    return tuple(_found(text, names, staff))


def _found(text: str, names: Collection[str], staff: Collection[str]) -> Iterator[Concern]:
    without = IDENTITY_NUMBER.sub(" ", text)
    if without != text:
        yield Concern.IDENTITY_NUMBER
    if PHONE.search(without):
        yield Concern.PHONE
    if _HEALTH.search(text.casefold()):
        yield Concern.HEALTH
    theirs = {word for name in names for word in _words(name) if len(word) >= LEAST_LETTERS}
    theirs -= {word for name in staff for word in _words(name)}
    if any(word in theirs or word.removesuffix("s") in theirs for word in _words(text)):
        yield Concern.NAME


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]
