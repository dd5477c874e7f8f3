"""What the other side says of time: `Retry-After`, for how long it asks to be left in peace, and `Date`."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(hours=6)
"""More is not waited, whatever is asked: a notice is given up after three days, and within these it is to be tried."""


def asked_wait(header: str | None, now: datetime) -> timedelta | None:
    """How long to wait, from seconds or a date (RFC 9110, 10.2.3); None where nothing that can be read is asked."""
    if header is None:
        return None
    wait = _in_seconds(header.strip()) or _until(header, now)
    return min(wait, LONGEST_WAIT) if wait and wait > timedelta() else None


def clocks_apart(date: str | None, now: datetime) -> timedelta:
    """By how much the other side's clock is another than ours; nothing where it does not tell in a way to be read."""
    return abs((date and _until(date, now)) or timedelta())


def _in_seconds(text: str) -> timedelta | None:
    if not (text.isascii() and text.isdigit()):
        return None
    # So long a number of seconds would overflow; its length says that it is beyond what is waited.
    return LONGEST_WAIT if len(text) > 9 else timedelta(seconds=int(text))


def _until(text: str, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
