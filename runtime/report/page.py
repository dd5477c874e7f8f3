"""The report as one HTML page that needs nothing but itself: no script, no picture from elsewhere, no network."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runtime.report.charts import charts
from runtime.report.figures import Figures
from runtime.report.tables import HIDDEN, Table, headline, tables

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

TABLE_OF_CHART = {"hired": "hired_by_month"}
"""Charts whose table has another name than they."""


def page(figures: Figures) -> str:
    """The whole page. Needs matplotlib."""
    drawn = charts(figures)
    return _TEMPLATES.get_template("page.html.j2").render(
        figures=figures,
        headline=headline(figures),
        charts=drawn,
        tables=tables(figures),
        drawn={TABLE_OF_CHART.get(chart.name, chart.name) for chart in drawn},
        hidden=HIDDEN,
        show=_show,
    )


def _show(table: Table) -> str:
    """A table as HTML, figures to the right."""
    return _TEMPLATES.get_template("table.html.j2").render(table=table)
