"""How many were hired, month by month, and what it takes to reach the goal."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from dateutil.relativedelta import relativedelta

from models.programme.programme import Programme
from services.reports.figures import HiredInPeriod, Pace
from services.reports.suppression import FEWEST, is_small

MONTH = relativedelta(months=1)

DAYS_A_MONTH = 365.25 / 12


def periods(hired: Counter[date], told: Sequence[int] = (), *, fewest: int = FEWEST) -> tuple[HiredInPeriod, ...]:
    """From the first to the last hire: one month where `fewest` or more were hired in it, otherwise several together.

    What is left at the end joins the period before it, so that neither a month nor a rest of fewer than that is told.
    `told` are the totals by the end of periods in earlier reports: none is told that lies a few people from one of
    them. Where the last one does, no period is told.
    """
    groups: list[tuple[date, date, int]] = []
    began, waiting, total = None, 0, 0
    for month, number in _by_month(hired):
        began, waiting, total = began or month, waiting + number, total + number
        if waiting >= fewest and not _is_near(total, told):
            groups.append((began, month, waiting))
            began, waiting = None, 0
    if began is not None and groups:
        first, _, number = groups.pop()
        groups.append((first, month, number + waiting))
    if _is_near(total, told):
        return ()
    totals = accumulate(number for _, _, number in groups)
    return tuple(
        HiredInPeriod(from_month=first, until_month=last, hired=number, in_all=total)
        for (first, last, number), total in zip(groups, totals, strict=True)
    )


def _is_near(total: int, told: Sequence[int]) -> bool:
    return any(is_small(total - then) for then in told)


def _by_month(hired: Counter[date]) -> list[tuple[date, int]]:
    """Every month from the first to the last, also those without a hire."""
    months: Counter[date] = Counter()
    for day, number in hired.items():
        months[day.replace(day=1)] += number
    found, month = [], min(months, default=None)
    while month is not None and month <= max(months):
        found.append((month, months[month]))
        month += MONTH
    return found


def pace(rules: Programme, hired: int, today: date) -> Pace | None:
    """How many must be hired each month for the goal to be reached in time; None without a dated goal."""
    if rules.goal is None or rules.goal_until is None:
        return None
    missing = max(0, rules.goal - hired)
    months = (rules.goal_until - today).days / DAYS_A_MONTH
    return Pace(until=rules.goal_until, missing=missing, a_month=round(missing / months, 1) if months > 0 else None)
