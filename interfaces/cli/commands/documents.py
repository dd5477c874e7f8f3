"""`admin.py` report and certificate: what is written for others."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer, echo

from interfaces.cli.asking_people import open_journey_of
from interfaces.cli.commands.options import Actor, AsJson, InProgramme, Whom
from interfaces.cli.output import programmes, show
from models.access.permissions import Reading
from runtime.files import require_new
from runtime.i18n import _, language, read_language, using_language
from services.application import Application, programme_of
from services.certificates.issuing import issue
from services.readers import reader_of
from services.reports.issuing import own_report, published_report
from services.reports.writing import as_plain, write_csv, write_page

app = Typer()


@app.command()
def report(
    programme: Annotated[str, Argument(help="The programme's name.")],
    csv: Annotated[Path | None, Option(help="Write the figures to this CSV file.")] = None,
    html: Annotated[Path | None, Option(help="Write a page with charts to this HTML file.")] = None,
    lang: Annotated[str | None, Option(help="The language, sv or en. Default: HELAVAGEN_LANG.")] = None,
    publish: Annotated[
        bool, Option("--publish", help="The figures that may be handed on: groups below five are not shown.")
    ] = False,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """A programme in figures: goal, balance, where people stop, how long it takes. True ones for its manager, which
    is written down, or with --publish those that may be handed on."""
    application = Application()
    require_new(*filter(None, (csv, html)))
    chosen = read_language(lang, "--lang") if lang else language()
    rules = application.book.programme(programme_of(application, programme))
    figures = (published_report if publish else own_report)(application, rules, actor)
    with using_language(chosen):
        if csv:
            write_csv(figures, csv)
        if html:
            write_page(figures, html)
        if not (csv or html or as_json):
            programmes.report(figures)
        if as_json:
            show.as_json(as_plain(figures))


@app.command()
def certificate(
    candidate: Whom,
    because: Annotated[str, Option(help="Why it is issued. The identity is opened for it, which is recorded.")],
    lang: Annotated[str, Option(help="The language of the certificate: sv or en.")] = "sv",
    html: Annotated[Path | None, Option(help="Where to write it as a web page.")] = None,
    pdf: Annotated[Path | None, Option(help="Where to write it as PDF.")] = None,
    actor: Actor = None,
    programme: InProgramme = None,
) -> None:
    """A certificate of the internship that the candidate completed: workplace, period and what was learnt."""
    application = Application()
    line = open_journey_of(application, candidate, actor, programme)
    files = {form: file for form, file in (("html", html), ("pdf", pdf)) if file}
    issuer = reader_of(application, actor, line, Reading.CERTIFICATE)
    issue(application, line, issuer, because, read_language(lang, "--lang"), files)
    for file in files.values():
        echo(_("written: {file}", file=file))
