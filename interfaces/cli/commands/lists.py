"""`admin.py` today, list, positions and report: who needs something, where everybody stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interfaces.cli.commands.answering import open_application, refuse_unknown
from interfaces.cli.commands.options import AsJson, InProgramme, OfPages, Town
from runtime.errors import UsageError

app = typer.Typer()


@app.command()
def today(
    coordinator: Annotated[str | None, typer.Option(help="Only this coordinator's candidates.")] = None,
    town: Town = None,
    programme: InProgramme = None,
    page: OfPages = 1,
    as_json: AsJson = False,
) -> None:
    """Who needs what from whom: the longest overdue first, then what is due within a week."""
    from interfaces.cli.output import show

    application = open_application()
    refuse_unknown(application, programme, coordinator=coordinator, town=town)
    day = application.now().date()
    found = application.lists.today(day, coordinator=coordinator, site=town, programme=programme, page=page)
    becoming = application.lists.soon_permanent(day, coordinator=coordinator, site=town, programme=programme)
    show.as_json(found.lines) if as_json else show.today(found, becoming if page == 1 else ())


@app.command(name="list")
def list_(
    programme: InProgramme = None,
    stage: Annotated[str | None, typer.Option(help="Only journeys in this stage.")] = None,
    coordinator: Annotated[str | None, typer.Option(help="Only this coordinator's.")] = None,
    site: Annotated[str | None, typer.Option(help="Only in this town.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Journeys, the latest change first."""
    from interfaces.cli.output import show

    application = open_application()
    refuse_unknown(application, programme, stage, coordinator=coordinator, town=site)
    lines = application.lists.journeys(
        programme=programme, stage=stage, coordinator=coordinator, site=site, limit=limit
    )
    show.as_json(lines) if as_json else show.journeys(lines)


@app.command()
def positions(
    free: Annotated[bool, typer.Option("--free", help="Only positions with a free place.")] = False,
    queue: Annotated[bool, typer.Option("--queue", help="Instead, who waits for a place, longest first.")] = False,
    town: Annotated[str | None, typer.Option(help="Of the queue, only this municipality code.")] = None,
    programme: Annotated[str | None, typer.Option(help="Of the queue, only this programme.")] = None,
    page: Annotated[int, typer.Option(min=1, help="Which page of the queue.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Positions, the staffing need that each fills, and their free places; or who waits for one, and what fits."""
    from interfaces.cli.output import show

    application = open_application()
    if queue:
        refuse_unknown(application, programme, town=town)
        found = application.lists.waiting(application.now().date(), site=town, programme=programme, page=page)
        show.as_json(found.lines) if as_json else show.waiting(found)
        return
    if town or programme or page != 1:
        raise UsageError("--town, --programme and --page belong to --queue; add it, or leave them away.")
    lines = application.lists.positions(only_free=free)
    show.as_json(lines) if as_json else show.positions(lines)


@app.command()
def report(
    programme: Annotated[str, typer.Argument(help="The programme's name.")],
    csv: Annotated[Path | None, typer.Option(help="Write the figures to this CSV file.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with charts to this HTML file.")] = None,
    lang: Annotated[str | None, typer.Option(help="The language, sv or en; otherwise HELAVAGEN_LANG.")] = None,
    as_json: AsJson = False,
) -> None:
    """A programme in figures: goal, balance, where people stop, how long it takes. Groups below five are not shown."""
    from interfaces.cli.output import show
    from runtime.i18n import language, read_language, using_language
    from services.reports import writing

    application = open_application()
    chosen = read_language(lang, "--lang") if lang else language()
    rules = application.book.programme(programme)
    figures = writing.report(application.reading, rules, application.book.partners, application.now().date())
    if csv:
        writing.write_csv(figures, csv)
    with using_language(chosen):
        if html:
            writing.write_page(figures, html)
        if not (csv or html or as_json):
            show.report(figures)
    if as_json:
        show.as_json(figures)
