"""A table that was read from a file, and what is told where a file cannot be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.message import msg
from runtime.errors import UsageError
from runtime.i18n import _

Row = tuple[int, list[str]]
"""The line on which a row begins, as an editor or Excel numbers it, and its cells."""

LINES_SHOWN = 10
"""Line numbers in a sentence; a file may have thousands."""

STRIPPED = " \t\r\n\u00a0\u00ad\u2002\u2003\u2007\u2009\u200b\u200c\u200d\u200e\u200f\u202f\u2060\u3000\ufeff"
"""Plain and other spaces, and the marks without width that web pages and chats leave behind."""


MAX_COLUMNS = 256
MAX_ROWS = 1_048_576
"""No list is this wide, and the rows end where Excel's own do: a damaged sheet may claim to be endless."""

HEADER_WITHIN = 20
"""Rows among which the headings are looked for: a title and a date may stand above them."""

LARGEST = 50_000_000
"""What the rows of a list take at most, in characters: those of a hundred thousand people with twenty columns."""

_OF_A_CELL = 10
"""What a cell takes beside its text."""


class ImportFileError(UsageError):
    """The file as a whole cannot be read or written. The message is one sentence that says what to do; repeating does
    not help until that is done. It never holds anything that was read from the file's rows."""


TOO_LARGE = msg("import.too_large", "The file is too large for a list. Check it or split it.")


class Size:
    """How much has been read of a list that has at most so many rows. A small file can claim to hold anything."""

    def __init__(self, most_rows: int = MAX_ROWS) -> None:
        """Beside these there are the headings, and what stands above them."""
        self._most_rows = most_rows
        self._rows = self._taken = 0

    def add(self, cells: Sequence[str]) -> None:
        """Count a row. Raises ImportFileError where it is one too many."""
        self._rows += 1
        if self._rows > self._most_rows + HEADER_WITHIN:
            raise ImportFileError(
                "import.too_many_rows", "The list has more than {most} rows. Split it.", most=self._most_rows
            )
        self.take(sum(map(len, cells)) + _OF_A_CELL * len(cells))

    def take(self, characters: int) -> None:
        """Count what a row takes. Raises ImportFileError where it is too much."""
        self._taken += characters
        if self._taken > LARGEST:
            raise ImportFileError(TOO_LARGE)


@dataclass(frozen=True)
class Sheet:
    """The rows of a file without blank ones, and notes: sentences about the file.

    `hidden` are the columns that nobody sees in it, counted from 0. `epoch` is the day from which a workbook counts
    days; a text file has none, and what its numbers count from nobody can tell. `is_guessed` says that its letters are
    in one of the encodings that do not say which they are.
    """

    rows: list[Row]
    notes: list[str] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()
    epoch: date | None = None
    is_guessed: bool = False


def lines_shown(lines: Iterable[int]) -> str:
    """Lines in words, the first ones where they are many."""
    lines = list(lines)
    shown = ", ".join(map(str, lines[:LINES_SHOWN]))
    return _("{shown} and others", shown=shown) if len(lines) > LINES_SHOWN else shown
