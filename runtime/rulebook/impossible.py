"""What a programme says that could never come about, and what it says that is seldom meant."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from models.events.events import EVENT_CLASSES
from models.journey.transitions import moves_of, stages_of
from models.message import Message, msg
from models.programme.cohorts import Cohort
from models.programme.duties import COMMON_YEAR, DutyKind, DutyRule
from models.programme.interns import InternsPerEmployees
from models.programme.lengths import GroupLength
from models.programme.periods import PlacePeriod
from models.programme.programme import NO_INTERNSHIP, CountsFrom, DeadlineRule, InternshipRule, Programme
from models.stages import ENDED_STAGES, Stage
from models.state.deadlines import OF_PROGRAMMES, deadline_in_words
from runtime.rulebook.faults import Fault
from runtime.rulebook.reading import STANDS_TWICE, unknown_deadline

Days = Sequence[tuple[date, date]]
"""First and last days."""

AT_WORK = frozenset({Stage.INTERNSHIP, Stage.TEMPORARY_ROLE})
BEING_EVALUATED = frozenset({Stage.EVALUATION})

COUNTED_IN = {
    CountsFrom.AGREED_END: AT_WORK,
    CountsFrom.LAST_CHECK_IN: AT_WORK,
    CountsFrom.EVALUATED: BEING_EVALUATED,
}
"""The stages in which a day comes that a deadline counts from; that on which a stage is entered comes in all."""


def never(programme: Programme) -> Iterator[Fault]:
    """What could never come about."""
    for number, deadline in enumerate(programme.deadlines):
        for field, what in _of_deadline(deadline):
            yield Fault(path=("deadlines", number, *field), what=what)
    yield from _off_the_way(programme)
    limits = programme.internship.interns_per_employees if programme.internship else ()
    for number, limit in enumerate(limits):
        before, is_last = limits[number - 1].up_to if number else None, number == len(limits) - 1
        if (wrong := _of_limit(limit, before, is_last=is_last)) is not None:
            yield Fault(path=("internship", "interns_per_employees", number, "up_to"), what=wrong)
    yield from _of_spans("periods", programme.periods)
    yield from _of_spans("cohorts", programme.cohorts)
    yield from _of_lengths(programme)
    yield from _of_bounds(programme)
    yield from _of_duties(programme)
    begins = programme.valid_from
    for name in dict.fromkeys(form.id for form in programme.forms):
        ends = [form.valid_until for form in programme.forms if form.id == name]
        if begins and name and all(day is not None and day < begins for day in ends):
            what = msg(
                "programme.form_closed",
                "the form {form} was closed on {day}, before the programme begins. Remove it",
                form=name,
                day=max(day for day in ends if day is not None),
            )
            yield Fault(path=("forms",), what=what)


def _of_spans(where: str, spans: Sequence[PlacePeriod | Cohort]) -> Iterator[Fault]:
    for number, span in enumerate(spans):
        if span.starts_on and span.ends_on and span.ends_on < span.starts_on:
            backwards = msg("period.backwards", "it ends before it begins. Correct one of the days")
            yield Fault(path=(where, number, "ends_on"), what=backwards)
        if span.id and span.id in [one.id for one in spans[:number]]:
            yield Fault(path=(where, number, "id"), what=STANDS_TWICE.filled(name=span.id))


def _off_the_way(programme: Programme) -> Iterator[Fault]:
    """What is ruled of stages that this way never comes to, and of events that never happen on it."""
    there = stages_of(programme.shape)
    happens = {move.kind for move in moves_of(programme.shape) if there & set(move.sources)} | {"referred"}
    for number, deadline in enumerate(programme.deadlines):
        if deadline.stages and not there & set(deadline.stages):
            yield Fault(path=("deadlines", number, "stages"), what=NO_SUCH_STAGE)
    for number, duty in enumerate(programme.duties):
        if duty.stages and not there & set(duty.stages):
            yield Fault(path=("duties", number, "stages"), what=NO_SUCH_STAGE)
    for number, notice in enumerate(programme.notices):
        if notice.event in EVENT_CLASSES and notice.event not in happens:
            yield Fault(path=("notices", number, "event"), what=NEVER_HAPPENS)
    rule = programme.union_consultation
    if rule is not None and not happens.issuperset(rule.before):
        yield Fault(path=("union_consultation", "before"), what=NEVER_HAPPENS)
    if not programme.shape.internships and programme.training is not None:
        what = msg(
            "way.nobody_receives_interns", "the way of this programme has no internship to be trained for. Remove it"
        )
        yield Fault(path=("training",), what=what)


NO_SUCH_STAGE = msg("way.stage_never_comes", "the way of this programme has no such stage. Remove it")
NEVER_HAPPENS = msg("way.never_happens", "it never happens on the way of this programme. Remove it")


def _of_limit(limit: InternsPerEmployees, before: int | None, *, is_last: bool) -> Message | None:
    if limit.up_to is None and not is_last:
        return msg("interns.never_reached", "the tables after this one would never count. Write how far it holds")
    if limit.up_to is not None and limit.up_to <= (before or 0):
        return msg("interns.not_rising", "it ends before it begins. Write more than in the table before it")
    return None


def _of_lengths(programme: Programme) -> Iterator[Fault]:
    """Lengths that nothing could have, and an internship that could last for ever."""
    rule = programme.internship
    groups = [one.longest_weeks for one in rule.lengths]
    if not (rule.longest_months or rule.longest_weeks or (groups and all(groups))):
        what = msg(
            "internship.without_end",
            "it does not say how long an internship may last. Add longest_months or longest_weeks",
        )
        yield Fault(path=("internship", "longest_months"), what=what)
    bounds: list[tuple[tuple[str | int, ...], InternshipRule | GroupLength]] = [((), rule)]
    bounds += [(("lengths", number), one) for number, one in enumerate(rule.lengths)]
    for path, one in bounds:
        weeks = one.longest_weeks or rule.longest_weeks
        if weeks and one.shortest_weeks and one.shortest_weeks > weeks:
            what = msg(
                "internship.never_long_enough",
                "shortest_weeks is more than the {weeks} weeks that it may last at most. Write fewer",
                weeks=weeks,
            )
            yield Fault(path=("internship", *path, "shortest_weeks"), what=what)
    for number, length in enumerate(programme.form_lengths):
        form = programme.form(length.form)
        most = [months for months in (form.longest_months, form.longest_decision_months) if months] if form else []
        least = min(length.exact_months, default=length.shortest_months or 0)
        if form and most and least > min(most):
            what = msg(
                "form_length.never",
                "{form} may last {months} months at most, and is to last longer. Write fewer months",
                form=form.name,
                months=min(most),
            )
            yield Fault(path=("form_lengths", number), what=what)


def _of_bounds(programme: Programme) -> Iterator[Fault]:
    """Ages, days and hours that nobody could have."""
    ages, days, hours = programme.ages, programme.admission, programme.hours
    spans: list[tuple[tuple[str, ...], Any, Any]] = []
    if ages is not None:
        if ages.on and not ages.has_the_day:
            what = msg("ages.no_such_day", "the month has no such day. Write one that it has, such as 06-01")
            yield Fault(path=("ages", "on"), what=what)
        spans.append((("ages", "highest"), ages.lowest, ages.highest))
    if days is not None:
        spans.append((("admission", "starts_until"), days.starts_from, days.starts_until))
        spans.append((("admission", "referrals_until"), programme.valid_from, days.referrals_until))
    for name in ("internship", "role") if hours is not None else ():
        span = getattr(hours, name)
        if span is not None:
            spans.append((("hours", name, "highest"), span.lowest, span.highest))
    for path, lowest, highest in spans:
        if lowest is not None and highest is not None and highest < lowest:
            yield Fault(path=path, what=_backwards(lowest))


def _backwards(lowest: date | int) -> Message:
    if isinstance(lowest, date):
        return msg("bounds.backwards", "it lies before {lowest}, with which it begins. Correct one", lowest=lowest)
    return msg("bounds.too_low", "the highest is less than the lowest, {lowest}. Correct one of them", lowest=lowest)


def _of_duties(programme: Programme) -> Iterator[Fault]:
    for number, duty in enumerate(programme.duties):
        for field, what in _of_duty(duty, programme):
            yield Fault(path=("duties", number, field), what=what)


def _of_rates(duty: DutyRule) -> Iterator[tuple[str, Message]]:
    if duty.kind is DutyKind.CLAIM and duty.day_rate is None:
        yield "kind", msg("duty.no_rate", "a claim needs to know what a day is worth. Add day_rate")
    if duty.kind is not DutyKind.CLAIM and duty.day_rate is not None:
        yield "day_rate", msg("duty.rate_of_none", "only a claim has days of a worth. Remove day_rate")
    if duty.kind is not DutyKind.CLAIM and duty.rates:
        yield "rates", msg("duty.rates_of_none", "only a claim has days of a worth. Remove rates")
    for day in {one.from_day for one in duty.rates}:
        if day and [one.from_day for one in duty.rates].count(day) > 1:
            yield "rates", msg("duty.rates_twice", "two of them are from {day}. Remove one", day=day)


def _of_duty(duty: DutyRule, programme: Programme) -> Iterator[tuple[str, Message]]:
    yield from _of_rates(duty)
    if duty.every == "weeks" and duty.weeks is None:
        yield "every", msg("duty.no_weeks", "it does not say how many weeks a period has. Add weeks")
    if duty.every != "weeks" and duty.weeks is not None:
        yield "weeks", msg("duty.weeks_of_none", "weeks count where a period is counted in weeks alone. Remove weeks")
    if duty.every == "term" and not programme.terms:
        yield "every", msg("duty.no_terms", "the programme has no terms. Add them as [[terms]]")
    if not duty.stages:
        yield "stages", msg("duty.no_stage", "it is for no stage. Name at least one, or remove it")
    least = duty.due_days_after + (duty.escalate_days_after or 0)
    if duty.lost_after_days < least:
        what = msg("duty.lost_before_due", "it would be given up before it is due. Write at least {days}", days=least)
        yield "lost_after_days", what


def _of_deadline(deadline: DeadlineRule) -> Iterator[tuple[tuple[str, ...], Message]]:
    if deadline.name and deadline.name not in OF_PROGRAMMES:
        yield ("name",), unknown_deadline()
    if deadline.days and deadline.working_days is not None:
        yield ("working_days",), msg("deadline.days_twice", "it says both days and working_days. Remove one of them")
    if deadline.days and deadline.days < 0 and deadline.counts_from not in (None, CountsFrom.AGREED_END):
        what = msg(
            "deadline.before_it_counts",
            "it would be due before the day from which it is counted. Write 0 or more, or count from agreed_end",
        )
        yield ("days",), what
    there = COUNTED_IN.get(deadline.counts_from)
    if there is not None and deadline.stages and not there & set(deadline.stages):
        what = msg(
            "deadline.day_never_comes",
            "in these stages the day {what} never comes. Available stages: {known}",
            what=deadline.counts_from,
            known=_in_order(there),
        )
        yield ("stages",), what


def seldom(programme: Programme) -> Iterator[Fault]:
    """What is seldom meant."""
    if not programme.forms:
        what = msg(
            "programme.no_forms",
            "no form of employment is named, so nobody can be employed for a limited time. Name those that are meant",
        )
        yield Fault(path=("forms",), what=what)
    shape = programme.shape
    for name in ("check_before_each", "units_differ"):
        if shape.internships is not None and shape.internships < 2 and getattr(shape, name):
            what = msg("way.of_several", "it rules nothing where the way has not several internships. Remove it")
            yield Fault(path=("way", name), what=what)
    if not shape.internships and shape.hired_at_any_time:
        what = msg("way.hired_at_once", "somebody is hired at once where the way has no internship. Remove it")
        yield Fault(path=("way", "hired_at_any_time"), what=what)
    if not programme.shape.internships and programme.internship != NO_INTERNSHIP:
        what = msg("way.no_internships", "the way of this programme has no internship, so it rules nothing. Remove it")
        yield Fault(path=("internship",), what=what)
    yield from _overlapping(programme)
    yield from _bound_by_nothing(programme)
    for number, deadline in enumerate(programme.deadlines):
        for field, what in _unlikely(deadline):
            yield Fault(path=("deadlines", number, *field), what=what)


def _overlapping(programme: Programme) -> Iterator[Fault]:
    """Periods of the same places, and terms, of which one begins before another one is over."""
    for number, period in enumerate(programme.periods):
        for other in programme.periods[:number]:
            if _overlap([(period.starts_on, period.ends_on)], [(other.starts_on, other.ends_on)]):
                what = msg(
                    "period.overlaps",
                    "it overlaps {period}, so nobody can have the same place in both. Correct one of the days",
                    period=other.id,
                )
                yield Fault(path=("periods", number, "starts_on"), what=what)
    dated = [(number, one) for number, one in enumerate(programme.terms) if one.first_day and one.last_day]
    for place, (number, term) in enumerate(dated):
        for _number, earlier in dated[:place]:
            around = [earlier.in_year(COMMON_YEAR + years) for years in (-1, 0, 1)]
            if _overlap([term.in_year(COMMON_YEAR)], around):
                what = msg(
                    "term.overlaps",
                    "it overlaps {term}, so some days belong to both terms. Correct one of the days",
                    term=earlier.id,
                )
                yield Fault(path=("terms", number, "first_day"), what=what)


def _overlap(some: Days, others: Days) -> bool:
    spans = [(first, last) for first, last in (*some, *others) if first and last and first <= last]
    return len(spans) == len(some) + len(others) and any(
        first <= until and begins <= last for first, last in some for begins, until in others
    )


def _bound_by_nothing(programme: Programme) -> Iterator[Fault]:
    """Rules on who decides and who comes first that nothing on this way is held against."""
    decisions, offers, lottery = programme.decisions, programme.offers, programme.lottery
    nobody_evaluates = Stage.EVALUATION not in stages_of(programme.shape)
    if nobody_evaluates and decisions and decisions.by_two and not decisions.corrections_by_two:
        what = msg(
            "way.nobody_evaluates",
            "nobody evaluates on the way of this programme, so it keeps nobody from deciding. Write by_two = false, or "
            "add corrections_by_two = true",
        )
        yield Fault(path=("decisions", "by_two"), what=what)
    if lottery is not None and lottery.offers_in_order and not (offers is not None and offers.required):
        what = msg(
            "lottery.without_offers",
            "a place can be agreed on without an offer, so the order of lots binds nobody. Add offers that are "
            "required",
        )
        yield Fault(path=("lottery",), what=what)


def _unlikely(deadline: DeadlineRule) -> Iterator[tuple[tuple[str, ...], Message]]:
    usual = OF_PROGRAMMES.get(deadline.name)
    for stage in deadline.stages:
        if stage in ENDED_STAGES:
            what = msg(
                "deadline.way_has_ended",
                "in the stage {stage} nothing is awaited but follow-ups. Write follow_up_after_days instead",
                stage=stage,
            )
            yield ("stages",), what
        elif usual and stage not in usual:
            what = msg(
                "deadline.of_another_stage",
                "the coordinator would be told of {deadline} in the stage {stage}. It belongs to: {known}",
                deadline=deadline_in_words(deadline.name),
                stage=stage,
                known=_in_order(usual),
            )
            yield ("stages",), what
    if deadline.until_evaluated and deadline.stages and Stage.EVALUATION not in deadline.stages:
        what = msg(
            "deadline.never_evaluated",
            "until_evaluated means something in the stage evaluation alone. Remove it, or add that stage",
        )
        yield ("until_evaluated",), what


def _in_order(stages: frozenset[Stage] | tuple[Stage, ...]) -> str:
    return ", ".join(stage.value for stage in Stage if stage in stages)
