"""The rows of an import file: what reading gives, and which of its columns is which, in Swedish or English."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from models.events.values import EarlierEmployment
from models.fields import BothLanguages
from models.message import Message
from runtime.errors import UsageError
from runtime.i18n import _
from services.identities.contact import PERSONAL


class ImportFileError(UsageError):
    """The file as a whole cannot be read or written. The message is one sentence that says what to do; repeating does
    not help until that is done. It never holds anything that was read from the file's rows."""


@dataclass(frozen=True)
class ImportRow:
    """One referral, every value checked and in its normal form: the identity number has 12 digits and no sign.

    `protected_for` are the staff who alone may read of the person, where they are protected.
    `cells` holds what was read, for whoever must mend the row after all."""

    line: int
    identity_number: str = field(repr=False)  # what points to a person must not slip into a log by way of the repr
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    programme: str
    referring_partner: str
    site: str
    coordinator: str
    referred_on: date
    earlier_employment: tuple[EarlierEmployment, ...] = ()
    protected_for: tuple[str, ...] = ()
    address: str | None = field(repr=False, default=None)
    language: str | None = field(repr=False, default=None)
    contact_by: str | None = field(repr=False, default=None)
    cells: dict[str, str] = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell. `column` is its header as written in the file, empty where the whole row is meant;
    `message` may be logged, so it says nothing that stood in the cell."""

    line: int
    column: str
    message: Message


@dataclass(frozen=True)
class BadRow:
    """A row to mend. `cells` holds personal data: what was read, by header, for the columns that are read; cells
    beyond the last header are kept under names of their own, so that nothing a person needs for mending is lost."""

    line: int
    cells: dict[str, str] = field(repr=False)
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class ImportFile:
    """`header` is the file's own, without a "problem" column; `rows` stand in the file's order; `notes` are sentences
    about the file. Every `line` is the line on which the row begins, as an editor or Excel numbers it."""

    header: tuple[str, ...]
    rows: tuple[ImportRow | BadRow, ...]
    notes: tuple[str, ...]


COLUMNS: dict[str, tuple[str, ...]] = {
    "identity_number": ("identity_number", "personnummer"),
    "name": ("name", "namn"),
    "email": ("email", "e-post"),
    "phone": ("phone", "telefon"),
    "address": ("address", "adress"),
    "language": ("language", "språk"),
    "contact_by": ("contact_by", "kontaktas via", "kontaktsätt"),
    "programme": ("programme", "program"),
    "referring_partner": ("referring_partner", "anvisande part", "anvisad av"),
    "site": ("site", "ort", "kommunkod", "kommun"),
    "coordinator": ("coordinator", "samordnare"),
    "earlier_employment": ("earlier_employment", "tidigare anställning", "tidigare anställningar"),
    "protected_for": ("protected_for", "skyddad för", "skyddade personuppgifter"),
    "referred_on": ("referred_on", "anvisad den", "anvisningsdatum", "datum"),
}
OPTIONAL = frozenset({*PERSONAL, "earlier_employment", "protected_for"})
PROBLEM_COLUMN = "problem"
_PROBLEM_NAMES = frozenset({"problem", "fel"})
# Health and disability are a special category (GDPR art. 9): whoever sends such a column is told that it went unread.
_HEALTH_WORDS = (
    *("hälsa", "halsa", "hälso", "diagnos", "handikapp", "sjukdom", "sjukskriv", "medicin", "health", "disab"),
    *("illness", "funktionsned", "funktionshind", "funktionsvar"),
)
_SHOWN = 60  # A header longer than this is no header: enough to find the column, too little to repeat a text.


@dataclass(frozen=True)
class Header:
    """`names` are the headers as written, without a problem column; `positions` and `titles` give, for each column that
    is read, its index and its header as written, by its name in `COLUMNS`; `width` counts the cells up to the last
    header."""

    names: tuple[str, ...]
    positions: dict[str, int]
    titles: dict[str, str]
    width: int
    notes: tuple[str, ...]


def _key(title: str) -> str:
    """The title as it is compared: no case, spaces, underscores or hyphens; å as one letter even from a Mac."""
    folded = unicodedata.normalize("NFC", title).casefold()
    return "".join(character for character in folded if not character.isspace() and character not in "_-‐‑–")


_BY_KEY = {_key(title): column for column, titles in COLUMNS.items() for title in titles}


def count_known(titles: Sequence[str]) -> int:
    """How many of the titles name a column that is read."""
    return sum(_key(title) in _BY_KEY for title in titles)


def read_header(titles: Sequence[str]) -> Header:
    """Titles as written → `Header`. Raises `ImportFileError` where there is no header, or a column is missing or
    doubled."""
    if not count_known(titles):
        raise ImportFileError(
            "import.no_header",
            "The first row must name the columns: {known}.",
            known=[titled(column) for column in COLUMNS],
        )
    width = max(index for index, title in enumerate(titles, 1) if title)
    positions: dict[str, int] = {}
    for index, title in enumerate(titles):
        column = _BY_KEY.get(_key(title))
        if column in positions:
            raise ImportFileError(
                "import.column_twice",
                "Two columns are read as {column}. Remove or rename one of them.",
                column=titled(column),
            )
        if column is not None:
            positions[column] = index
    _refuse_missing(positions)
    return Header(
        names=tuple(title for title in titles[:width] if _key(title) not in _PROBLEM_NAMES),
        positions=positions,
        titles={column: titles[index] for column, index in positions.items()},
        width=width,
        notes=tuple(_unread(titles[:width])),
    )


def _refuse_missing(positions: dict[str, int]) -> None:
    missing = [column for column in COLUMNS if column not in positions and column not in OPTIONAL]
    if missing:
        raise ImportFileError(
            "import.columns_missing",
            "These columns are missing: {named}. Add them to the first row.",
            named=[titled(column) for column in missing],
        )


def titled(column: str) -> BothLanguages:
    """A column as its header may be written."""
    english, swedish, *_others = COLUMNS[column]
    return BothLanguages(sv=swedish, en=f"{english} ({swedish})")


def _unread(titles: Sequence[str]) -> list[str]:
    notes = []
    for index, title in enumerate(titles, 1):
        key = _key(title)
        if not title:
            notes.append(_("column {index} has no name: not read", index=index))
        elif any(word in key for word in _HEALTH_WORDS):
            notes.append(_("column “{title}”: not read: health data is not collected", title=title[:_SHOWN]))
        elif key not in _BY_KEY and key not in _PROBLEM_NAMES:
            notes.append(_("column “{title}”: not read", title=title[:_SHOWN]))
    return notes
