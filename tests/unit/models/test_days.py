"""Counting days of employment: against a count day by day, as slow and obvious as can be."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.programme.employment_form import ConversionRule
from models.state.employment_days import (
    DAY,
    Span,
    apart,
    chain_start,
    counted,
    day_beyond,
    days_of,
    union,
    window_start,
)
from tests.support.slow_count import days_in, slow_count, slow_day_beyond
from tests.support.thoroughness import examples

EPOCH = date(2019, 10, 1)


def rule(
    more_than_days: int, within_years: int = 5, chain_gap_months: int | None = None, least: int | None = None
) -> ConversionRule:
    return ConversionRule(
        more_than_days=more_than_days,
        within_years=within_years,
        chain_gap_months=chain_gap_months,
        gaps_count_from_jobs_a_month=least,
        law="a law",
    )


def day(number: int) -> date:
    return EPOCH + timedelta(days=number)


@st.composite
def some_spans(draw: st.DrawFn, most: int = 5) -> list[Span]:
    """Employments within some seven years that overlap, touch, leave gaps, or never were."""
    starts = draw(st.lists(st.integers(0, 2_500), max_size=most))
    return [Span(day(start), day(start + draw(st.sampled_from((-3, 0, 1, 30, 90, 181, 184, 400))))) for start in starts]


@st.composite
def days_close_together(draw: st.DrawFn) -> list[Span]:
    """Short employments within some weeks, so that a month often has several."""
    start = draw(st.integers(0, 2_500))
    starts = draw(st.lists(st.integers(start, start + 70), max_size=9))
    return [Span(day(one), day(one + draw(st.sampled_from((-1, 0, 0, 0, 2, 9, 40))))) for one in starts]


rules = st.builds(
    rule,
    st.sampled_from((1, 5, 60, 200, 365)),
    st.sampled_from((1, 2, 5)),
    st.sampled_from((None, 1, 6)),
    st.sampled_from((None, 2, 3)),
)


# The same, whatever the employments


@examples(200)
@given(some_spans())
def test_no_day_is_counted_twice(spans: list[Span]) -> None:
    assert days_of(spans, date.min, date.max) == len(days_in(spans))
    assert days_in(union(spans)) == days_in(apart(spans)) == days_in(spans)
    parts = apart(spans)
    assert sum(len(days_in([part])) for part in parts) == len(days_in(spans))


@examples(200)
@given(some_spans() | days_close_together(), some_spans(3), some_spans(2), rules, st.integers(0, 3_000))
def test_days_in_the_window_and_the_chain_are_counted_as_one_by_one(
    own: list[Span], others: list[Span], replaced: list[Span], rule: ConversionRule, number: int
) -> None:
    jobs = [*own, *others]
    assert counted(own, jobs, day(number), rule, replaced) == slow_count(own, jobs, day(number), rule, replaced)


@examples(200)
@given(days_close_together(), st.sampled_from((2, 3, 4)), st.integers(0, 70))
def test_the_days_between_a_months_jobs_are_those_that_a_count_day_by_day_finds(
    own: list[Span], least: int, after: int
) -> None:
    on = min((job.first for job in own), default=EPOCH) + timedelta(days=after)
    rule_of_months = rule(365, least=least)
    assert counted(own, own, on, rule_of_months) == slow_count(own, own, on, rule_of_months)


@examples(30)
@given(
    some_spans(3) | days_close_together(),
    some_spans(2),
    some_spans(1),
    st.integers(0, 2_500),
    st.sampled_from((0, 30, 200, 500)),
    rules,
    st.sampled_from((None, 0, 1, 100, 300, 600)),
)
def test_the_day_beyond_the_limit_is_the_first_that_a_count_day_by_day_finds(
    before: list[Span],
    others: list[Span],
    replaced: list[Span],
    start: int,
    length: int,
    rule: ConversionRule,
    age: int | None,
) -> None:
    role = Span(day(start), day(start + length))
    own = [*before, role]
    jobs = [*own, *others]
    age_limit_on = None if age is None else role.first + timedelta(days=age)
    found = day_beyond(own, jobs, role, rule, age_limit_on, replaced)
    assert found == slow_day_beyond(own, jobs, role, rule, age_limit_on, replaced)


# By hand


def test_the_window_ends_with_the_day_and_begins_the_day_after_the_same_date_five_years_ago() -> None:
    assert window_start(date(2026, 3, 2), 5) == date(2021, 3, 3)
    assert window_start(date(2024, 2, 29), 5) == date(2019, 3, 1)


@pytest.mark.parametrize(
    ("next_start", "begins"),
    [
        (date(2026, 7, 1), date(2025, 1, 1)),  # exactly six months after the last day
        (date(2026, 7, 2), date(2026, 7, 2)),
    ],
)
def test_a_chain_bears_a_gap_of_six_months_and_not_a_day_more(next_start: date, begins: date) -> None:
    jobs = [Span(date(2025, 1, 1), date(2026, 1, 1)), Span(next_start, date(2026, 12, 31))]
    assert chain_start(jobs, date(2026, 8, 1), 6) == begins


def test_a_chain_holds_for_as_long_as_a_next_job_could_follow() -> None:
    job = [Span(date(2026, 1, 1), date(2026, 1, 31))]
    assert chain_start(job, date(2026, 7, 31), 6) == date(2026, 1, 1)
    assert chain_start(job, date(2026, 8, 1), 6) is None
    assert chain_start(job, date(2025, 12, 31), 6) is None


def test_another_form_keeps_a_chain_together_and_adds_no_day_to_it() -> None:
    special = [Span(date(2015, 1, 1), date(2015, 7, 18)), Span(date(2020, 1, 1), date(2020, 7, 18))]
    substitute = Span(date(2015, 10, 1), date(2019, 12, 31))
    on = date(2020, 7, 18)
    assert counted(special, special, on, rule(365, chain_gap_months=6)) == 200
    assert counted(special, [*special, substitute], on, rule(365, chain_gap_months=6)) == 399
    assert counted(special, [*special, substitute], on, rule(365)) == 200


def test_a_role_becomes_permanent_on_the_day_after_the_last_that_is_allowed() -> None:
    year = Span(date(2025, 1, 1), date(2025, 12, 31))
    role = Span(date(2026, 1, 1), date(2026, 12, 31))
    assert day_beyond([role], [role], role, rule(365)) is None
    assert day_beyond([year, role], [year, role], role, rule(365)) == date(2026, 1, 1)
    assert day_beyond([year, role], [year, role], role, rule(365 + 100)) == role.first + timedelta(days=100)


def test_from_the_age_limit_on_nothing_becomes_permanent() -> None:
    role = Span(date(2026, 1, 1), date(2027, 12, 31))
    tips_on = date(2027, 1, 1)
    assert day_beyond([role], [role], role, rule(365), tips_on + DAY) == tips_on
    assert day_beyond([role], [role], role, rule(365), tips_on) is None


def single_days(*days: str) -> list[Span]:
    return [Span(date.fromisoformat(one), date.fromisoformat(one)) for one in days]


@pytest.mark.parametrize(
    ("jobs", "on", "days"),
    [
        (single_days("2024-04-02", "2024-04-29"), date(2024, 4, 30), 2),  # two jobs: nothing between them counts
        (single_days("2024-04-02", "2024-04-10", "2024-04-29"), date(2024, 4, 28), 2),  # the third has not begun
        (single_days("2024-04-02", "2024-04-10", "2024-04-29"), date(2024, 4, 29), 28),
        (single_days("2024-04-02", "2024-04-29", "2024-04-29"), date(2024, 4, 30), 2),  # one job told twice
        (single_days("2024-03-31", "2024-04-10", "2024-04-29"), date(2024, 4, 30), 3),  # the months are apart
        ([Span(date(2024, 3, 20), date(2024, 4, 3)), *single_days("2024-04-10", "2024-04-29")], date(2024, 5, 1), 41),
    ],
)
def test_with_three_jobs_in_a_calendar_month_the_days_between_them_count(jobs: list[Span], on: date, days: int) -> None:
    assert counted(jobs, jobs, on, rule(365, least=3)) == days
