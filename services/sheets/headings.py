"""The headings of a list as people write them → which column is which; what is unsure is asked, not guessed."""

import operator
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from models.fields import BothLanguages
from models.message import Message, msg
from runtime.errors import UsageError
from runtime.i18n import _
from services.sheets.sheet import ImportFileError, Row

Said = Mapping[str, str]
"""The column that a heading means, by the heading's key: what somebody has said before. An empty one is not read."""

Filled = Mapping[str, str]
"""What a column says in all rows of one list, where the list itself says nothing."""

UNREAD = ""
PROBLEM_COLUMN = "problem"
_PROBLEM_KEYS = frozenset({"problem", "fel"})
# Health and disability are a special category (GDPR art. 9): whoever sends such a column is told that it went unread.
_HEALTH_WORDS = (
    *("hälsa", "halsa", "hälso", "diagnos", "handikapp", "sjukdom", "sjukskriv", "medicin", "health", "disab"),
    *("illness", "funktionsned", "funktionshind", "funktionsvar"),
)
_BRACKETS = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]")
_SHOWN = 60
"""A heading longer than this is none: enough to find the column, too little to repeat a text."""

_EXAMPLES = 3
_NEAR = 0.85
"""How like a heading another one must be to be asked about: a letter too many or too few."""

_LEAST_LIKE = 4
"""Letters: shorter headings are like too many others."""


@dataclass(frozen=True)
class Columns:
    """The columns of a kind of list. `titles` are the headings of each: in English, in Swedish, and usual others.

    A column may stand in `parts` of its own, such as a name in two; then these are read where the column is not there,
    or beside it where it is the first of them. Of the `fillable` ones, all rows may say the same.
    """

    titles: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fillable: frozenset[str] = frozenset()

    @cached_property
    def whole(self) -> list[str]:
        """The columns, without those that are parts alone."""
        parts = {part for name, found in self.parts.items() for part in found if part != name}
        return [name for name in self.titles if name not in parts]

    @cached_property
    def may_lack(self) -> frozenset[str]:
        """The columns that a row need not fill, and their parts."""
        return self.optional.union(*(self.parts.get(column, ()) for column in self.optional))

    def named(self, column: str) -> BothLanguages:
        """A column as its heading may be written."""
        english, swedish, *_others = self.titles[column]
        return BothLanguages(sv=swedish, en=f"{english} ({swedish})")

    def column_of(self, title: str, said: Said) -> str | None:
        """The column that a heading means; None where that is not known."""
        key = key_of(title)
        return said.get(key, self._by_key.get(key))

    def near(self, title: str) -> str | None:
        """The column whose heading is written almost so."""
        key, known = key_of(title), self._by_key
        found = get_close_matches(key, known, n=1, cutoff=_NEAR) if len(key) >= _LEAST_LIKE else []
        return known[found[0]] if found else None

    def is_like(self, title: str, column: str) -> bool:
        """Whether a heading is written almost as one of a column, with one other letter in it at most."""
        key = key_of(title)
        others = [one for one, of in self._by_key.items() if of == column and len(one) == len(key) >= _LEAST_LIKE]
        return self.near(title) == column or any(sum(map(operator.ne, one, key)) == 1 for one in others)

    def count_known(self, titles: Sequence[str], said: Said) -> int:
        """How many of the titles name a column that is read."""
        return sum(bool(self.column_of(title, said)) for title in titles)

    @cached_property
    def _by_key(self) -> dict[str, str]:
        return {key_of(title): column for column, titles in self.titles.items() for title in titles}


@dataclass(frozen=True)
class Candidate:
    """A heading that may be the one of a column, and some cells below it."""

    title: str
    examples: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Unsure:
    """A column that may stand under one of some headings; of `only_one`, the others are not read then."""

    column: str
    called: BothLanguages
    candidates: tuple[Candidate, ...]
    only_one: bool = False
    near: str = ""
    """The key of the heading that is written almost as the column's."""

    def said(self, chosen: str | None) -> dict[str, str]:
        """What follows where somebody says that the heading with a key is this column; None where none of them is. Of a
        choice of one the others are not read."""
        others = {key_of(one.title): UNREAD for one in self.candidates} if self.only_one else {}
        return {**others, chosen: self.column} if chosen else others


