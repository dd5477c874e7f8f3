"""The charts of a report as SVG, drawn by matplotlib, each with a title and a description for those who cannot see it.

Texts stay text, so that they can be read out and searched. matplotlib is slow to import, so import this module late.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html import escape
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from runtime.i18n import _, one_of
from services.reports.figures import Balance, Figures, Shown
from services.reports.tables import Local, label

BLUE, ORANGE, GREY, PALE = "#1f5a96", "#b8500b", "#5f6670", "#dfe6ee"
"""Told apart by brightness too; each against white has a contrast of 4.5 or more, but for the pale ground."""

LOCAL = Local()

LOOK: Any = {"svg.fonttype": "none", "svg.hashsalt": "hela-vagen", "font.family": "sans-serif", "font.size": 11}


@dataclass(frozen=True)
class Chart:
    """A picture: `svg` can stand in a page as it is; `title` and `description` say what it shows."""

    name: str
    title: str
    description: str
    svg: str


def charts(figures: Figures) -> list[Chart]:
    """Those charts for which there is something to draw."""
    drawn = [_hired(figures), _balance(figures.balance), _funnel(figures), _stays(figures), _obstacles(figures)]
    return [chart for chart in drawn if chart is not None]


def _hired(figures: Figures) -> Chart | None:
    if not figures.hired_by_month:
        return None
    latest = max(figures.day, figures.hired_by_month[-1].until_month)
    days: Any = [
        figures.hired_by_month[0].from_month,
        *(min(_end_of(one.until_month), latest) for one in figures.hired_by_month),
    ]
    totals = [0, *(one.in_all for one in figures.hired_by_month)]
    by_then = {"hired": LOCAL.number(figures.hired), "day": LOCAL.day(figures.day)}
    told = _("{hired} hired by {day}.", **by_then)
    if figures.goal:
        told = _("{hired} hired by {day} of the goal {goal}.", **by_then, goal=LOCAL.number(figures.goal))
    with _drawing(8, 3.8) as (axes, finish):
        axes.plot(days, totals, color=BLUE, marker="o", linewidth=2.5, label=_("hired, in all"))
        if figures.goal:
            goal = _("goal: {goal}", goal=LOCAL.number(figures.goal))
            axes.axhline(figures.goal, color=GREY, linewidth=1.5, linestyle=":", label=goal)
        if figures.pace and figures.pace.a_month:
            needed = {"a_month": LOCAL.number(figures.pace.a_month), "until": LOCAL.day(figures.pace.until)}
            told += " " + _("{a_month} a month are needed until {until}.", **needed)
            pace = _("pace needed: {a_month} a month", a_month=needed["a_month"])
            line: Any = ([figures.day, figures.pace.until], [figures.hired, figures.hired + figures.pace.missing])
            axes.plot(*line, color=ORANGE, linewidth=2, linestyle="--", label=pace)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_locator(AutoDateLocator(maxticks=7))  # type: ignore[no-untyped-call]
        axes.set_ylabel(_("people"))
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, 1.28), ncols=3)
        return finish("hired", _("Hired, month by month"), told)


def _end_of(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _balance(balance: Balance | None) -> Chart | None:
    shares = [one for one in balance.shares if one.percent is not None] if balance else []
    if balance is None or not shares:
        return None
    lowest, highest = balance.lowest_percent, balance.highest_percent
    told = ", ".join(_("{sex} {percent} percent", sex=label(one.sex), percent=_said(one.percent)) for one in shares)
    with _drawing(8, 1.0 + 0.5 * len(shares)) as (axes, finish):
        if lowest is not None and highest is not None:
            told += _("; each shall be {lowest} to {highest} percent", lowest=lowest, highest=highest)
            band = _("shall lie here: {lowest}–{highest} percent", lowest=lowest, highest=highest)
            axes.axvspan(lowest, highest, color=PALE, label=band)
            axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1.0))
        names = [label(one.sex) for one in shares]
        bars = axes.barh(names, [one.percent or 0 for one in shares], color=BLUE, height=0.5)
        axes.bar_label(
            bars,
            [_("{percent} % ({hired})", percent=_said(one.percent), hired=_said(one.hired)) for one in shares],
            padding=4,
        )
        axes.set_xlim(0, 100)
        axes.set_xlabel(_("percent of those hired"))
        axes.invert_yaxis()
        return finish("balance", _("Women and men among those hired"), f"{told}.")


def _funnel(figures: Figures) -> Chart | None:
    """Of those who came to a step, how many ended there. Where that is hidden the bar is whole."""
    rows = [(label(one.step), one.reached) for one in figures.funnel]
    ended = [one.ended or 0 if one.reached is not None else 0 for one in figures.funnel]
    told = ", ".join(f"{name} {_said(number)}" for name, number in rows)
    why = ", ".join(f"{label(one.step)} {_said(one.ended)}" for one in figures.funnel)
    description = _("So many came to: {told}. For so many the way ended there: {why}.", told=told, why=why)
    return _bars("funnel", _("How far people come, from referral to role"), _("people"), rows, description, ended)


def _stays(figures: Figures) -> Chart | None:
    rows = [(label(one.stage), one.median_days) for one in figures.stays]
    told = ", ".join(f"{name} {_said(days)}" for name, days in rows)
    title = _("How long it takes: median days in each stage")
    return _bars("stays", title, _("days"), rows, _("Median days: {told}.", told=told))


def _obstacles(figures: Figures) -> Chart | None:
    rows = [(one_of(one.text), one.stopped) for one in (figures.obstacles or ())[:8]]
    told = ", ".join(f"{name}: {_said(number)}" for name, number in rows)
    title = _("Requirements that stop most people")
    return _bars("obstacles", title, _("people stopped"), rows, _("Stopped by {told}.", told=told))


def _bars(
    name: str, title: str, unit: str, rows: list[tuple[str, Any]], description: str, ended: Sequence[int] = ()
) -> Chart | None:
    """Bars from top to bottom, of which the part that `ended` is set off; a hidden one has no length and says so."""
    if not any(value for _, value in rows):
        return None
    with _drawing(8, 0.9 + 0.42 * len(rows) + (0.3 if ended else 0)) as (axes, finish):
        places, values = range(len(rows)), [value or 0 for _, value in rows]
        bars = axes.barh(places, values, color=BLUE, height=0.6, label=_("went on, or is there still"))
        axes.bar_label(bars, [_said(value) for _, value in rows], padding=4)
        if ended:
            left = [value - end for value, end in zip(values, ended, strict=True)]
            look: Any = {"color": ORANGE, "height": 0.6, "hatch": "//", "edgecolor": "white"}
            axes.barh(places, ended, left=left, label=_("the way ended there"), **look)
            axes.figure.legend(frameon=False, loc="outside upper left", ncols=2)
        axes.set_yticks(places, [_short(text) for text, _ in rows])
        axes.margins(x=0.12)
        axes.set_xlabel(unit)
        axes.invert_yaxis()
        return finish(name, title, description)


LONGEST_LABEL = 44


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rstrip() + "…"


def _said(value: Shown | float) -> str:
    return _("not shown") if value is None else LOCAL.number(value)


Finish = Callable[[str, str, str], Chart]


@contextmanager
def _drawing(width: float, height: float) -> Iterator[tuple[Axes, Finish]]:
    """An empty drawing, so many inches wide and high, and what makes a chart of it. Nothing global is changed."""
    with mpl.rc_context(LOOK):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        yield (
            axes,
            lambda name, title, description: Chart(name, title, description, _svg(figure, name, title, description)),
        )


def _svg(figure: Figure, name: str, title: str, description: str) -> str:
    """The drawing as an element of a page: no prolog, ids of its own, and told to those who cannot see it."""
    out = StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r' style="([^"]*)"', lambda found: _as_attributes(found[1]), svg)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\1{name}-", svg)
    head = (
        ' stroke-linejoin="round" stroke-linecap="butt"'
        f' role="img" aria-labelledby="{name}-title {name}-description">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-description">{escape(description)}</desc>'
    )
    return svg.replace(">", head, 1)


def _as_attributes(style: str) -> str:
    """A style as attributes, which a page shows also where it lets in no styles but its sheet. The font is its own."""
    said = (one.partition(":") for one in style.split(";") if ":" in one)
    kept = ((name.strip(), value.strip()) for name, _colon, value in said if name.strip() != "font-family")
    return "".join(f' {name}="{escape(value)}"' for name, value in kept)
