"""What held at the moment of a row, as far as that can be told."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

WAITED = timedelta(hours=1)
"""How long an event may have waited for the database: it is dated when it was judged, and counts when it is written."""

T = TypeVar("T")


def around(rows: Iterable[T], at: datetime, moment_of: Callable[[T], datetime]) -> list[T]:
    """The rows of which any may have been the last one at a moment: the last one before, and those about that time."""
    come = [one for one in rows if moment_of(one) <= at + WAITED]
    settled = sum(moment_of(one) < at - WAITED for one in come)
    return come[max(settled - 1, 0) :]
