"""How long a role may still last: what of its form is used, what is left, and the day on which the law steps in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from models.calendar.periods import NOTHING, last_day_within, length
from models.fields import LAST_DAY, BothLanguages, Source, Strict
from models.message import Message, msg
from models.programme.employment_form import ConversionRule, EmploymentForm
from models.programme.programme import Programme
from models.stages import Stage
from models.state.employment_days import Span, apart, counted, day_beyond
from models.state.employments import jobs_of, told_of
from models.state.replacing import replace
from models.state.state import Agreement, State


class Limit(Strict):
    """What a form of employment allows a person, and what of it is used, in whole days.

    `limit_on` is, where it `converts`, the day on which the role becomes permanent if it goes on, else its last
    possible day; None where the law does not make it permanent any more. `source` is the law, or where else it stands.
    One of which no role is agreed yet says what would be of a role that began on the day `if_from`.
    """

    form: str
    name: BothLanguages
    days_used: int
    days_allowed: int
    limit_on: date | None
    converts: bool
    source: Source
    if_from: date | None = None


@dataclass(frozen=True)
class Conversion:
    """The role of today becomes permanent `on` a day, by `rule`, if it goes on as agreed."""

    on: date
    form: str
    rule: ConversionRule


def conversion(state: State) -> Conversion | None:
    """When the law makes the role of today permanent within the time for which it is agreed; None where it does not."""
    role = state.role
    if state.stage is not Stage.TEMPORARY_ROLE or role is None or role.ends_on is None:
        return None
    form = form_of(state.rules, role)
    if form is None or form.conversion is None:
        return None
    on = _day_beyond(state, role, form, form.conversion, role.ends_on)
    return Conversion(on, form.id, form.conversion) if on else None


def limits(state: State, today: date) -> tuple[Limit, ...]:
    """The limits of the role of today's form, as they stand today; before a role is agreed, those of each form in which
    days count already."""
    role = state.role
    if state.stage in state.rules.shape.hires_in:
        return tuple(_ahead(state, today))
    if state.stage is not Stage.TEMPORARY_ROLE or role is None or (form := form_of(state.rules, role)) is None:
        return ()
    return tuple(_limits(state, role, form, today))


def in_words(limit: Limit) -> Message:
    """A limit as a coordinator reads it."""
    used = msg(
        "limit.days",
        "{form}: {used} of {allowed} days",
        form=limit.name,
        used=limit.days_used,
        allowed=limit.days_allowed,
    )
    if limit.if_from is not None and limit.limit_on is not None:
        return msg(
            "limit.if_agreed",
            "{used} already, and a role from {first} on becomes permanent on {day} by {law}, if it goes on so long.",
            used=used,
            first=limit.if_from,
            day=limit.limit_on,
            law=limit.source,
        )
    if limit.limit_on is None:
        return msg("limit.never_permanent", "{used}, and the law does not make it permanent.", used=used)
    if limit.converts:
        return msg(
            "limit.on_the_way", "{used}, {becomes}.", used=used, becomes=becomes_permanent(limit.limit_on, limit.source)
        )
    return msg(
        "limit.may_last", "{used}, until {day} at most ({source}).", used=used, day=limit.limit_on, source=limit.source
    )


def becomes_permanent(day: date, law: Source) -> Message:
    return msg("limit.becomes_permanent", "becomes permanent on {day} by {law}, if the role goes on", day=day, law=law)


def form_of(rules: Programme, role: Agreement) -> EmploymentForm | None:
    """The form of a role as it was when it was last decided on."""
    return rules.form(role.form, role.decided_on or role.starts_on) if role.form else None


def longest(rules: Programme, form: EmploymentForm) -> tuple[int, Source] | None:
    """Months for which somebody may be employed in a form, and where it stands: the form's own or the programme's."""
    own = form.longest_months
    limit = rules.form_limit(form.id)
    if limit is not None and (own is None or limit.longest_months < own):
        return limit.longest_months, limit.source
    return (own, form.source) if own is not None else None


def used_before(state: State, form_id: str, roles: Sequence[Agreement], role: Span) -> relativedelta:
    """Months and days in a form, in other employments and these roles, that do not lie within `role`; none twice."""
    spans = [
        *(job.span for job in told_of(state) if job.form == form_id),
        *(Span(held.starts_on, held.ends_on) for held in roles if held.form == form_id and held.ends_on),
    ]
    outside = [part for span in spans for part in _outside(span, role)]
    return sum((length(span.first, span.last) for span in apart(outside)), NOTHING)


def _ahead(state: State, today: date) -> Iterator[Limit]:
    """What the law would make of a role that began today, in each form that is open."""
    for form in state.rules.forms:
        if form.conversion is None or not form.is_open_on(today):
            continue
        role = Agreement("", today, LAST_DAY, form.id, today)
        ahead = replace(state, stage=Stage.TEMPORARY_ROLE, roles=(*state.roles, role))
        jobs = jobs_of(ahead, form, today - timedelta(days=1))
        used = counted(jobs.own, jobs.every, today, form.conversion, jobs.replaced)
        if used:
            yield Limit(
                form=form.id,
                name=form.name,
                days_used=used,
                days_allowed=form.conversion.more_than_days,
                limit_on=_day_beyond(ahead, role, form, form.conversion, LAST_DAY),
                converts=True,
                source="; ".join((form.conversion.law, *jobs.laws)),
                if_from=today,
            )


def _limits(state: State, role: Agreement, form: EmploymentForm, today: date) -> Iterator[Limit]:
    ends_on = role.ends_on or LAST_DAY
    if form.conversion is not None:
        jobs = jobs_of(state, form, ends_on)
        yield Limit(
            form=form.id,
            name=form.name,
            days_used=counted(jobs.own, jobs.every, today, form.conversion, jobs.replaced),
            days_allowed=form.conversion.more_than_days,
            limit_on=_day_beyond(state, role, form, form.conversion, LAST_DAY),
            converts=True,
            source="; ".join((form.conversion.law, *jobs.laws)),
        )
    if (at_most := longest(state.rules, form)) is not None:
        months, source = at_most
        used = used_before(state, form.id, state.roles[:-1], Span(role.starts_on, LAST_DAY))
        last_day = last_day_within(role.starts_on, months, used)
        before = (role.starts_on + used - role.starts_on).days
        so_far = max(0, (min(today, ends_on) - role.starts_on).days + 1)
        yield Limit(
            form=form.id,
            name=form.name,
            days_used=before + so_far,
            days_allowed=before + max(0, (last_day - role.starts_on).days + 1),
            limit_on=last_day,
            converts=False,
            source=source,
        )


def _day_beyond(
    state: State, role: Agreement, form: EmploymentForm, rule: ConversionRule, last_day: date
) -> date | None:
    age_limit_on = state.age_limit_on if rule.not_from_age is not None else None
    jobs = jobs_of(state, form, last_day)
    return day_beyond(jobs.own, jobs.every, Span(role.starts_on, last_day), rule, age_limit_on, jobs.replaced)


def _outside(span: Span, role: Span) -> Iterator[Span]:
    """The parts of a span before and after a role."""
    yield Span(span.first, min(span.last, role.first - timedelta(days=1)))
    if span.last > role.last:
        yield Span(max(span.first, role.last + timedelta(days=1)), span.last)
