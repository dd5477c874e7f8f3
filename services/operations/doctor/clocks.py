"""Comparing clocks: this machine's with one that was asked."""

from datetime import datetime, timedelta

from models.message import Message
from runtime.errors import UsageError

MOST_APART = timedelta(seconds=5)
"""Machines that keep time agree within hundredths; rows say by which second of whose clock an event came first."""


def refuse_apart(found: datetime, before: datetime, after: datetime, whose: Message) -> None:
    """Raise UsageError where a clock is far from ours, by which it was asked `before` and had answered `after`."""
    apart = max(before - found, found - after, timedelta())
    if apart > MOST_APART:
        raise UsageError(
            "doctor.clock",
            "This machine's clock and that of {whose} are {seconds} seconds apart. Let both keep time by the same "
            "time servers (NTP).",
            whose=whose,
            seconds=f"{apart.total_seconds():.0f}",
        )
