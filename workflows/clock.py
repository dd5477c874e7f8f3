"""A journey's calendar: what has come due, when to wake next, and one timer that rings then."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from temporalio import workflow

from models.state.deadlines import Moment, reached, rests_until, upcoming
from models.state.state import State
from workflows.policies import REFERRAL_MUST_ARRIVE, START_OF_DAY


def morning_of(day: date) -> datetime:
    """The moment, in UTC, at which the deadlines of a day fall."""
    return datetime.combine(day, START_OF_DAY, UTC)


def day_at(now: datetime) -> date:
    """The latest day whose deadlines have fallen at a moment in UTC."""
    return (now - timedelta(hours=START_OF_DAY.hour, minutes=START_OF_DAY.minute)).date()


def due(state: State | None, now: datetime) -> list[Moment]:
    """The steps of deadlines that have come."""
    return reached(state, day_at(now)) if state else []


def next_waking(state: State | None, now: datetime, started: datetime) -> datetime | None:
    """When to look at the calendar again; None where nothing is left to come."""
    if state is None:
        return started + REFERRAL_MUST_ARRIVE
    rest = rests_until(state)
    days = [moment.on for moment in upcoming(state)] + ([rest] if rest else [])
    return min((morning for day in days if (morning := morning_of(day)) > now), default=None)


def is_over(state: State | None, now: datetime, started: datetime, refused: bool = False) -> bool:
    """Whether the journey has nothing left to wait for, or never got its referral: one that was `refused` is sent again
    to a run of its own, with the rules of then."""
    if state is None:
        return refused or now >= started + REFERRAL_MUST_ARRIVE
    rest = rests_until(state)
    return rest is not None and rest <= day_at(now)


class Clock:
    """Calls `ring` at the moment last asked for, or earlier: whoever is woken looks at the calendar themselves.

    An event mostly moves the next deadline further away. Keeping the timer that runs costs one needless waking then; a
    new timer for each event would cost two history events each time.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._at: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    def wake_at(self, moment: datetime | None) -> None:
        if moment is None or (self._at is not None and self._at <= moment):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at = moment
        self._timer = asyncio.create_task(self._sleep(moment - workflow.now()))

    async def _sleep(self, duration: timedelta) -> None:
        await workflow.sleep(max(duration, timedelta(0)), summary="until the next deadline")
        self._at = self._timer = None
        self._ring()
