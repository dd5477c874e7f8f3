"""`admin.py programme`: the programmes there are, the words that each takes, and whether a new one is ready."""

from pathlib import Path
from typing import Annotated

from typer import Argument, echo

from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import programmes, show
from interfaces.cli.parser import group
from runtime.errors import Refused
from runtime.i18n import _, _n, shown
from runtime.rulebook.programme_file import check_programme_file
from services.application import Application

app = group(name="programme", help="Programmes: list them, look up their terms, check a file.")


@app.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """Programmes, the period in which each takes referrals, and the source of its rules."""
    known = list(Application().book.programmes.values())
    show.as_json(known) if as_json else programmes.programmes(known)


@app.command()
def guide(programme: Annotated[str, Argument(help="The programme's name.")], as_json: AsJson = False) -> None:
    """A programme's terms: profiles and their requirements, positions, forms of employment, criteria."""
    book = Application().book
    rules = book.programme(programme)
    positions = book.positions_of(programme)
    show.as_json({"programme": rules, "positions": positions}) if as_json else programmes.guide(rules, positions)


@app.command()
def check(
    file: Annotated[Path | None, Argument(help="A programme file, in any folder. Default: all in programmes/.")] = None,
    as_json: AsJson = False,
) -> int:
    """Everything that is wrong in a programme file, with line and field. Exit status 1 where there is anything."""
    book = Application().book
    verdicts = {one: check_programme_file(one, book) for one in ([file] if file else book.programme_files)}
    faults = sum(len(verdict.faults) for verdict in verdicts.values())
    if file is None and not faults:
        book.check()
    if as_json:
        told = {one: programmes.verdict(verdict) for one, verdict in verdicts.items()}
        show.as_json(list(told.values()) if file is None else told[file])
        return Refused.status if faults else 0
    for one, verdict in verdicts.items():
        for fault in verdict.faults:
            echo(f"{one.name}:{fault.line}: {shown(fault.field)}: {programmes.clause(fault)}")
        for remark in verdict.remarks:
            echo(_("{file}:{line}: remark: {what}", file=one.name, line=remark.line, what=programmes.clause(remark)))
        if not verdict.faults:
            echo(_("ready: {programme}, {summary}", programme=verdict.programme, summary=verdict.summary))
    if faults:
        echo(_n("{count} fault. Correct it and check again.", "{count} faults. Correct them and check again.", faults))
        return Refused.status
    return 0
