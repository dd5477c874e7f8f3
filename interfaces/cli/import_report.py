"""`admin.py import`, as a coordinator sees it: progress, each bad row, and a file to mend."""

import re
import sys
from functools import partial
from pathlib import Path

from interfaces.cli.output import show
from interfaces.cli.process import run_async
from models.identifiers import Actor
from runtime.errors import Refused, UsageError
from runtime.i18n import _, translate
from services.application import Application
from services.referrals.import_file import read_import_file, write_bad_rows
from services.referrals.importer import Importer, ImportResult, may_refer, note_known, protection_for
from services.referrals.rows import ImportFile

MOST_SHOWN = 50
"""Problems on the screen; the file to mend has them all."""


def import_file(application: Application, path: Path, bad_rows: Path | None, actor: Actor, as_json: bool) -> int:
    """Import a file and report. Exit status 1 where rows must be mended."""
    mend = bad_rows or to_mend_of(path)
    if mend.resolve() == path.resolve():
        raise UsageError(
            "import.overwrite", "The rejected rows would overwrite the file. Choose another file with --bad-rows."
        )
    file = read_import_file(path, application.today())
    result = run_async(lambda: _import(application, file, actor))
    if result.bad:
        write_bad_rows(mend, file.header, result.bad)
    show.as_json(_summary(file, result, mend)) if as_json else _tell(file, result, mend)
    return Refused.status if result.bad else 0


def to_mend_of(path: Path) -> Path:
    """Where the rows to mend of a file go: `people-to-mend.csv`, and of that file `people-to-mend-2.csv`, and so on."""
    again = re.fullmatch(r"(.+)-to-mend(?:-(\d{1,4}))?", path.stem)
    stem = f"{again[1]}-to-mend-{int(again[2] or 1) + 1}" if again else f"{path.stem}-to-mend"
    return path.with_name(f"{stem}.csv")


async def _import(application: Application, file: ImportFile, actor: Actor) -> ImportResult:
    may = partial(may_refer, application, actor)
    journeys, register = await application.journeys(), application.register
    protection = partial(protection_for, application, actor)
    found = partial(note_known, application, actor)
    importer = Importer(journeys, register, application.lists, application.book, actor, may, protection, found)
    with show.progress(_("importing"), len(file.rows)) as advance:
        return await importer.run(file.rows, application.now(), advance)


def _summary(file: ImportFile, result: ImportResult, mend: Path) -> dict[str, object]:
    problems = [problem for row in result.bad for problem in row.problems]
    return {
        "started": sorted(result.started),
        "known": sorted(result.known),
        "bad": [{**vars(problem), "message": translate(problem.message)} for problem in problems],
        "to_mend": str(mend) if result.bad else None,
        "notes": list(file.notes),
    }


def _tell(file: ImportFile, result: ImportResult, mend: Path) -> None:
    for note in file.notes:
        sys.stderr.write(_("note: {note}", note=note) + "\n")
    problems = [problem for row in result.bad for problem in row.problems]
    for problem in problems[:MOST_SHOWN]:
        column = f", {problem.column}" if problem.column else ""
        where = _("line {line}{column}", line=problem.line, column=column)
        sys.stderr.write(f"{where}: {translate(problem.message)}\n")
    if len(problems) > MOST_SHOWN:
        sys.stderr.write(_("and {count} more, all in {file}", count=len(problems) - MOST_SHOWN, file=mend) + "\n")
    counts = {"started": len(result.started), "known": len(result.known), "bad": len(result.bad)}
    told = _("{started} started, {known} known before, {bad} rejected", **counts)
    if result.bad:
        told = _("{started} started, {known} known before, {bad} rejected in {file}", **counts, file=mend)
    sys.stdout.write(f"{told}\n")
