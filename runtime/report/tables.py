"""The figures as tables of words: what the terminal, the CSV file and the page show are these and nothing else."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from runtime.report.figures import Figures, Group, Shown
from runtime.report.labels import label

HIDDEN = "–"
"""Stands for a group that is too small to be shown, or that would let a small one be worked out."""


class Table(NamedTuple):
    """A table, with a `name` for programs. The first `keys` columns say whose figures follow."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    keys: int = 1


def tables(figures: Figures) -> list[Table]:
    """Every table that has a row."""
    return [table for table in _all(figures) if table.rows]


def headline(figures: Figures) -> str:
    """The report in one or two sentences."""
    if figures.referred is None:
        return f"Fewer than {figures.fewest} people were referred, so nothing more is shown."
    goal = f" of the goal {figures.goal}" if figures.goal else ""
    told = f"{figures.referred} people were referred and {_said(figures.hired)} hired{goal}."
    if figures.pace is None:
        return told
    if figures.pace.a_month is None:
        return f"{told} The day of the goal, {figures.pace.until}, has passed with {figures.pace.missing} missing."
    return f"{told} To reach it by {figures.pace.until}, {figures.pace.a_month:g} a month must be hired from now on."


def _all(figures: Figures) -> Iterator[Table]:
    months = [
        (f"{_months(one.from_month, one.until_month)}", str(one.hired), str(one.in_all))
        for one in figures.hired_by_month
    ]
    yield Table("hired_by_month", "Hired, month by month", ("months", "hired", "in all"), months)
    if figures.balance:
        shares = [(label(one.sex), _said(one.hired), _percent(one.percent)) for one in figures.balance.shares]
        yield Table("balance", "Women and men among those hired", ("legal sex", "hired", "percent"), shares)
    funnel = [(label(one.step), _said(one.reached), _said(one.ended), _said(one.on_the_way)) for one in figures.funnel]
    yield Table("funnel", "How far people come", ("step", "came so far", "ended there", "still there"), funnel)
    losses = [(label(one.step), label(one.reason), _said(one.people)) for one in figures.losses]
    yield Table("losses", "Why ways ended, by the farthest step", ("after", "reason", "people"), losses, keys=2)
    reasons = [(label(reason), _said(people)) for reason, people in figures.reasons.items()]
    yield Table("reasons", "Why ways ended, in all", ("reason", "people"), reasons)
    stays = [(label(one.stage), _said(one.median_days)) for one in figures.stays]
    yield Table("stays", "Median days in each stage", ("stage", "days"), stays)
    yield Table("towns", "By town", ("municipality code", "referred", "hired"), _groups(figures.towns))
    kinds = [(label(name), *numbers) for name, *numbers in _groups(figures.partner_kinds)]
    yield Table("partner_kinds", "By kind of referring partner", ("kind", "referred", "hired"), kinds)
    outcomes = [
        (f"{one.after_days} days", label(name), _said(people))
        for one in figures.follow_ups
        for name, people in (*one.outcomes.items(), ("followed up in all", one.people))
    ]
    columns = ("after", "outcome", "people")
    yield Table("follow_ups", "What became of people after the end", columns, outcomes, keys=2)
    obstacles = [(one.profile, one.text, _said(one.stopped)) for one in figures.obstacles or ()]
    columns = ("profile", "requirement", "stopped")
    yield Table("obstacles", "Requirements that stop most people", columns, obstacles, keys=2)


def _groups(groups: tuple[Group, ...]) -> list[tuple[str, ...]]:
    return [(one.group, _said(one.referred), _said(one.hired)) for one in groups]


def _months(first: object, last: object) -> str:
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"


def _said(value: Shown | float) -> str:
    return HIDDEN if value is None else f"{value:g}"


def _percent(value: float | None) -> str:
    return HIDDEN if value is None else f"{value:g} %"
