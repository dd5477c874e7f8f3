"""What recurs while somebody works: the periods in which a programme asks for something, and what of it is open."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from models.calendar.public_holidays import next_weekday
from models.events.values import DeadlineStep
from models.message import Message, msg, plain
from models.programme.duties import DutyKind, DutyRule, Term
from models.programme.programme import CountsFrom, DeadlineRule
from models.stages import Stage
from models.state.employment_days import DAY, Span, days_of, union
from models.state.state import State

LOST = "lost_"
"""Names of the deadlines on which what was not done is given up begin so; that of the period's own follows."""

KINDS = tuple(f"{kind.value}_" for kind in DutyKind)
"""Names of the deadlines of periods begin so; the period and the duty follow."""

NAMES = (LOST, *KINDS)


@dataclass(frozen=True)
class DutyPeriod:
    """A period for which something is to be done: its days that were agreed, from the first to the last, and how many
    of them count."""

    rule: DutyRule
    id: str
    first: date
    last: date
    days: int

    @property
    def deadline(self) -> str:
        return f"{self.rule.kind.value}_{self.id}_{self.rule.id}"

    @property
    def due_on(self) -> date:
        return next_weekday(self.last + timedelta(days=self.rule.due_days_after))

    @property
    def last_day(self) -> date:
        """The last day on which it can be done."""
        return next_weekday(self.last + timedelta(days=self.rule.lost_after_days))


@lru_cache(maxsize=256)
def duty_periods(state: State) -> tuple[DutyPeriod, ...]:
    """Every period for which a programme asks for something, duty by duty, each duty's in their order."""
    return tuple(period for rule in state.rules.duties for period in _periods(rule, state))


def _periods(rule: DutyRule, state: State) -> Iterator[DutyPeriod]:
    agreed = union(span for stage in dict.fromkeys(rule.stages) for span in _agreed(stage, state))
    paused = union(_both(span, pause) for span in agreed for pause in _pauses(state))
    for name, begins, ends in _calendar(rule, state.rules.terms, agreed):
        whole = Span(begins, ends)
        within = [part for span in agreed if (part := _both(span, whole)).first <= part.last]
        days = days_of(within, begins, ends) - days_of(paused, begins, ends)
        if within and days >= rule.least_days:
            yield DutyPeriod(rule, name, within[0].first, within[-1].last, days)


def _calendar(rule: DutyRule, terms: Iterable[Term], agreed: tuple[Span, ...]) -> Iterator[tuple[str, date, date]]:
    """The periods that days of what was agreed may lie in, whole, each with its name."""
    if not agreed:
        return
    first, last = agreed[0].first, agreed[-1].last
    match rule.every:
        case "month":
            begins = first.replace(day=1)
            while begins <= last:
                after = (begins + timedelta(days=31)).replace(day=1)
                yield f"{begins:%Y-%m}", begins, after - DAY
                begins = after
        case "term":
            whole = [(*one.in_year(year), one.id) for one in terms for year in range(first.year - 1, last.year + 1)]
            yield from ((f"{name}-{begins.year}", begins, ends) for begins, ends, name in sorted(whole))
        case "weeks" if rule.weeks:
            for span in agreed:
                begins = span.first
                while begins <= span.last:
                    after = begins + timedelta(weeks=rule.weeks)
                    yield begins.isoformat(), begins, min(after - DAY, span.last)
                    begins = after


def _agreed(stage: Stage, state: State) -> Iterator[Span]:
    """The days of the internships or the temporary roles, each until it ended or is to end."""
    if stage is Stage.INTERNSHIP:
        for passage in state.passages:
            ends = passage.left_on or (state.internship and state.internship.ends_on)
            if passage.stage is stage and ends:
                yield Span(passage.began_on or passage.entered_on, ends)
        return
    follows = [*(role.starts_on for role in state.roles[1:]), None]
    for role, next_one in zip(state.roles, follows, strict=False):
        if role.ends_on is not None:
            ends = role.ends_on if next_one is None else min(role.ends_on, next_one - DAY)
            closed = next_one is None and state.stage is Stage.CLOSED and state.closed_from is stage
            yield Span(role.starts_on, min(ends, state.since) if closed else ends)