class HeadingsUnsure(ImportFileError):
    """Which column is which must be said by somebody: `questions` are what to ask."""

    def __init__(self, message: Message, questions: Sequence[Unsure]) -> None:
        super().__init__(message)
        self.questions = tuple(questions)


@dataclass(frozen=True)
class Header:
    """`names` are the headings as written, without a problem column; `positions` and `titles` give, for each column and
    part that is read, its index and its heading as written; `width` counts the cells up to the last heading."""

    names: tuple[str, ...]
    positions: dict[str, int]
    titles: dict[str, str]
    width: int
    notes: tuple[str, ...]


def key_of(title: str) -> str:
    """The heading as it is compared: its letters and digits alone, without what stands in brackets; å as one letter
    even from a Mac."""
    folded = unicodedata.normalize("NFC", title).casefold()
    without = _BRACKETS.sub("", _BRACKETS.sub("", folded))  # there may be brackets in brackets
    return _letters(without) or _letters(folded)


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def read_header(
    titles: Sequence[str],
    columns: Columns,
    said: Said,
    body: Sequence[Row] = (),
    hidden: Iterable[int] = (),
    filled: Iterable[str] = (),
) -> Header:
    """Headings as written → `Header`. `body` gives examples of what stands below them, `hidden` are the columns that
    nobody sees, and `filled` those that need not be there, as they say the same for all rows. Raises `ImportFileError`
    where there are no headings, and `HeadingsUnsure` where it must be said what one means."""
    return _HeaderReading(titles, columns, said, body, frozenset(hidden), frozenset(filled)).header()


class _HeaderReading:
    """The headings of one list while they are read."""

    def __init__(
        self,
        titles: Sequence[str],
        columns: Columns,
        said: Said,
        body: Sequence[Row],
        hidden: frozenset[int],
        filled: frozenset[str],
    ) -> None:
        self._titles, self._columns, self._said, self._body, self._hidden = titles, columns, said, body, hidden
        self._filled = filled
        self._unknown: list[int] = []

    def header(self) -> Header:
        titles = self._titles
        if not self._columns.count_known(titles, self._said):
            known = [self._columns.named(column) for column in self._columns.whole]
            raise ImportFileError("import.no_header", "The first row must name the columns: {known}.", known=known)
        positions = self._without_needless(self._found())
        self._refuse_missing(positions)
        self._ask_about_near(positions)
        width = max(index for index, title in enumerate(titles, 1) if title)
        return Header(
            names=tuple(title for title in titles[:width] if key_of(title) not in _PROBLEM_KEYS),
            positions=positions,
            titles={column: titles[index] for column, index in positions.items()},
            width=width,
            notes=tuple(self._notes(titles[:width], positions)),
        )

    def _found(self) -> dict[str, int]:
        """The index of each column and part. Raises HeadingsUnsure for one that stands twice."""
        found: dict[str, list[int]] = {}
        for index, title in enumerate(self._titles):
            column = self._columns.column_of(title, self._said)
            if column:
                found.setdefault(column, []).append(index)
            elif title and column is None and key_of(title) not in _PROBLEM_KEYS:
                self._unknown.append(index)
        for column, indexes in found.items():
            seen = [index for index in indexes if index not in self._hidden]
            if len(indexes) > 1 and len(seen) != 1:
                twice = msg(
                    "import.column_twice",
                    "Two columns are read as {column}. Remove or rename one of them.",
                    column=self._columns.named(column),
                )
                titles = {self._titles[index] for index in indexes}
                raise HeadingsUnsure(
                    twice, [self._unsure(column, indexes, True)] if len(titles) == len(indexes) else []
                )
            found[column] = seen or indexes
        return {column: indexes[0] for column, indexes in found.items()}

    def _without_needless(self, positions: dict[str, int]) -> dict[str, int]:
        """The parts of a column are not read where the column itself is there, and is none of them."""
        for column, parts in self._columns.parts.items():
            if column in positions and column not in parts:
                positions = {name: index for name, index in positions.items() if name not in parts}
        return positions

    def _refuse_missing(self, positions: dict[str, int]) -> None:
        missing = [
            column
            for column in self._columns.whole
            if column not in self._columns.optional | self._filled
            and not {column, *self._columns.parts.get(column, ())} & positions.keys()
        ]
        if missing:
            lacking = msg(
                "import.columns_missing",
                "These columns are missing: {named}. Add them to the first row.",
                named=[self._columns.named(column) for column in missing],
            )
            candidates = [index for index in self._unknown if not _is_of_health(self._titles[index])]
            if not candidates:
                raise HeadingsUnsure(lacking, [self._unsure(column, ()) for column in missing])
            unread = msg(
                "import.columns_unsure",
                "These columns are missing: {named}. Say which of the unknown headings is which ({unknown}), or add"
                " the columns.",
                named=[self._columns.named(column) for column in missing],
                unknown=[f"“{self._titles[index][:_SHOWN]}”" for index in candidates],
            )
            raise HeadingsUnsure(unread, [self._unsure(column, candidates) for column in missing])

    def _ask_about_near(self, positions: dict[str, int]) -> None:
        questions = []
        for index in self._unknown:
            column = self._columns.near(self._titles[index])
            if column is not None and self._is_wanted(column, positions) and not _is_of_health(self._titles[index]):
                questions.append(self._unsure(column, [index], True))
        if questions:
            near = msg(
                "import.heading_near",
                "It is not clear whether the column “{title}” is {column}. Say which column it is, or that it is none.",
                title=questions[0].candidates[0].title,
                column=questions[0].called,
            )
            raise HeadingsUnsure(near, questions)

    def _is_wanted(self, column: str, positions: Mapping[str, int]) -> bool:
        """Whether a column is not read already, by itself or in whole."""
        needless = (
            whole in positions and whole not in parts for whole, parts in self._columns.parts.items() if column in parts
        )
        return column not in positions and not any(needless)

    def _unsure(self, column: str, indexes: Iterable[int], only_one: bool = False) -> Unsure:
        found = tuple(Candidate(self._titles[index][:_SHOWN], self._examples(index)) for index in indexes)
        near = [key_of(one.title) for one in found if self._columns.is_like(one.title, column)]
        return Unsure(column, self._columns.named(column), found, only_one, near[0] if len(near) == 1 else "")

    def _examples(self, index: int) -> tuple[str, ...]:
        cells = (cells[index] for _line, cells in self._body if index < len(cells) and cells[index])
        return tuple(list(dict.fromkeys(cells))[:_EXAMPLES])

    def _notes(self, titles: Sequence[str], positions: dict[str, int]) -> list[str]:
        read, notes = set(positions.values()), []
        for index, title in enumerate(titles):
            shown = title[:_SHOWN]
            if not title:
                notes.append(_("column {index} has no name: not read", index=index + 1))
            elif _is_of_health(title):
                notes.append(_("column “{title}”: not read: health data is not collected", title=shown))
            elif index in read and index in self._hidden:
                notes.append(_("column “{title}” is hidden, and is read", title=shown))
            elif index not in read and key_of(title) not in _PROBLEM_KEYS:
                notes.append(_("column “{title}”: not read", title=shown))
        return notes


