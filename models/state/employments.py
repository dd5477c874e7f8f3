"""The employments of a person with this employer, wherever they are told of, and what each of them counts as."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from models.programme.employment_form import EmploymentForm
from models.programme.programme import Programme
from models.state.employment_days import Span
from models.state.state import State


class Job(NamedTuple):
    """An employment: its form, as it was on the day on which it was last decided on, and its days; or what somebody
    `told` of one."""

    form: str | None
    decided_on: date | None
    span: Span
    told: bool = False


class Jobs(NamedTuple):
    """The days of employment that count as a form, of all time-limited employments, and in forms that it replaced, with
    the laws that say so."""

    own: list[Span]
    every: list[Span]
    replaced: list[Span]
    laws: tuple[str, ...]


def jobs_of(state: State, form: EmploymentForm, last_day: date) -> Jobs:
    """The employments that count for a form, the role of today reckoned until `last_day`."""
    *before, role = state.roles
    roles = (Job(held.form, held.decided_on, Span(held.starts_on, held.ends_on)) for held in before if held.ends_on)
    today = Job(role.form, role.decided_on, Span(role.starts_on, last_day))
    jobs = _each_once((*told_of(state), *roles, today))
    replaced = [found for job in jobs if (found := _replaced(state.rules, job, form))]
    return Jobs(
        own=[job.span for job in jobs if _counts_as(state.rules, job) == (form.counts_as or form.id)],
        every=[job.span for job in jobs],
        replaced=[span for span, _ in replaced],
        laws=tuple(dict.fromkeys(law for _, law in replaced)),
    )


def told_of(state: State) -> Iterator[Job]:
    """The employments of other journeys, and those told at the referral."""
    for one in state.employment_elsewhere:
        yield Job(one.form, one.decided_on, Span(one.starts_on, one.ends_on), one.told)
    for told in state.earlier_employment:
        yield Job(told.form, told.starts_on, Span(told.starts_on, told.ends_on), told=True)


def _each_once(jobs: Iterable[Job]) -> list[Job]:
    """The employments without what was told of one that a journey knows itself: people remember parts of it."""
    jobs = [job for job in jobs if job.form and job.span.first <= job.span.last]
    known = [job for job in jobs if not job.told]
    return [job for job in jobs if not (job.told and any(_lies_in(job, other) for other in known))]


def _lies_in(job: Job, other: Job) -> bool:
    return job.form == other.form and other.span.first <= job.span.first and job.span.last <= other.span.last


def _counts_as(rules: Programme, job: Job) -> str | None:
    form = rules.counted_form(job.form, job.decided_on) if job.form else None
    return (form.counts_as if form else None) or job.form


def _replaced(rules: Programme, job: Job, by: EmploymentForm) -> tuple[Span, str] | None:
    """The days of an employment that count as days in the form which has replaced its own, and the law that says so;
    None where there are none."""
    form = rules.counted_form(job.form, job.decided_on) if job.form else None
    rule = form.replaced_by if form else None
    if rule is None or rule.form != (by.counts_as or by.id) or job.span.last < rule.from_day:
        return None
    return Span(max(job.span.first, rule.from_day), job.span.last), rule.law
