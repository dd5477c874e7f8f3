"""From counts to figures that may be shown: which counts add up to which, and what that leaves unhidden.

Everything is counted once in the crossed table of steps and ends of the way. Its grand total, the people referred, is
shown if it is not small itself, and so is, if the table allows it, the number of people hired. All other tables are
split from these two alone, so each can be judged by itself, with the two as known totals.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from typing import Any

from dateutil.relativedelta import relativedelta

from models.fields import BothLanguages
from models.programme.programme import Programme
from models.stages import EndReason, Stage
from services.reports.counting import ON_THE_WAY, ROLE, STEPS, Counts, median
from services.reports.figures import (
    Balance,
    Figures,
    Group,
    HiredInPeriod,
    Loss,
    Obstacle,
    Outcomes,
    Pace,
    Share,
    Shown,
    Stay,
    Step,
)
from services.reports.suppression import FEWEST, Name, Sum, hidden

ALL = "all"
STOPPED_BY_A_REQUIREMENT = ("requirement_check", EndReason.NOT_QUALIFIED.value)


class PublishedCounts:
    """Counts of which the small ones are hidden."""

    def __init__(self, values: Mapping[Any, int], sums: list[Sum]) -> None:
        self._values = values
        self._hidden = hidden(values, sums)

    def shown(self, name: Name) -> Shown:
        return None if name in self._hidden else self._values.get(name, 0)


def publish(rules: Programme, counts: Counts, today: date) -> Figures:
    """The figures of a programme on a day. Where fewer than five people were referred, nothing but that is told."""
    referred = counts.ways.total()
    blank = {"programme": rules.id, "name": rules.name, "day": today, "fewest": FEWEST, "goal": rules.goal}
    if referred < FEWEST:
        return Figures(**blank, referred=None if referred else 0, hired=None if referred else 0)
    ways = _ways(counts.ways)
    hired = ways.shown(("step", ROLE))
    return Figures(
        **blank,
        referred=referred,
        hired=hired,
        pace=pace(rules, hired, today) if hired is not None else None,
        hired_by_month=periods(counts.hired) if hired else (),
        balance=_balance(rules, counts.sexes, hired),
        funnel=_funnel(ways, referred),
        losses=_losses(ways, counts.ways),
        reasons={end: ways.shown(("end", end)) for end in sorted({end for _, end in counts.ways} - {ON_THE_WAY})},
        stays=_stays(counts),
        towns=_groups(_split(counts, 0), referred, hired),
        partner_kinds=_groups(_split(counts, 1), referred, hired),
        follow_ups=_follow_ups(counts.outcomes),
        obstacles=_obstacles(rules, counts, ways),
    )


def _ways(ways: Counter[tuple[str, str]]) -> PublishedCounts:
    """The crossed table: rows are steps, columns the ends of the way, with the totals of both."""
    ends = sorted({end for _, end in ways})
    cells: dict[Name, int] = {(step, end): ways[step, end] for step in STEPS for end in ends}
    rows: dict[Name, int] = {("step", step): sum(ways[step, end] for end in ends) for step in STEPS}
    columns: dict[Name, int] = {("end", end): sum(ways[step, end] for step in STEPS) for end in ends}
    return PublishedCounts(
        {**cells, **rows, **columns, ALL: ways.total()},
        [
            *(Sum(("step", step), tuple((step, end) for end in ends)) for step in STEPS),
            *(Sum(("end", end), tuple((step, end) for step in STEPS)) for end in ends),
            Sum(ALL, tuple(rows), known=True),
            Sum(ALL, tuple(columns), known=True),
        ],
    )


def _funnel(ways: PublishedCounts, referred: int) -> tuple[Step, ...]:
    """How many reached a step is told where it follows from rows that are shown: no more is known by it."""
    rows = [ways.shown(("step", step)) for step in STEPS]
    steps = []
    for number, step in enumerate(STEPS):
        before, after = rows[:number], rows[number:]
        reached = None
        if None not in before:
            reached = referred - sum(row or 0 for row in before)
        elif None not in after:
            reached = sum(row or 0 for row in after)
        row, on_the_way = rows[number], ways.shown((step, ON_THE_WAY))
        ended = row - on_the_way if row is not None and on_the_way is not None else None
        steps.append(Step(step=step, reached=reached, ended=ended, on_the_way=on_the_way))
    return tuple(steps)


def _losses(ways: PublishedCounts, counted: Counter[tuple[str, str]]) -> tuple[Loss, ...]:
    found = sorted(
        ((step, end) for (step, end), number in counted.items() if number and end != ON_THE_WAY),
        key=lambda cell: (STEPS.index(cell[0]), cell[1]),
    )
    return tuple(Loss(step=step, reason=end, people=ways.shown((step, end))) for step, end in found)


def _balance(rules: Programme, sexes: Mapping[str, int], hired: Shown) -> Balance | None:
    if not hired:
        return None
    shown = PublishedCounts(sexes, [Sum(ALL, tuple(sexes), known=True)]).shown
    known = [shown(sex) for sex in ("women", "men")]
    of_known = sum(number or 0 for number in known) if None not in known else 0
    shares = tuple(
        Share(sex=sex, hired=shown(sex), percent=_percent(shown(sex), of_known) if sex != "unknown" else None)
        for sex, number in sexes.items()
        if number or sex != "unknown"
    )
    band = rules.balance
    return Balance(
        shares=shares,
        lowest_percent=band.lowest_percent if band else None,
        highest_percent=band.highest_percent if band else None,
        source=band.source if band else None,
    )


def _percent(part: Shown, whole: int) -> float | None:
    return round(100 * part / whole, 1) if part is not None and whole else None


def _stays(counts: Counts) -> tuple[Stay, ...]:
    return tuple(
        Stay(stage=stage, median_days=median(counts.stays[stage]) if counts.people_who_left[stage] >= FEWEST else None)
        for stage in (one.value for one in Stage)
        if stage in counts.stays
    )


def _split(counts: Counts, by: int) -> dict[str, tuple[int, int]]:
    """By town (0) or partner kind (1): how many were referred and not hired, and how many were hired."""
    split: dict[str, tuple[int, int]] = {}
    for (town, kind, was_hired), number in counts.groups.items():
        name = (town, kind)[by]
        not_hired, hired = split.get(name, (0, 0))
        split[name] = (not_hired, hired + number) if was_hired else (not_hired + number, hired)
    return dict(sorted(split.items()))


def _groups(split: dict[str, tuple[int, int]], referred: int, hired: Shown) -> tuple[Group, ...]:
    """Also who was not hired is a group: it follows from the other two columns."""
    values: dict[Name, int] = {("referred", name): sum(both) for name, both in split.items()}
    sums = [Sum(ALL, tuple(values), known=True)]
    if hired is not None:
        for name, both in split.items():
            values |= {("not hired", name): both[0], ("hired", name): both[1]}
            sums.append(Sum(("referred", name), (("not hired", name), ("hired", name))))
        sums += [
            Sum(("all", what), tuple((what, name) for name in split), known=True) for what in ("not hired", "hired")
        ]
        values |= {("all", "not hired"): referred - hired, ("all", "hired"): hired}
    table = PublishedCounts({**values, ALL: referred}, sums)
    return tuple(
        Group(
            group=name,
            referred=table.shown(("referred", name)),
            hired=table.shown(("hired", name)) if hired is not None else None,
        )
        for name in split
    )


def _follow_ups(outcomes: Counter[tuple[int, str]]) -> tuple[Outcomes, ...]:
    found = []
    for days in sorted({days for days, _ in outcomes}):
        parts = {outcome: number for (after, outcome), number in sorted(outcomes.items()) if after == days}
        counted: dict[Any, int] = {**parts, ALL: sum(parts.values())}
        table = PublishedCounts(counted, [Sum(ALL, tuple(parts))])
        shown = {outcome: table.shown(outcome) for outcome in parts}
        found.append(Outcomes(after_days=days, people=table.shown(ALL), outcomes=shown))
    return tuple(found)


def _obstacles(rules: Programme, counts: Counts, ways: PublishedCounts) -> tuple[Obstacle, ...] | None:
    """Which requirements stopped most people, the greatest obstacle first.

    One person can be stopped by several, so these counts add up to nothing. Yet they say something of how many were
    stopped in all: they are shown only where that is shown. A single hidden one could follow from it, so there are two.
    """
    if ways.shown(STOPPED_BY_A_REQUIREMENT) is None:
        return None
    table = PublishedCounts(counts.obstacles, [Sum(ALL, tuple(counts.obstacles), known=True)])
    found = [
        Obstacle(
            profile=profile, requirement=name, text=_text(rules, profile, name), stopped=table.shown((profile, name))
        )
        for profile, name in sorted(counts.obstacles)
    ]
    return tuple(sorted(found, key=lambda one: -(one.stopped or 0)))


def _text(rules: Programme, profile_id: str, requirement_id: str) -> str | BothLanguages:
    profile = rules.profile(profile_id)
    texts: dict[str, str | BothLanguages] = {one.id: one.text for one in profile.requirements} if profile else {}
    return texts.get(requirement_id, requirement_id)


MONTH = relativedelta(months=1)

DAYS_A_MONTH = 365.25 / 12


def periods(hired: Counter[date]) -> tuple[HiredInPeriod, ...]:
    """From the first to the last hire: one month where five or more were hired in it, otherwise several together.

    What is left at the end joins the period before it, so that neither a month nor a rest of fewer than five is told.
    """
    groups: list[tuple[date, date, int]] = []
    began, waiting = None, 0
    for month, number in _by_month(hired):
        began, waiting = began or month, waiting + number
        if waiting >= FEWEST:
            groups.append((began, month, waiting))
            began, waiting = None, 0
    if began is not None and groups:
        first, _, number = groups.pop()
        groups.append((first, month, number + waiting))
    totals = accumulate(number for _, _, number in groups)
    return tuple(
        HiredInPeriod(from_month=first, until_month=last, hired=number, in_all=total)
        for (first, last, number), total in zip(groups, totals, strict=True)
    )


def _by_month(hired: Counter[date]) -> list[tuple[date, int]]:
    """Every month from the first to the last, also those without a hire."""
    months: Counter[date] = Counter()
    for day, number in hired.items():
        months[day.replace(day=1)] += number
    found, month = [], min(months, default=None)
    while month is not None and month <= max(months):
        found.append((month, months[month]))
        month += MONTH
    return found


def pace(rules: Programme, hired: int, today: date) -> Pace | None:
    """How many must be hired each month for the goal to be reached in time; None without a dated goal."""
    if rules.goal is None or rules.goal_until is None:
        return None
    missing = max(0, rules.goal - hired)
    months = (rules.goal_until - today).days / DAYS_A_MONTH
    return Pace(until=rules.goal_until, missing=missing, a_month=round(missing / months, 1) if months > 0 else None)
