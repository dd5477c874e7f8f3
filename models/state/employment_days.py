"""Counting days of employment as the law does: whole days, none twice, within a window or a chain.

How the law is read (lagen om anställningsskydd, 1982:80, 5 a §). Every day on which an employment lasts counts, worked
or not, its first and its last among them; a day on which two employments last counts once.

- The *window* of a day is the five years that end with it: five years back to the same date, which itself lies outside.
- A *chain* is made of time-limited employments with this employer, whatever their forms, that follow one another. One
  follows another where it begins within six calendar months of the other's last day; where a later one ended earlier,
  the latest last day that there was counts. A chain lasts until six months have passed without a new one.
- Of the chain or the window only the days in the form itself count: a substitute post keeps a chain of special
  fixed-term jobs together, and adds no day to them.
- With three or more special fixed-term jobs in one calendar month (3 §) the days between them in that month count too,
  from the day on which the third begins. Jobs of the same days are one.
- Days in a form that another one has replaced count as days in that one from a day on that the law names; between such
  jobs nothing counts.
- The time limit is passed on the first day on which the count is higher than the limit.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from models.programme.employment_form import ConversionRule

DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days from the first to the last, both included; none where the last lies before the first."""

    first: date
    last: date


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days in the fewest spans, in order, none of them twice."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.first <= span.last):
        if merged and span.first <= merged[-1].last + DAY:
            merged[-1] = Span(merged[-1].first, max(merged[-1].last, span.last))
        else:
            merged.append(span)
    return tuple(merged)


def apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, each without the days that an earlier one has. Neighbours stay apart: two times twelve months
    are twenty-four, leap years or not."""
    kept: list[Span] = []
    last = date.min
    for span in sorted(spans):
        if span.last > last and span.first <= span.last:
            kept.append(Span(max(span.first, last + DAY), span.last))
            last = span.last
    return tuple(kept)


def days_of(spans: Iterable[Span], first: date, last: date) -> int:
    """How many of the days from `first` to `last` lie in one of the spans."""
    clipped = (Span(max(span.first, first), min(span.last, last)) for span in union(spans))
    return sum(max(0, (span.last - span.first).days + 1) for span in clipped)


def window_start(day: date, years: int) -> date:
    """The first day of the window that ends with `day`."""
    return day - relativedelta(years=years) + DAY


def chain_start(jobs: Iterable[Span], day: date, gap_months: int) -> date | None:
    """The first day of the chain that lasts on `day`; None where there is none."""
    gap = relativedelta(months=gap_months)
    start, last = None, None
    for job in sorted(job for job in jobs if job.first <= min(day, job.last)):
        if last is None or job.first > last + gap:
            start, last = job.first, job.last
        else:
            last = max(last, job.last)
    return start if last is not None and day <= last + gap else None


def months_filled(own: Iterable[Span], day: date, least: int) -> tuple[Span, ...]:
    """The calendar months on some day of which `least` jobs or more have lasted by `day`, each from the first of these
    jobs' days in it to the last: the days between count as well."""
    jobs = {job for job in own if job.first <= min(day, job.last)}
    months = {Span(job.first.replace(day=1), job.first + relativedelta(day=31)) for job in jobs}
    filled = []
    for month in months:  # a gap ends where a job begins, so that no other month has one
        within = [job for job in jobs if job.first <= month.last and month.first <= job.last]
        if len(within) >= least:
            first, last = min(job.first for job in within), max(job.last for job in within)
            filled.append(Span(max(first, month.first), min(last, month.last, day)))
    return tuple(filled)


def counted(
    own: Iterable[Span], jobs: Iterable[Span], day: date, rule: ConversionRule, replaced: Iterable[Span] = ()
) -> int:
    """Days in the form (`own`) that count on `day`: within the window or, where it counts and holds more, the chain.

    `jobs` are those of the chain, and `replaced` the days in forms before this one that count as days in it.
    """
    own = tuple(own)
    starts = [window_start(day, rule.within_years)]
    if rule.chain_gap_months is not None and (chain := chain_start(jobs, day, rule.chain_gap_months)) is not None:
        starts.append(chain)
    least = rule.gaps_count_from_jobs_a_month
    between = () if least is None else months_filled(own, day, least)
    return days_of((*own, *between, *replaced), min(starts), day)


def day_beyond(
    own: Iterable[Span],
    jobs: Iterable[Span],
    role: Span,
    rule: ConversionRule,
    age_limit_on: date | None = None,
    replaced: Iterable[Span] = (),
) -> date | None:
    """The first day of `role`, itself among `own` and `jobs`, on which more days count than the rule allows.

    None where there is none, or where the person has reached the age by then from which the law no longer does so.
    """
    own, jobs, replaced = tuple(own), tuple(jobs), tuple(replaced)
    last = role.last if age_limit_on is None else min(role.last, age_limit_on - DAY)
    day = role.first
    while day <= last:
        missing = rule.more_than_days + 1 - counted(own, jobs, day, rule, replaced)
        if missing <= 0:
            return day
        # A day adds at most one to the count, but for one on which a job begins, which can fill its month and go on
        # with a chain: no day before this one can pass the limit.
        begins = (job.first for job in jobs if job.first > day)
        day = min(day + timedelta(days=missing), *begins, date.max)
    return None
