"""Which day it is for a journey: what has come due, when to wake next, and when nothing is left to wait for."""

from datetime import UTC, date, datetime, timedelta

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


def is_over(state: State | None, now: datetime, started: datetime) -> bool:
    """Whether the journey has nothing left to wait for, or never got its referral."""
    if state is None:
        return now >= started + REFERRAL_MUST_ARRIVE
    rest = rests_until(state)
    return rest is not None and rest <= day_at(now)