def _pauses(state: State) -> Iterator[Span]:
    for pause in state.pauses:
        yield Span(pause.from_day, pause.to_day - DAY if pause.to_day else date.max)


def _both(one: Span, other: Span) -> Span:
    return Span(max(one.first, other.first), min(one.last, other.last))


def not_done(state: State) -> list[DutyPeriod]:
    """The periods for which nothing was recorded, given up or not."""
    done = {(one.duty, one.period) for one in state.duties}
    return [period for period in duty_periods(state) if (period.rule.id, period.id) not in done]


def to_do(state: State) -> list[DutyPeriod]:
    """Those of them that can still be done."""
    given_up = {one.name for one in state.passed if one.name.startswith(LOST)}
    return [
        period
        for period in not_done(state)
        if period.last_day >= state.touched_on and f"{LOST}{period.deadline}" not in given_up
    ]


def awaited_duties(state: State) -> list[DutyPeriod]:
    """What is waited for now: of each duty the first period that is to be done, and the one after each that is late."""
    found: list[DutyPeriod] = []
    for period in to_do(state):
        before = found[-1] if found and found[-1].rule.id == period.rule.id else None
        if before is None or _is_late(before, state):
            found.append(period)
    return found


def _is_late(period: DutyPeriod, state: State) -> bool:
    return any(one.name == period.deadline and one.step is not DeadlineStep.REMINDER for one in state.passed)


def deadlines_of_duties(state: State) -> Iterator[tuple[DeadlineRule, date]]:
    """The deadlines of what is awaited, each with its day; of what is late the day, too, on which it is given up."""
    for period in awaited_duties(state):
        rule = period.rule
        yield _deadline(period.deadline, rule.remind_days_before, rule.escalate_days_after), period.due_on
        if _is_late(period, state):
            yield _deadline(f"{LOST}{period.deadline}"), period.last_day + DAY


def _deadline(name: str, remind: int | None = None, escalate: int | None = None) -> DeadlineRule:
    return DeadlineRule(
        name=name,
        stages=tuple(Stage),
        counts_from=CountsFrom.STAGE_ENTERED,
        remind_days_before=remind,
        escalate_days_after=escalate,
    )


def done_with_duties(state: State) -> date | None:
    """The day after which nothing more can be done of what is still open; None where nothing is."""
    return max((next_weekday(period.last_day + DAY) + DAY for period in to_do(state)), default=None)


def duty_of(deadline: str) -> tuple[DutyKind, str, str] | None:
    """What is to be done, for which period and by which duty, by the name of a deadline; None where it is of none."""
    kind, _, rest = deadline.removeprefix(LOST).partition("_")
    period, _, duty = rest.partition("_")
    return (DutyKind(kind), period, duty) if kind in set(DutyKind) and duty else None


MONTHS = (
    msg("month.1", "January {year}"),
    msg("month.2", "February {year}"),
    msg("month.3", "March {year}"),
    msg("month.4", "April {year}"),
    msg("month.5", "May {year}"),
    msg("month.6", "June {year}"),
    msg("month.7", "July {year}"),
    msg("month.8", "August {year}"),
    msg("month.9", "September {year}"),
    msg("month.10", "October {year}"),
    msg("month.11", "November {year}"),
    msg("month.12", "December {year}"),
)


def period_in_words(period: str) -> Message:
    """What a period is called: a month, weeks by their first day, or a term by what the programme calls it in short."""
    match period.split("-"):
        case [year, month] if month.isdecimal() and 1 <= int(month) <= len(MONTHS):
            return MONTHS[int(month) - 1].filled(year=year)
        case [_year, _month, _day]:
            return msg("duty_period.weeks", "the weeks from {day}", day=period)
        case parts:
            return plain(" ".join(parts))


def duty_in_words(deadline: str) -> Message | None:
    """The same in words; None where a deadline is of no duty."""
    found = duty_of(deadline)
    if found is None:
        return None
    kind, called = found[0], period_in_words(found[1])
    if deadline.startswith(LOST):
        return msg("deadline.duty_lost", "the last day for the {what} for {period}", what=kind, period=called)
    return msg("deadline.duty", "{what} for {period}", what=kind, period=called)
