"""From counts to figures that may be shown: which counts add up to which, and what that leaves unhidden.

Everything is counted once in the crossed table of steps and ends of the way. Its grand total, the people referred, is
shown if it is not small itself, and the number of people hired always: it is measured against the goal. All other
tables are split from these two alone, so each can be judged by itself, with the two as known totals.

What is published can be subtracted from what was published before. So a report keeps what it was made from (`Basis`),
and the next one is made with all earlier ones in view: see `may_follow` and `services.reports.suppression`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from models.fields import BothLanguages
from models.programme.programme import Programme
from models.stages import EndReason, Stage
from services.reports.counting import ON_THE_WAY, ROLE, STEPS, UNKNOWN, UNTIL_ROLE, UNTIL_WORK, Counts, median, split_by
from services.reports.figures import (
    Balance,
    Figures,
    Group,
    HiredInPeriod,
    Loss,
    Obstacle,
    Outcomes,
    Share,
    Shown,
    Stay,
    Step,
)
from services.reports.hired import pace, periods
from services.reports.suppression import FEWEST, NOBODY, Name, Sum, Then, hidden, is_small

ALL = "all"
STOPPED_BY_A_REQUIREMENT = ("requirement_check", EndReason.NOT_QUALIFIED.value)


NO_PARTS: Mapping[Name, Name] = MappingProxyType({})

Basis = dict[str, dict[str, Then]]
"""What a report was made from: by table, every count with whether it is shown. Never handed on."""

BASIS = TypeAdapter(Basis)


class Publication(NamedTuple):
    """Figures that may be handed on, and what they were made from."""

    figures: Figures
    basis: Basis


class Counted(NamedTuple):
    """Counts under names, of which those in `hidden` are not shown."""

    values: Mapping[Any, int]
    hidden: frozenset[Name]

    def shown(self, name: Name) -> Shown:
        return None if name in self.hidden else self.values.get(name, 0)


class Report:
    """A report in the making: hides what must not be told, and keeps in `basis` what it has told of what."""

    def __init__(self, rules: Programme, counts: Counts, today: date, earlier: Sequence[Basis] | None) -> None:
        """`earlier` is what earlier reports were made from; None in one that hides nothing."""
        self.rules = rules
        self.counts = counts
        self.today = today
        self.own = earlier is None
        self.earlier = earlier or ()
        self.basis: Basis = {}

    def counted(
        self, table: str, values: Mapping[Any, int], sums: list[Sum], parts_of: Mapping[Name, Name] = NO_PARTS
    ) -> Counted:
        """These counts, with those hidden that would tell too much beside each other and beside earlier ones, and what
        is told of a hidden group's people."""
        if self.own:
            return Counted(values, frozenset())
        then = [{name: one.get(_plain(name), NOBODY) for name in values} for one in self._earlier(table)]
        out = hidden(values, sums, then, parts_of)
        self.basis[table] = {_plain(name): Then(value, name not in out) for name, value in values.items()}
        return Counted(values, out)

    def alone(self, table: str, name: str, value: float, people: int) -> float | None:
        """A figure of so many people that adds up to nothing; None where they are few, or a few have changed it."""
        if self.own:
            return value
        kept = self.basis.setdefault(table, {})
        told = people >= FEWEST
        for one in self._earlier(table):
            then, number = one.get(f"{name} value", NOBODY), one.get(name, NOBODY)
            same = (then.value, number.value) == (round(value * 2), people)
            told = told and (not number.shown or same or abs(people - number.value) >= FEWEST)
        kept |= {name: Then(people, told), f"{name} value": Then(round(value * 2), told)}
        return value if told else None

    def _earlier(self, table: str) -> list[dict[str, Then]]:
        return [one.get(table, {}) for one in self.earlier]

    def made(self) -> Figures:
        """The figures. Of fewer than five people referred, or not hired, nothing but the goal is told."""
        counts, rules = self.counts, self.rules
        referred = counts.ways.total()
        hired = sum(number for (step, _), number in counts.ways.items() if step == ROLE)
        blank: dict[str, Any] = {"programme": rules.id, "name": rules.name, "day": self.today, "own": self.own}
        blank |= {"fewest": FEWEST, "goal": rules.goal, "hired": hired, "pace": pace(rules, hired, self.today)}
        totals = {"referred": referred, "hired": hired, "not hired": referred - hired}
        small = not self.own and (is_small(referred) or is_small(referred - hired))
        self.basis["totals"] = {name: Then(number, not small) for name, number in totals.items()}
        if small or not referred:
            return Figures(**blank, referred=None if small else 0)
        ways = self._ways()
        return Figures(
            **blank,
            referred=referred,
            hired_by_month=self._periods(),
            balance=self._balance(hired),
            funnel=tuple(one for one in _funnel(ways, referred) if self._is_on_the_way(one.step)),
            losses=_losses(ways, counts.ways),
            reasons={end: ways.shown(("end", end)) for end in sorted({end for _, end in counts.ways} - {ON_THE_WAY})},
            stays=self._stays(),
            towns=self._groups("towns", 0),
            partner_kinds=self._groups("partner_kinds", 1),
            follow_ups=self._follow_ups(),
            obstacles=self._obstacles(ways),
        )

    def _ways(self) -> Counted:
        """The crossed table: rows are steps, columns the ends of the way, with the totals of both."""
        ways = self.counts.ways
        ends = sorted({end for _, end in ways})
        cells: dict[Name, int] = {(step, end): ways[step, end] for step in STEPS for end in ends}
        rows: dict[Name, int] = {("step", step): sum(ways[step, end] for end in ends) for step in STEPS}
        columns: dict[Name, int] = {("end", end): sum(ways[step, end] for step in STEPS) for end in ends}
        sums = [
            *(Sum(("step", step), tuple((step, end) for end in ends), known=step == ROLE) for step in STEPS),
            *(Sum(("end", end), tuple((step, end) for step in STEPS)) for end in ends),
            Sum(ALL, tuple(rows), known=True),
            Sum(ALL, tuple(columns), known=True),
        ]
        return self.counted("ways", {**cells, **rows, **columns, ALL: ways.total()}, sums)

    def _periods(self) -> tuple[HiredInPeriod, ...]:
        if self.own:
            return periods(self.counts.hired, fewest=0)
        table = "hired_by_month"
        found = periods(self.counts.hired, [then.value for one in self._earlier(table) for then in one.values()])
        self.basis[table] = {f"{one.until_month:%Y-%m}": Then(one.in_all, shown=True) for one in found}
        return found

    def _is_on_the_way(self, step: str) -> bool:
        return step == ROLE or step in self.rules.shape.leads_through

    def _balance(self, hired: int) -> Balance | None:
        if not hired:
            return None
        sexes, band = self.counts.sexes, self.rules.balance
        counted = self.counted("balance", sexes, [Sum(ALL, tuple(sexes), known=True)])
        known = [counted.shown(sex) for sex in ("women", "men")]
        of_known = sum(number or 0 for number in known) if None not in known else 0
        shares = tuple(
            Share(sex=sex, hired=shown, percent=_percent(shown, of_known) if sex != UNKNOWN else None)
            for sex in sexes
            if (shown := counted.shown(sex)) != 0 or sex != UNKNOWN
        )
        return Balance(
            shares=shares,
            lowest_percent=band.lowest_percent if band else None,
            highest_percent=band.highest_percent if band else None,
            source=band.source if band else None,
        )

    def _stays(self) -> tuple[Stay, ...]:
        stays, people = self.counts.stays, self.counts.people_who_left
        return tuple(
            Stay(stage=stage, median_days=self.alone("stays", stage, median(stays[stage]), people[stage]))
            for stage in (*(one.value for one in Stage), UNTIL_WORK, UNTIL_ROLE)
            if stage in stays
        )

    def _groups(self, table: str, by: int) -> tuple[Group, ...]:
        """Also who was not hired is a group: it follows from the other two columns. That nobody of a hidden group was
        hired would tell it of each of them."""
        split = split_by(self.counts, by)
        values: dict[Name, int] = {}
        sums = [Sum(ALL, tuple(("referred", name) for name in split), known=True)]
        for name, (not_hired, hired) in split.items():
            values |= {("referred", name): not_hired + hired, ("not hired", name): not_hired, ("hired", name): hired}
            sums.append(Sum(("referred", name), (("not hired", name), ("hired", name))))
        sums += [
            Sum(("all", what), tuple((what, name) for name in split), known=True) for what in ("not hired", "hired")
        ]
        parts_of: dict[Name, Name] = {
            (what, name): ("referred", name) for name in split for what in ("not hired", "hired")
        }
        found = self.counted(table, values, sums, parts_of)
        return tuple(
            Group(group=name, referred=found.shown(("referred", name)), hired=found.shown(("hired", name)))
            for name in split
        )

    def _follow_ups(self) -> tuple[Outcomes, ...]:
        found = []
        outcomes = self.counts.outcomes
        for days in sorted({days for days, _ in outcomes}):
            parts = {outcome: number for (after, outcome), number in sorted(outcomes.items()) if after == days}
            counted: dict[Any, int] = {**parts, ALL: sum(parts.values())}
            table = self.counted(f"follow_ups {days}", counted, [Sum(ALL, tuple(parts))])
            shown = {outcome: table.shown(outcome) for outcome in parts}
            found.append(Outcomes(after_days=days, people=table.shown(ALL), outcomes=shown))
        return tuple(found)

    def _obstacles(self, ways: Counted) -> tuple[Obstacle, ...] | None:
        """Which requirements stopped most people, the greatest obstacle first.

        One person can be stopped by several, so these counts add up to nothing. Yet they say something of how many were
        stopped in all: they are shown only where that is shown. A single hidden one could follow from it, so there are
        two.
        """
        stopped = self.counts.obstacles
        if ways.shown(STOPPED_BY_A_REQUIREMENT) is None:
            return None
        table = self.counted("obstacles", stopped, [Sum(ALL, tuple(stopped), known=True)])
        found = [
            Obstacle(
                profile=profile,
                title=known.title if (known := self.rules.profile(profile)) else None,
                requirement=name,
                text=_text(self.rules, profile, name),
                stopped=table.shown((profile, name)),
            )
            for profile, name in sorted(stopped)
        ]
        return tuple(sorted(found, key=lambda one: -(one.stopped or 0)))


