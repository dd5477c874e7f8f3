"""Days on which nothing is due in Sweden, as the law names them, and the weekdays beside them.

Lagen om beräkning av lagstadgad tid (1930:173) 2 §: where something is to be done by a Sunday, another public holiday,
a Saturday, Midsummer's Eve, Christmas Eve or New Year's Eve, the next weekday is early enough. Which days are public
holidays stands in lagen om allmänna helgdagar (1989:253).

A deadline that has passed must never move, or journeys would not replay: so the days are reckoned here, and a law that
changes them gets the year from which on it does. A calendar that others keep well is asked by the tests alone.
"""

from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

DAY = timedelta(days=1)
SATURDAY = 5

FIXED = ((1, 1), (1, 6), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31))
"""New Year's Day, Epiphany, the first of May, and Christmas with its eve and New Year's Eve: month and day."""

NATIONAL_DAY_SINCE = 2005
"""From this year on 6 June is a public holiday, and Whit Monday is none (2004:1320)."""

AFTER_EASTER = (-2, 1, 39)
"""Good Friday, Easter Monday and Ascension Day."""

WHIT_MONDAY = 50
"""Days after Easter."""


def is_day_off(day: date) -> bool:
    """Whether nothing is due on a day: a Saturday, a Sunday, a public holiday, or one of the three eves."""
    return day.weekday() >= SATURDAY or day in _days_off_on_weekdays(day.year)


def is_holiday(day: date) -> bool:
    """Whether a day is a public holiday or one of the three eves, but for those that always fall on a weekend."""
    return day in _days_off_on_weekdays(day.year)


def next_weekday(day: date) -> date:
    """The day itself, or the first weekday after it where nothing is due on it."""
    while is_day_off(day):
        day += DAY
    return day


def last_weekday(day: date) -> date:
    """The day itself, or the last weekday before it where nothing is due on it."""
    while is_day_off(day):
        day -= DAY
    return day


def working_days_after(day: date, count: int) -> date:
    """The last of so many working days after a day, which does not count; of none the `next_weekday`."""
    for _ in range(count):
        day = next_weekday(day + DAY)
    return next_weekday(day)


def working_days_between(first: date, before: date) -> int:
    """How many working days there are from a day on and before another."""
    return sum(not is_day_off(first + number * DAY) for number in range((before - first).days))


@lru_cache(maxsize=64)
def _days_off_on_weekdays(year: int) -> frozenset[date]:
    """Holidays and eves, but for those that always fall on a Saturday or a Sunday."""
    sunday = easter(year)
    midsummers_eve = date(year, 6, 19)
    midsummers_eve += timedelta(days=(4 - midsummers_eve.weekday()) % 7)  # the Friday between the 19th and the 25th
    by_year = date(year, 6, 6) if year >= NATIONAL_DAY_SINCE else sunday + timedelta(days=WHIT_MONDAY)
    fixed = (date(year, month, day) for month, day in FIXED)
    return frozenset((*fixed, *(sunday + timedelta(days=days) for days in AFTER_EASTER), midsummers_eve, by_year))
