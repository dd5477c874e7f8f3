"""What is told in sentences and tables, for whatever shows it: a terminal or a page."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class TableTold(NamedTuple):
    """A table with a title, which may be empty; without rows the sentence `nothing` stands for it."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[object]]
    nothing: str


Block = TableTold | str
"""A table, or a sentence; one that begins with spaces belongs to what stands before it."""
