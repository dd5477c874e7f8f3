"""The report as one HTML page that needs nothing but itself: no script, no picture from elsewhere, no network."""

from activities.templating import templates_beside
from runtime.i18n import _, language, one_of
from services.reports.charts import charts
from services.reports.figures import Figures
from services.reports.tables import HIDDEN, Table, headline, tables
from services.reports.written import Local

_TEMPLATES = templates_beside(__file__)

TABLE_OF_CHART = {"hired": "hired_by_month"}
"""Charts whose table has another name than they."""


def page(figures: Figures) -> str:
    """The whole page, in the language that is spoken now. Needs matplotlib."""
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
