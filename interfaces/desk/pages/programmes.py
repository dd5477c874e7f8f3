"""Program: each programme in figures, as pictures with their tables; what is published, and what its manager reads."""

import json
from functools import lru_cache
from typing import Any

from starlette.responses import Response

from activities.language import Language
from interfaces.desk.asked import Asked, go_to, page
from interfaces.desk.downloads import download
from interfaces.desk.menu import MenuItem
from interfaces.desk.routing import get, post
from models.message import N_
from models.programme.programme import Programme
from runtime.errors import UsageError
from runtime.i18n import as_source, one_of, using_language
from services.application import programme_of
from services.programme_told import told
from services.readers import actors_of, require_known
from services.reports.figures import Figures
from services.reports.issuing import latest_published, may_read_own, own_report, published_report
from services.reports.tables import HIDDEN, Local, headline, purpose, tables, why_hidden
from services.reports.writing import TABLE_OF_CHART, as_csv, as_plain
from services.reports.writing import page as whole_page

FORMS = {"csv": "text/csv", "html": "text/html", "json": "application/json"}

DRAWN = 32
"""Reports whose pictures are kept: drawing takes a second, and a published report stands for a month."""


def programmes(asked: Asked) -> Response:
    """The programmes, with when each takes referrals and where its rules come from."""
    _require_staff(asked)
    known = asked.application.book.programmes.values()
    lines = [(one.id, one_of(one.name), one.valid_from, one.valid_until, as_source(one.source)) for one in known]
    return page(asked, "programmes.html.j2", lines=lines)


def published(asked: Asked) -> Response:
    """The report of a programme that may be handed on."""
    rules = _rules(asked)
    return _shown(asked, rules, latest_published(asked.application, rules))


def publish(asked: Asked) -> Response:
    """Publish a report for this month, where there is none yet."""
    rules = _rules(asked)
    day, today = published_report(asked.application, rules, None).day, asked.application.today()
    is_of_this_month = (day.year, day.month) == (today.year, today.month)
    return go_to(f"/program/{rules.id}?klart={'ja' if is_of_this_month else 'nej'}")


def own(asked: Asked) -> Response:
    """The true figures of a programme; that they are read is written down."""
    rules = _rules(asked)
    return _shown(asked, rules, own_report(asked.application, rules, None))


def published_file(asked: Asked) -> Response:
    """The published report as a file."""
    rules = _rules(asked)
    figures = latest_published(asked.application, rules)
    if figures is None:
        raise UsageError("report.none_yet", "No report of this programme has been published yet.")
    return _file(figures, asked.part("form"), "rapport")


def own_file(asked: Asked) -> Response:
    """The true figures as a file; that they are read is written down."""
    if asked.part("form") not in FORMS:  # before anything is written down
        raise _unknown_form()
    return _file(own_report(asked.application, _rules(asked), None), asked.part("form"), "intern-rapport")


def _rules(asked: Asked) -> Programme:
    _require_staff(asked)
    application = asked.application
    return application.book.programme(programme_of(application, asked.part("programme")))


def _require_staff(asked: Asked) -> None:
    """What is published is for everybody; the desk shows it to those who work here."""
    require_known(asked.application, actors_of(asked.application, None)[0])


def _shown(asked: Asked, rules: Programme, figures: Figures | None) -> Response:
    values: dict[str, Any] = {"rules": rules, "may_read_own": may_read_own(asked.application, rules)}
    values["done"] = asked.given("klart")
    with using_language(asked.language):
        values["told"] = told(rules, {one.id: one.name for one in asked.application.book.readable_partners})
    values["as_source"] = as_source
    if figures is None:
        return page(asked, "programme.html.j2", figures=None, **values)
    with using_language(asked.language):
        style, drawn = Local(), _pictures(figures.model_dump_json(), asked.language)
        listed = tables(figures, style)
    values |= {"headline": headline(figures, style), "purpose": purpose(figures), "day": style.day(figures.day)}
    values |= {"hidden": HIDDEN, "why": why_hidden(figures), "balance": figures.balance}
    parts = [(drawn.get(table.name), table) for table in listed]
    return page(asked, "programme.html.j2", figures=figures, parts=parts, **values)


@lru_cache(DRAWN)
def _pictures(figures: str, language: Language) -> dict[str, str]:
    """The pictures of a report, by the tables that they show."""
    from services.reports.charts import charts  # draws with matplotlib, which takes a while to import

    with using_language(language):
        drawn = charts(Figures.model_validate_json(figures))
    return {TABLE_OF_CHART.get(chart.name, chart.name): chart.svg for chart in drawn}


def _file(figures: Figures, form: str, name: str) -> Response:
    if form not in FORMS:
        raise _unknown_form()
    written = {
        "csv": lambda: as_csv(figures).encode("utf-8-sig"),
        "html": lambda: whole_page(figures).encode(),
        "json": lambda: json.dumps(as_plain(figures), ensure_ascii=False, indent=2).encode(),
    }
    return download(written[form](), f"{name}-{figures.programme}-{figures.day}.{form}", FORMS[form])


def _unknown_form() -> UsageError:
    return UsageError("report.unknown_form", "The file does not exist. Choose one of those on the page.")


menu = [MenuItem(80, "/program", N_("Programmes"))]

routes = [
    get("/program", programmes),
    get("/program/{programme}", published),
    post("/program/{programme}/publicera", publish),
    get("/program/{programme}/intern", own),
    get("/program/{programme}/rapport.{form}", published_file),
    get("/program/{programme}/intern.{form}", own_file),
]
