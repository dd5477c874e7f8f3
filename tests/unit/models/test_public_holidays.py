"""Days on which nothing is due: as the law names them, and as a calendar that others keep well has them."""

from datetime import date, timedelta

import pytest
from holidays import country_holidays
from holidays.constants import OPTIONAL

from models.calendar.public_holidays import (
    is_day_off,
    last_weekday,
    next_weekday,
    working_days_after,
    working_days_between,
)
from models.fields import FIRST_DAY
from tests.support.values import DAY

KEPT_UNTIL = 2100
"""The last year of which that calendar tells."""

EVES = {"Midsommarafton", "Julafton", "Nyårsafton"}
"""Eves that the law names; the calendar has others, on which half of a day is worked."""


def test_the_days_off_are_those_of_the_calendar_that_others_keep() -> None:
    years = range(FIRST_DAY.year, KEPT_UNTIL + 1)
    eves = country_holidays("SE", years=years, categories=(OPTIONAL,), language="sv")
    kept = {*country_holidays("SE", years=years), *(day for day, name in eves.items() if name in EVES)}
    number = (date(years[-1], 12, 31) - FIRST_DAY).days + 1
    days = [FIRST_DAY + timedelta(days=later) for later in range(number)]
    assert [day for day in days if is_day_off(day) != (day in kept or day.weekday() >= 5)] == []


@pytest.mark.parametrize(
    ("day", "after", "before"),
    [
        (date(2026, 12, 23), date(2026, 12, 23), date(2026, 12, 23)),
        (date(2026, 12, 25), date(2026, 12, 28), date(2026, 12, 23)),
        (date(2026, 6, 19), date(2026, 6, 22), date(2026, 6, 18)),  # Midsummer's Eve
        (date(2026, 4, 3), date(2026, 4, 7), date(2026, 4, 2)),  # Good Friday to Easter Monday
        (date(2027, 1, 1), date(2027, 1, 4), date(2026, 12, 30)),
        (date(2004, 5, 31), date(2004, 6, 1), date(2004, 5, 28)),  # Whit Monday, for the last time
        (date(2005, 5, 16), date(2005, 5, 16), date(2005, 5, 16)),
        (date(2005, 6, 6), date(2005, 6, 7), date(2005, 6, 3)),
        (date(2004, 6, 7), date(2004, 6, 7), date(2004, 6, 7)),
    ],
)
def test_what_falls_on_a_day_off_goes_to_the_weekday_after_or_before(day: date, after: date, before: date) -> None:
    assert (next_weekday(day), last_weekday(day)) == (after, before)
    assert next_weekday(next_weekday(day) + DAY) > next_weekday(day)


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 6, 15), 3, date(2026, 6, 18)),
        (date(2026, 6, 17), 3, date(2026, 6, 23)),  # not Midsummer's Eve, and not the weekend
        (date(2026, 12, 22), 3, date(2026, 12, 29)),  # not Christmas from its eve on, and not the Sunday
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 4, 4), 1, date(2026, 4, 7)),
        (date(2026, 4, 4), 0, date(2026, 4, 7)),
        (date(2026, 6, 15), 0, date(2026, 6, 15)),
    ],
)
def test_working_days_leave_out_the_days_off_between_them(day: date, count: int, last: date) -> None:
    assert working_days_after(day, count) == last
    assert working_days_between(day + DAY, last + DAY) == count or count == 0


def test_between_two_days_the_second_does_not_count_and_backwards_there_are_none() -> None:
    assert working_days_between(date(2026, 6, 15), date(2026, 6, 22)) == 4
    assert working_days_between(date(2026, 6, 22), date(2026, 6, 15)) == 0
