"""`admin.py programme`: the programmes there are, the words that each takes, and whether a new one is ready."""

from os.path import lexists
from pathlib import Path
from typing import Annotated

from typer import Argument, echo

from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import programmes, show
from interfaces.cli.parser import group
from runtime.errors import Refused, UsageError
from runtime.i18n import _, _n, shown, translate
from runtime.rulebook.listed import LISTINGS
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.programme_file import FileVerdict, check_folder, check_list, check_programme_file
from runtime.rulebook.unreadable import BY_ERROR
from services.application import Application

app = group(name="programme", help="Programmes: list them, look up their terms, check a file.")


@app.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """Programmes, the period in which each takes referrals, and the source of its rules."""
    book = Application().book
    known = list(book.programmes.values())
    show.as_json(known) if as_json else programmes.programmes(known)
    for file, why in book.set_aside.items():
        echo(_("set aside: {file}. {why}", file=file.name, why=translate(why.message)), err=True)


@app.command()
def guide(programme: Annotated[str, Argument(help="The programme's name.")], as_json: AsJson = False) -> None:
    """What a programme's rules say, each with its source, and its terms: profiles, positions, forms, criteria."""
    book = Application().book
    rules = book.programme(programme)
    positions = book.positions_of(programme)
    if as_json:
        show.as_json({"programme": rules, "positions": positions})
        return
    programmes.rules_told(rules, {one.id: one.name for one in book.readable_partners})
    programmes.guide(rules, positions)


@app.command()
def check(
    file: Annotated[
        Path | None,
        Argument(help="A programme file, or a list such as partners.toml, in any folder. Default: the whole folder."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Everything that is wrong in the files, with line and field. Exit status 1 where there is anything."""
    book = RuleBook(Application().settings.programmes, lenient=True)
    verdicts = check_folder(book) if file is None else [_of_one(file, book)]
    faults = sum(len(verdict.faults) for verdict in verdicts)
    if as_json:
        told = [programmes.verdict(verdict) for verdict in verdicts]
        show.as_json(told if file is None else told[0])
        return Refused.status if faults else 0
    for one in verdicts:
        for fault in one.faults:
            echo(f"{fault.file or one.file}:{fault.line}: {shown(fault.field)}: {programmes.clause(fault)}")
        for remark in one.remarks:
            echo(_("{file}:{line}: remark: {what}", file=one.file, line=remark.line, what=programmes.clause(remark)))
        if not one.faults:
            echo(_("ready: {programme}, {summary}", programme=one.programme or one.file, summary=one.summary))
    if faults:
        echo(_n("{count} fault. Correct it and check again.", "{count} faults. Correct them and check again.", faults))
        return Refused.status
    return 0


def _of_one(file: Path, book: RuleBook) -> FileVerdict:
    if not lexists(file):
        raise UsageError(
            "programme.unreadable",
            "The programme file {file} cannot be read: {why}.",
            file=file.name,
            why=BY_ERROR[FileNotFoundError],
        )
    return check_list(file, book) if file.stem in LISTINGS else check_programme_file(file, book)
