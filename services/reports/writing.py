"""A programme's report, from the database to a terminal, a CSV file or a page that needs nothing but itself."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path

from sqlalchemy import Engine

from activities.templating import templates_beside
from models.partners.partner import Partner
from models.programme.programme import Programme
from runtime.files import writing
from runtime.i18n import _, language, one_of, using_language
from services.reports.counting import count
from services.reports.figures import Figures
from services.reports.publishing import publish
from services.reports.tables import HIDDEN, Local, Plain, Table, headline, tables

_TEMPLATES = templates_beside(__file__)

TABLE_OF_CHART = {"hired": "hired_by_month"}
"""Charts whose table has another name than they."""


def report(engine: Engine, rules: Programme, partners: tuple[Partner, ...], today: date) -> Figures:
    """The figures of a programme today, with small groups hidden."""
    kinds = {partner.id: partner.kind.value for partner in partners}
    return publish(rules, count(engine, rules.id, kinds), today)


def write_csv(figures: Figures, file: Path) -> None:
    """One figure a line, with the table, whose it is, and what it counts; Excel reads the file as it is.

    In English whatever is spoken: programs read it.
    """
    with using_language("en"):
        _write(file, _as_csv(figures), "utf-8-sig")


def _as_csv(figures: Figures) -> str:
    out, style = StringIO(), Plain()
    rows = csv.writer(out, delimiter=";")
    rows.writerow(["table", "whose", "what", "value"])
    rows.writerow(["report", figures.programme, "day", figures.day])
    rows.writerow(["report", figures.programme, "in short", headline(figures, style)])
    for table in tables(figures, style):
        for row in table.rows:
            for column, value in list(zip(table.columns, row, strict=True))[table.keys :]:
                rows.writerow([table.name, ", ".join(row[: table.keys]), column, value])
    return out.getvalue()


def write_page(figures: Figures, file: Path) -> None:
    """The report as a page."""
    _write(file, page(figures), "utf-8")


def _write(file: Path, text: str, encoding: str) -> None:
    with writing(file):
        file.write_text(text, encoding=encoding, newline="")


def page(figures: Figures) -> str:
    """The whole page, in the language that is spoken now."""
    from services.reports.charts import charts  # draws with matplotlib, which takes a while to import

    drawn, style = charts(figures), Local()
    return _TEMPLATES.get_template("page.html.j2").render(
        figures=figures,
        language=language(),
        name=one_of(figures.name),
        day=style.day(figures.day),
        _=_,
        headline=headline(figures, style),
        charts=drawn,
        tables=tables(figures, style),
        drawn={TABLE_OF_CHART.get(chart.name, chart.name) for chart in drawn},
        hidden=HIDDEN,
        show=_show,
    )


def _show(table: Table) -> str:
    """A table as HTML, figures to the right."""
    return _TEMPLATES.get_template("table.html.j2").render(table=table)