def _is_of_health(title: str) -> bool:
    letters = _letters(unicodedata.normalize("NFC", title).casefold())
    return any(word in letters for word in _HEALTH_WORDS)


def filled_in(options: Iterable[str], columns: Columns) -> dict[str, str]:
    """`column=value` → what each column says in all rows. Raises UsageError."""
    filled = {}
    for option in options:
        title, _sign, value = option.partition("=")
        column = columns.column_of(title, {})
        if column is None or column not in columns.fillable or not value.strip():
            raise UsageError(
                "import.filled_wrong",
                "What holds for all rows is written as COLUMN=VALUE. The columns are: {known}.",
                known=[columns.named(one) for one in columns.whole if one in columns.fillable],
            )
        filled[column] = value.strip()
    return filled


def said_in(options: Iterable[str], columns: Columns) -> dict[str, str]:
    """`Heading=column` → what is said of each heading; without a column it is not read. Raises UsageError."""
    said = dict[str, str]()
    for option in options:
        title, sign, column = option.rpartition("=")
        meant = columns.column_of(column, {}) if column.strip() else UNREAD
        if not sign or not key_of(title) or meant is None:
            raise UsageError(
                "import.said_wrong",
                "A heading is explained as HEADING=COLUMN. The columns are: {known}.",
                known=[columns.named(one) for one in columns.titles],
            )
        if said.setdefault(key_of(title), meant) != meant:
            raise UsageError(
                "import.said_twice", "The heading “{title}” is explained as two columns. Say one of them.", title=title
            )
    return said
