"""What was recorded late: long after the day on which it took effect."""

from datetime import timedelta

from models.calendar.swedish_day import day_in_sweden
from services.queries.lines import LedgerLine

LATE_AFTER = timedelta(days=7)
"""Whoever goes through their list once a week has recorded within seven days all that happened since the last time."""


def late_days(line: LedgerLine) -> int | None:
    """How many days after it took effect an accepted event was recorded; None where that is not late."""
    if not line.receipt.accepted or line.effective_on is None:
        return None
    late = day_in_sweden(line.recorded_at) - line.effective_on
    return late.days if late > LATE_AFTER else None
