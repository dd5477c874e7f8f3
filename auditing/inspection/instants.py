"""Moments as an auditor writes them."""

import re
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from runtime.errors import UsageError

MOMENT = re.compile(r"[12]\d{3}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE)
"""A day, or a day and a time: not all that ISO 8601 knows, of which a week, for one, is taken for its Monday."""


class Instant(NamedTuple):
    """A moment in UTC, and the calendar day that it was in where it was written.

    Rules and agreements know days only, and the days are Swedish. Who means a moment just after midnight in Sweden
    writes it with Sweden's offset: no table of time zones, which change, is needed to read it in ten years.
    """

    at: datetime
    day: date


def read_instant(written: str | None, now: datetime) -> Instant:
    """`2026-03-01` (the end of that day), `2026-03-01T12:00` (in UTC) or `…T12:00+01:00`; now where nothing is written.

    Raises UsageError.
    """
    if written is None:
        return Instant(now, now.date())
    try:
        if not MOMENT.fullmatch(written.strip()):
            raise ValueError("written in another form")
        if _is_day(written):
            day = date.fromisoformat(written.strip())
            return Instant(datetime.combine(day, time.max, UTC), day)
        moment = datetime.fromisoformat(written.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return Instant(aware.astimezone(UTC), moment.date())
    except (ValueError, OverflowError) as error:
        raise UsageError(
            '"{moment}" is no moment; write it like 2026-03-01, 2026-03-01T12:00 (in UTC) or 2026-03-01T12:00+01:00.',
            moment=written,
        ) from error


def _is_day(written: str) -> bool:
    return "T" not in written.upper() and " " not in written.strip()