def own_figures(rules: Programme, counts: Counts, today: date) -> Figures:
    """The figures of a programme as they are, with every group in them."""
    return Report(rules, counts, today, None).made()


def publish(rules: Programme, counts: Counts, today: date, earlier: Sequence[Basis] = ()) -> Publication:
    """The figures of a programme as they may be handed on, beside those that were handed on before."""
    report = Report(rules, counts, today, earlier)
    return Publication(report.made(), report.basis)


def may_follow(basis: Basis, earlier: Sequence[Basis]) -> bool:
    """Whether a report may be handed on after the earlier ones: beside none of them its totals tell of a few people."""
    totals = basis["totals"]
    return not any(is_small(totals[name].value - then["totals"][name].value) for then in earlier for name in totals)


def _plain(name: Name) -> str:
    """A name as a report is kept with it."""
    return " ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _funnel(ways: Counted, referred: int) -> tuple[Step, ...]:
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


def _losses(ways: Counted, counted: Counter[tuple[str, str]]) -> tuple[Loss, ...]:
    """Every way of ending that there is. Of a step with a hidden one every reason is hidden, also one that nobody had:
    what is missing would tell of those few what they had. Whoever ended as planned is not lost."""
    ends = sorted({end for _, end in counted} - {ON_THE_WAY})
    found = []
    for step in STEPS:
        people = {end: ways.shown((step, end)) for end in ends}
        blurred = None in people.values()
        shown = {end: None if blurred and not number else number for end, number in people.items()}
        lost = [end for end in ends if end != EndReason.ENDED_AS_PLANNED and shown[end] != 0]
        found += [Loss(step=step, reason=end, people=shown[end]) for end in lost]
    return tuple(found)


def _percent(part: Shown, whole: int) -> float | None:
    return round(100 * part / whole, 1) if part is not None and whole else None


def _text(rules: Programme, profile_id: str, requirement_id: str) -> str | BothLanguages:
    profile = rules.profile(profile_id)
    texts: dict[str, str | BothLanguages] = {one.id: one.text for one in profile.requirements} if profile else {}
    return texts.get(requirement_id, requirement_id)
