"""All employments with the employer counted together, wherever they are told of: against the law read day by day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from models.events.values import EarlierEmployment, EmploymentElsewhere
from models.stages import Stage
from models.state.employment_days import Span
from models.state.employment_limits import conversion, limits
from models.state.state import Agreement, State
from tests.support.builders import way_to
from tests.support.examples import OTHER_JOURNEY
from tests.support.programmes import RULES, SERVICE
from tests.support.slow_count import days_in, slow_chain, slow_months
from tests.support.thoroughness import examples

EVERY_FORM = SERVICE.model_copy(update={"forms": tuple(form for versions in RULES.forms.values() for form in versions)})
SPECIAL, GENERAL, SUBSTITUTE, SUMMER = "special_fixed_term", "general_fixed_term", "substitute", "summer_temporary"
FORMS = (SPECIAL, GENERAL, SUBSTITUTE, SUMMER, "wage_subsidy")
COUNTED_SINCE = date(2022, 3, 1)
"""From this day on general fixed-term employment counts as special (SFS 2022:835)."""

EPOCH = date(2019, 10, 1)
A_MONTH = date(2023, 2, 1)
ROLES_FROM = date(2022, 10, 1)
TELL = ("this journey", "elsewhere", "elsewhere, as it was told", "referral")
"""Who tells of an employment: the first two know it, the others were told."""


class Held(NamedTuple):
    """An employment: its form, its days, and who tells of it."""

    form: str
    span: Span
    told_by: str


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)


@st.composite
def held(draw: st.DrawFn, form: str | None = None, first: date | None = None) -> Held:
    """An employment in some form and some year, told of somewhere."""
    begun = first or after(EPOCH, draw(st.integers(0, 2_400)))
    last = after(begun, draw(st.sampled_from((0, 0, 2, 30, 100, 250))))
    return Held(form or draw(st.sampled_from(FORMS)), Span(begun, last), draw(st.sampled_from(TELL)))


@st.composite
def crowded_month(draw: st.DrawFn) -> list[Held]:
    """Several jobs in one month, and what somebody remembers of some of them."""
    starts = draw(st.lists(st.integers(-3, 27), min_size=2, max_size=4))
    jobs = [draw(held(SPECIAL, after(A_MONTH, start))) for start in starts]
    return [*jobs, *(job._replace(span=Span(job.span.last, job.span.last), told_by=TELL[-1]) for job in jobs[:2])]


@st.composite
def employments(draw: st.DrawFn) -> list[Held]:
    """Employments of some years, about the day from which the replaced form counts, and close together."""
    about_the_law = draw(st.lists(held(GENERAL, after(COUNTED_SINCE, draw(st.integers(-40, 5)))), max_size=1))
    return [*draw(st.lists(held(), max_size=5)), *about_the_law, *draw(st.just([]) | crowded_month())]


def state_of(before: Iterable[Held], form: str, role: Span) -> State:
    """A journey in a role that is told of these employments, each where it is said."""
    before = sorted(before, key=lambda job: job.span)
    elsewhere = [job for job in before if job.told_by.startswith("elsewhere")]
    roles = [(job.form, job.span) for job in before if job.told_by == "this journey"]
    return replace(
        way_to(Stage.TEMPORARY_ROLE, EVERY_FORM).state,
        roles=tuple(
            Agreement("lasarettet_transport", span.first, span.last, form, span.first)
            for form, span in (*roles, (form, role))
        ),
        earlier_employment=tuple(
            EarlierEmployment(form=job.form, starts_on=job.span.first, ends_on=job.span.last)
            for job in before
            if job.told_by == "referral"
        ),
        employment_elsewhere=tuple(
            EmploymentElsewhere(
                journey=OTHER_JOURNEY,
                form=job.form,
                starts_on=job.span.first,
                ends_on=job.span.last,
                decided_on=job.span.first,
                told=job.told_by != "elsewhere",
            )
            for job in elsewhere
        ),
    )


# Slow and obvious


def slow_days(jobs: Iterable[Held], form: str, on: date) -> int:
    """How many days count on a day, as 5 a § and 3 § say, all employments together."""
    jobs = [job for job in jobs if not is_part_of_another(job, jobs)]
    if form == SUBSTITUTE:
        mine = days_in(job.span for job in jobs if job.form in (SUBSTITUTE, SUMMER))
        return within_five_years(mine, on)
    special = [job.span for job in jobs if job.form == SPECIAL]
    general = {day for day in days_in(job.span for job in jobs if job.form == GENERAL) if day >= COUNTED_SINCE}
    mine = days_in(special) | general | slow_months(special, on, 3)
    chain = slow_chain([job.span for job in jobs], on, 6)
    in_chain = {day for day in mine if chain and min(chain) <= day <= on}
    return max(within_five_years(mine, on), len(in_chain))


def within_five_years(days: set[date], on: date) -> int:
    return len([day for day in days if on - relativedelta(years=5) < day <= on])


def is_part_of_another(job: Held, jobs: Iterable[Held]) -> bool:
    """People remember parts of what the ledger knows whole: such a part is no job of its own."""
    return is_told(job) and any(
        not is_told(other) and other.form == job.form and days_in([job.span]) <= days_in([other.span]) for other in jobs
    )


def is_told(job: Held) -> bool:
    return job.told_by in TELL[2:]


@examples(150)
@given(
    employments(),
    st.sampled_from((SPECIAL, SPECIAL, SUBSTITUTE)),
    st.integers(0, 900),
    st.sampled_from((0, 40, 300, 500)),
)
def test_all_employments_together_count_and_make_permanent_as_a_count_day_by_day_says(
    before: list[Held], form: str, start: int, length: int
) -> None:
    role = Span(after(ROLES_FROM, start), after(ROLES_FROM, start + length))
    before = [job for job in before if job.told_by != TELL[0] or job.span.last < role.first]
    state, jobs = state_of(before, form, role), [*before, Held(form, role, TELL[0])]
    [limit] = [one for one in limits(state, role.last) if one.converts]
    assert limit.days_used == slow_days(jobs, form, role.last)

    found = conversion(state)
    if found is None:
        assert limit.days_used <= limit.days_allowed
        return
    assert slow_days(jobs, form, found.on) > limit.days_allowed
    assert found.on == role.first or slow_days(jobs, form, after(found.on, -1)) <= limit.days_allowed
