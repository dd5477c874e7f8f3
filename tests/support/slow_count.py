"""Days of employment counted one by one, as slow and obvious as can be."""

from collections.abc import Iterable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from models.programme.employment_form import ConversionRule
from models.state.employment_days import Span


def days_in(spans: Iterable[Span]) -> set[date]:
    """Every single day."""
    return {span.first + timedelta(days=i) for span in spans for i in range((span.last - span.first).days + 1)}


def slow_chain(jobs: Iterable[Span], on: date, gap_months: int) -> set[date]:
    """Walk back from a day, day by day, until more than the gap has passed without a job."""
    worked = sorted(d for d in days_in(jobs) if d <= on)
    chain: set[date] = set()
    later = on
    for one in reversed(worked):
        if later > one + relativedelta(months=gap_months):
            break
        chain.add(one)
        later = one
    return chain


def slow_months(own: Iterable[Span], on: date, least: int) -> set[date]:
    """Every day that lies between two of a month's jobs, where it has as many as that by then."""
    by_month: dict[tuple[int, int], list[set[date]]] = {}
    for job in set(own):
        worked = {d for d in days_in([job]) if d <= on}
        for month in {(d.year, d.month) for d in worked}:
            by_month.setdefault(month, []).append({d for d in worked if (d.year, d.month) == month})
    full = [set().union(*days) for days in by_month.values() if len(days) >= least]
    return {d for days in full for d in days_in([Span(min(days), max(days))])}


def slow_count(
    own: Iterable[Span], jobs: Iterable[Span], on: date, rule: ConversionRule, replaced: Iterable[Span] = ()
) -> int:
    mine = {d for d in days_in([*own, *replaced]) if d <= on}
    if rule.gaps_count_from_jobs_a_month:
        mine |= slow_months(own, on, rule.gaps_count_from_jobs_a_month)
    in_window = {d for d in mine if d > on - relativedelta(years=rule.within_years)}
    if rule.chain_gap_months is None:
        return len(in_window)
    chain = slow_chain(jobs, on, rule.chain_gap_months)
    return max(len(in_window), len([d for d in mine if chain and d >= min(chain)]))


def slow_day_beyond(
    own: list[Span],
    jobs: list[Span],
    role: Span,
    rule: ConversionRule,
    age_limit_on: date | None,
    replaced: Iterable[Span] = (),
) -> date | None:
    for one in sorted(days_in([role])):
        if age_limit_on is not None and one >= age_limit_on:
            return None
        if slow_count(own, jobs, one, rule, replaced) > rule.more_than_days:
            return one
    return None
