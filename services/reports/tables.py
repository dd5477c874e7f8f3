"""The figures as tables of words, for every format."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from babel.dates import format_date
from babel.numbers import format_decimal

from models.events.values import FollowUpOutcome
from models.message import N_
from models.stages import EndReason, Stage
from runtime.i18n import LOCALES, _, _n, language, one_of, translate
from services.reports.figures import Figures, Group, Shown


class Plain:
    """How numbers, days and months are written: as programs read them."""

    def number(self, value: float) -> str:
        return f"{value:g}"

    def percent(self, value: float) -> str:
        return _("{number} %", number=self.number(value))

    def day(self, day: date) -> str:
        return day.isoformat()

    def month(self, month: date) -> str:
        return f"{month:%Y-%m}"


class Local(Plain):
    """As people read it in the language that is spoken now."""

    def number(self, value: float) -> str:
        return format_decimal(value, locale=LOCALES[language()])

    def day(self, day: date) -> str:
        return format_date(day, "long", LOCALES[language()])

    def month(self, month: date) -> str:
        return format_date(month, "MMMM y", LOCALES[language()])


class Sheet(Plain):
    """As a spreadsheet takes them for numbers in the language that is spoken now."""

    def number(self, value: float) -> str:
        return format_decimal(value, locale=LOCALES[language()], group_separator=False)

    def percent(self, value: float) -> str:
        return f"{self.number(value)}%"


def on_screen() -> Plain:
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
    "until_work": N_("From the referral to the first day at work"),
    "until_role": N_("From the referral to the first day in a role"),
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
    """A table, with a `name` for programs. The first `keys` columns say whose figures follow; `notes` explain them."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    keys: int = 1
    notes: tuple[str, ...] = ()


def tables(figures: Figures, style: Plain) -> list[Table]:
    """Every table that has a row, each with what explains it."""
    found = [table for table in (*_hired(figures, style), *_way(figures, style), *_who(figures, style)) if table.rows]
    return [_explained(table, figures) for table in found]


def _explained(table: Table, figures: Figures) -> Table:
    notes = {
        "funnel": _("A person counts once, from an accepted referral on. Refused referrals are not counted."),
        "hired_by_month": _("People count from their first day in a role, also where it lies ahead."),
        "stays": _(
            "Internships and roles count from the first day at work, and the stage before them lasts until then."
        ),
    }
    said = [notes[table.name]] if table.name in notes else []
    if any(HIDDEN in row[table.keys :] for row in table.rows):
        said.append(f"{HIDDEN}: {why_hidden(figures)}")
    return table._replace(notes=tuple(said))


def why_hidden(figures: Figures) -> str:
    """What stands behind a count that is not shown; in true figures it is one that nothing makes up."""
    if figures.own:
        return _("there is nobody from whom it could be reckoned.")
    return _(
        "not shown, since it tells of fewer than {fewest} people, or lets so few be worked out from this report"
        " or an earlier one.",
        fewest=figures.fewest,
    )


def purpose(figures: Figures) -> str:
    """Who the figures are for."""
    if figures.own:
        return _("True figures with small groups in them, for those in charge of the programme. Do not hand them on.")
    return _("Published figures, which may be handed on. Small groups are not shown.")


def headline(figures: Figures, style: Plain) -> str:
    """The report in one or two sentences."""
    hired, goal = style.number(figures.hired), style.number(figures.goal or 0)
    if figures.referred is None:
        told = _("{hired} people were hired.", hired=hired)
        if figures.goal:
            told = _("{hired} people were hired of the goal {goal}.", hired=hired, goal=goal)
        small = _("Too few people were referred, or not hired, for more to be shown.")
        return f"{told} {small}"
    counts = {"referred": style.number(figures.referred), "hired": hired}
    told = _("{referred} people were referred and {hired} hired.", **counts)
    if figures.goal:
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


def _hired(figures: Figures, style: Plain) -> Iterator[Table]:
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


def _way(figures: Figures, style: Plain) -> Iterator[Table]:
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


def _who(figures: Figures, style: Plain) -> Iterator[Table]:
    columns: tuple[str, ...] = (_("town"), _("referred"), _("hired"))
    towns = [(one.name or _("town {code}", code=one.group), one) for one in figures.towns]
    yield Table("towns", _("By town"), columns, _groups(towns, style))
    kinds = _groups([(label(one.group), one) for one in figures.partner_kinds], style)
    columns = (_("kind"), _("referred"), _("hired"))
    yield Table("partner_kinds", _("By kind of referring partner"), columns, kinds)
    outcomes = [
        (_n("{count} day", "{count} days", one.after_days), what, _said(people, style))
        for one in figures.follow_ups
        for what, people in (
            *((label(name), people) for name, people in one.outcomes.items()),
            (_("Followed up in all"), one.people),
        )
    ]
    columns = (_("after"), _("outcome"), _("people"))
    yield Table("follow_ups", _("What became of people after the end"), columns, outcomes, keys=2)
    obstacles = [
        (one_of(one.title or one.profile), one_of(one.text), _said(one.stopped, style))
        for one in figures.obstacles or ()
    ]
    columns = (_("profile"), _("requirement"), _("stopped"))
    yield Table("obstacles", _("Requirements that stop most people"), columns, obstacles, keys=2)


def _groups(groups: Sequence[tuple[str, Group]], style: Plain) -> list[tuple[str, ...]]:
    return [(name, _said(one.referred, style), _said(one.hired, style)) for name, one in groups]


def _months(first: date, last: date, style: Plain) -> str:
    if first == last:
        return style.month(first)
    return _("{first} to {last}", first=style.month(first), last=style.month(last))


def _said(value: Shown | float, style: Plain) -> str:
    return HIDDEN if value is None else style.number(value)


def _percent(value: float | None, style: Plain) -> str:
    return HIDDEN if value is None else style.percent(value)
