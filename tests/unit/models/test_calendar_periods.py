"""Periods in months: they end as the law on reckoning time says, and months that were used come off them."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from models.calendar.periods import NOTHING, day_after, last_day_within, length
from models.programme.programme import RetentionRule
from models.stages import Stage
from services.privacy.retention import kept_until
from tests.support.programmes import RULES
from tests.support.thoroughness import examples
from tests.support.values import DAY, both

DAYS = st.dates(date(1999, 1, 1), date(2060, 12, 31))


def by_the_law(first: date, months: int) -> date:
    """As the law says it: by the number of the day in the month in which the period ends, looked up there."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    if first.day > monthrange(year, month + 1)[1]:
        return date(year, month + 1, monthrange(year, month + 1)[1])
    return date(year, month + 1, first.day) - timedelta(days=1)


@examples(300)
@given(DAYS, st.integers(1, 60))
def test_a_period_in_months_ends_as_the_law_says_and_is_as_long_as_that(first: date, months: int) -> None:
    last = last_day_within(first, months)
    assert last == by_the_law(first, months)
    assert length(first, last) == relativedelta(months=months)
    assert last_day_within(first, months, relativedelta(months=months)) == first - DAY


@examples(300)
@given(DAYS, st.integers(0, 800))
def test_a_length_in_months_and_days_leads_back_to_its_last_day(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    found = length(first, last)
    assert last_day_within(first, found.months + 12 * found.years) + timedelta(days=found.days) == last
    assert last_day_within(first, found.months + 12 * found.years + 1) > last


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2025, 1, 15), 6, date(2025, 7, 14)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),  # there is no 31 February
        (date(2023, 8, 30), 6, date(2024, 2, 29)),
        (date(2023, 8, 29), 6, date(2024, 2, 28)),  # the day before the 29th, which there is
        (date(2025, 10, 31), 1, date(2025, 11, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 3, 1), 12, date(2026, 2, 28)),
    ],
)
def test_where_the_number_is_missing_a_period_ends_on_the_last_day_of_the_month(
    first: date, months: int, last: date
) -> None:
    assert last_day_within(first, months) == last


def test_what_ended_before_it_began_has_no_length() -> None:
    assert length(date(2026, 3, 2), date(2026, 3, 1)) == NOTHING


def test_what_is_kept_or_good_for_months_is_so_until_the_last_of_them_is_over() -> None:
    assert day_after(date(2025, 8, 31), 6) == date(2026, 3, 1)
    rule = RetentionRule(months=6, source=both("a decision"))
    assert kept_until(rule, Stage.CLOSED, date(2025, 8, 31)) == date(2026, 3, 1)
    package = next(iter(RULES.packages.values())).model_copy(update={"valid_months": 6})
    assert package.expires_on(date(2025, 8, 31)) == date(2026, 3, 1)
    assert package.expires_on(date(2025, 8, 15)) == date(2026, 2, 15)
