"""A table that was read from a file, and what is told where a file cannot be read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from runtime.errors import UsageError
from runtime.i18n import _

Row = tuple[int, list[str]]
"""The line on which a row begins, as an editor or Excel numbers it, and its cells."""

LINES_SHOWN = 10
"""Line numbers in a sentence; a file may have thousands."""

STRIPPED = " \t\r\n\u00a0\u00ad\u2002\u2003\u2007\u2009\u200b\u200c\u200d\u200e\u200f\u202f\u2060\u3000\ufeff"
"""Plain and other spaces, and the marks without width that web pages and chats leave behind."""


class ImportFileError(UsageError):
    """The file as a whole cannot be read or written. The message is one sentence that says what to do; repeating does
    not help until that is done. It never holds anything that was read from the file's rows."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a file without blank ones, and notes: sentences about the file.

    `hidden` are the columns that nobody sees in it, counted from 0. `epoch` is the day from which a workbook counts
    days; a text file has none, and what its numbers count from nobody can tell.
    """

    rows: list[Row]
    notes: list[str] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()
    epoch: date | None = None


def lines_shown(lines: Iterable[int]) -> str:
    """Lines in words, the first ones where they are many."""
    lines = list(lines)
    shown = ", ".join(map(str, lines[:LINES_SHOWN]))
    return _("{shown} and others", shown=shown) if len(lines) > LINES_SHOWN else shown
