"""What is told in sentences and tables, for whatever shows it: a terminal or a page."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from runtime.i18n import _


class TableTold(NamedTuple):
    """A table with a title, which may be empty; without rows the sentence `nothing` stands for it."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]
    nothing: str


def shown_of(shown: int, of: int) -> str:
    """How many of how many a list shows: none is cut without a word."""
    return _("Shown: {shown} of {of}.", shown=shown, of=of)


Block = TableTold | str
"""A table, or a sentence; one that begins with spaces belongs to what stands before it."""
