"""The figures as tables of words: what the terminal, the CSV file and the page show are these and nothing else."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from babel.dates import format_date
from babel.numbers import format_decimal

from models.events.values import FollowUpOutcome
from models.message import N_
from models.stages import EndReason, Stage
from runtime.i18n import LOCALES, _, language, translate
from services.reports.figures import Figures, Group, Shown


class Style(Protocol):
    """A way of writing numbers, days and months."""

    def number(self, value: float) -> str: ...

    def day(self, day: date) -> str: ...

    def month(self, month: date) -> str: ...


class Plain:
    """As programs read it."""

    def number(self, value: float) -> str:
        return f"{value:g}"

    def day(self, day: date) -> str:
        return day.isoformat()

    def month(self, month: date) -> str:
        return f"{month:%Y-%m}"


class Local:
    """As people read it in the language that is spoken now."""

    def number(self, value: float) -> str:
        return format_decimal(value, locale=LOCALES[language()])

    def day(self, day: date) -> str:
        return format_date(day, "long", LOCALES[language()])

    def month(self, month: date) -> str:
        return format_date(month, "MMMM y", LOCALES[language()])


def on_screen() -> Style:
    """In a terminal: in English as ever, so that nothing that reads it finds it changed."""
    return Plain() if language() == "en" else Local()


LABELS = {
    "role": N_("Role (hired)"),
    "women": N_("Women"),
    "men": N_("Men"),
    "unknown": N_("Not known"),
    "on_the_way": N_("On the way"),
    "agency": N_("Agency"),
    "municipality": N_("Municipality"),
    "union": N_("Union"),
    "church": N_("Church"),
    "samhall": N_("Samhall"),
    "civil_society": N_("Civil society"),
    "talent_organisation": N_("Talent organisation"),
    "unit": N_("Unit"),
}

WORDED = {str(one): one.in_words for names in (FollowUpOutcome, EndReason, Stage) for one in names}


def label(name: str) -> str:
    """A name for people: `not_qualified` is said as `Not qualified`."""
    if name in LABELS:
        return _(LABELS[name])
    said = translate(WORDED[name]) if name in WORDED else name.replace("_", " ")
    return said[:1].upper() + said[1:]


HIDDEN = "–"
"""Stands for a group that is too small to be shown, or that would let a small one be worked out."""


class Table(NamedTuple):
    """A table, with a `name` for programs. The first `keys` columns say whose figures follow."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    keys: int = 1


def tables(figures: Figures, style: Style) -> list[Table]:
    """Every table that has a row."""
    return [table for table in (*_hired(figures, style), *_way(figures, style), *_who(figures, style)) if table.rows]


def headline(figures: Figures, style: Style) -> str:
    """The report in one or two sentences."""
    if figures.referred is None:
        return _("Fewer than {fewest} people were referred, so nothing more is shown.", fewest=figures.fewest)
    counts = {"referred": style.number(figures.referred), "hired": _said(figures.hired, style)}
    told = _("{referred} people were referred and {hired} hired.", **counts)
    if figures.goal:
        goal = style.number(figures.goal)
        told = _("{referred} people were referred and {hired} hired of the goal {goal}.", **counts, goal=goal)
    if figures.pace is None:
        return told
    until = style.day(figures.pace.until)
    if figures.pace.a_month is None:
        missing = style.number(figures.pace.missing)
        late = _("The day of the goal, {until}, has passed with {missing} missing.", until=until, missing=missing)
        return f"{told} {late}"
    a_month = style.number(figures.pace.a_month)
    needed = _("To reach it by {until}, {a_month} a month must be hired from now on.", until=until, a_month=a_month)
    return f"{told} {needed}"


def _hired(figures: Figures, style: Style) -> Iterator[Table]:
    months = [
        (_months(one.from_month, one.until_month, style), style.number(one.hired), style.number(one.in_all))
        for one in figures.hired_by_month
    ]
    columns: tuple[str, ...] = (_("months"), _("hired"), _("in all"))
    yield Table("hired_by_month", _("Hired, month by month"), columns, months)
    if figures.balance:
        shares = [
            (label(one.sex), _said(one.hired, style), _percent(one.percent, style)) for one in figures.balance.shares
        ]
        columns = (_("legal sex"), _("hired"), _("percent"))
        yield Table("balance", _("Women and men among those hired"), columns, shares)


def _way(figures: Figures, style: Style) -> Iterator[Table]:
    funnel = [
        (label(one.step), *(_said(count, style) for count in (one.reached, one.ended, one.on_the_way)))
        for one in figures.funnel
    ]
    columns: tuple[str, ...] = (_("step"), _("came so far"), _("ended there"), _("still there"))
    yield Table("funnel", _("How far people come"), columns, funnel)
    losses = [(label(one.step), label(one.reason), _said(one.people, style)) for one in figures.losses]
    columns = (_("after"), _("reason"), _("people"))
    yield Table("losses", _("Why ways ended, by the farthest step"), columns, losses, keys=2)
    reasons = [(label(reason), _said(people, style)) for reason, people in figures.reasons.items()]
    yield Table("reasons", _("Why ways ended, in all"), (_("reason"), _("people")), reasons)
    stays = [(label(one.stage), _said(one.median_days, style)) for one in figures.stays]
    yield Table("stays", _("Median days in each stage"), (_("stage"), _("days")), stays)


def _who(figures: Figures, style: Style) -> Iterator[Table]:
    columns: tuple[str, ...] = (_("municipality code"), _("referred"), _("hired"))
    yield Table("towns", _("By town"), columns, _groups(figures.towns, style))
    kinds = [(label(name), *numbers) for name, *numbers in _groups(figures.partner_kinds, style)]
    columns = (_("kind"), _("referred"), _("hired"))
    yield Table("partner_kinds", _("By kind of referring partner"), columns, kinds)
    outcomes = [
        (_("{days} days", days=one.after_days), what, _said(people, style))
        for one in figures.follow_ups
        for what, people in (
            *((label(name), people) for name, people in one.outcomes.items()),
            (_("Followed up in all"), one.people),
        )
    ]
    columns = (_("after"), _("outcome"), _("people"))
    yield Table("follow_ups", _("What became of people after the end"), columns, outcomes, keys=2)
    obstacles = [(one.profile, one.text, _said(one.stopped, style)) for one in figures.obstacles or ()]
    columns = (_("profile"), _("requirement"), _("stopped"))
    yield Table("obstacles", _("Requirements that stop most people"), columns, obstacles, keys=2)


def _groups(groups: tuple[Group, ...], style: Style) -> list[tuple[str, ...]]:
    return [(one.group, _said(one.referred, style), _said(one.hired, style)) for one in groups]


def _months(first: date, last: date, style: Style) -> str:
    if first == last:
        return style.month(first)
    return _("{first} to {last}", first=style.month(first), last=style.month(last))


def _said(value: Shown | float, style: Style) -> str:
    return HIDDEN if value is None else style.number(value)


def _percent(value: float | None, style: Style) -> str:
    return HIDDEN if value is None else _("{number} %", number=style.number(value))
