"""What is made of the figures alone, by way of their tables: a CSV file, JSON and a page."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

from activities.templating import templates_beside
from runtime.files import write_file
from runtime.i18n import _, as_source, language, one_of
from services.reports.figures import Figures
from services.reports.tables import HIDDEN, Local, Sheet, headline, purpose, tables, why_hidden

_TEMPLATES = templates_beside(__file__)

TABLE_OF_CHART = {"hired": "hired_by_month"}
"""Charts whose table has another name than they."""


def write_csv(figures: Figures, file: Path) -> None:
    """One figure a line, with the table, whose it is, and what it counts; Excel reads the file as it is.

    In English, tables have the names that programs know them by.
    """
    _write(file, as_csv(figures), "utf-8-sig")


def as_csv(figures: Figures) -> str:
    """The content of that file, without the mark by which a spreadsheet knows its encoding."""
    out, style = StringIO(), Sheet()
    rows = csv.writer(out, delimiter=";")
    rows.writerow([_("table"), _("whose"), _("what"), _("value")])
    report = _("report")
    rows.writerow([report, figures.programme, _("day"), figures.day])
    rows.writerow([report, figures.programme, _("in short"), headline(figures, style)])
    rows.writerow([report, figures.programme, _("for whom"), purpose(figures)])
    for table in tables(figures, style):
        called = table.name if language() == "en" else table.title
        for row in table.rows:
            for column, value in list(zip(table.columns, row, strict=True))[table.keys :]:
                rows.writerow([called, ", ".join(row[: table.keys]), column, value])
        rows.writerows([called, "", _("explanation"), note] for note in table.notes)
    return out.getvalue()


def as_plain(figures: Figures) -> dict[str, Any]:
    """The figures as JSON has them, with what they are for and what `null` stands for."""
    return {"for_whom": purpose(figures), "null": why_hidden(figures), **figures.model_dump(mode="json")}


def write_page(figures: Figures, file: Path) -> None:
    """The report as a page."""
    _write(file, page(figures), "utf-8")


def _write(file: Path, text: str, encoding: str) -> None:
    write_file(file, text.encode(encoding))


def page(figures: Figures) -> str:
    """The whole page, in the language that is spoken now."""
    from services.reports.charts import charts  # draws with matplotlib, which takes a while to import

    drawn, style = charts(figures), Local()
    return _TEMPLATES.get_template("page.html.j2").render(
        figures=figures,
        language=language(),
        name=one_of(figures.name),
        as_source=as_source,
        day=style.day(figures.day),
        _=_,
        headline=headline(figures, style),
        purpose=purpose(figures),
        charts=drawn,
        tables=tables(figures, style),
        drawn={TABLE_OF_CHART.get(chart.name, chart.name) for chart in drawn},
        show=lambda table: _TEMPLATES.get_template("table.html.j2").render(
            table=table, hidden=HIDDEN, why=why_hidden(figures)
        ),
    )
