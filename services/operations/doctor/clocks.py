"""Comparing clocks: this machine's with one that was asked."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Engine, text
from temporalio.client import Client
from temporalio.service import RPCError

from models.calendar.clocks import TOO_FAR_TO_WORK
from models.message import Message, msg
from runtime.errors import UsageError
from runtime.temporal.clock import clock_of

MOST_APART = timedelta(seconds=5)
"""Machines that keep time agree within hundredths; rows say by which second of whose clock an event came first."""

OF_TEMPORAL, OF_DATABASE = (
    msg("doctor.of_temporal", "the server of Temporal"),
    msg("doctor.of_database", "the database"),
)


def refuse_apart(
    found: datetime, before: datetime, after: datetime, whose: Message, most: timedelta = MOST_APART
) -> None:
    """Raise UsageError where a clock is far from ours, by which it was asked `before` and had answered `after`."""
    apart = max(before - found, found - after, timedelta())
    if apart > most:
        raise UsageError(
            "doctor.clock",
            "This machine's clock and that of {whose} are {seconds} seconds apart. Let both keep time by the same "
            "time servers (NTP).",
            whose=whose,
            seconds=f"{apart.total_seconds():.0f}",
        )


def refuse_database_far_off(engine: Engine, now: Callable[[], datetime]) -> None:
    """Raise UsageError where the database's clock is more than a day from this machine's: no worker is to start."""
    if engine.dialect.name == "sqlite":
        return  # it is this machine's
    with engine.connect() as connection:
        before = now()
        found = connection.scalar(text("select clock_timestamp()"))
        refuse_apart(found, before, now(), OF_DATABASE, TOO_FAR_TO_WORK)


async def refuse_temporal_far_off(client: Client, now: Callable[[], datetime]) -> None:
    """The same of the server of Temporal, where it tells what time it is there: one that does not is asked for nothing
    more, since a worker may have no right to ask."""
    before, found = now(), None
    with suppress(RPCError):
        found = await clock_of(client)
    if found is not None:
        refuse_apart(found, before, now(), OF_TEMPORAL, TOO_FAR_TO_WORK)
