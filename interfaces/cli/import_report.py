"""`admin.py import`, as a coordinator sees it: progress, what became of each row, and two files beside the list."""

import re
import sys
from pathlib import Path
from unicodedata import normalize

from interfaces.cli.output import show
from interfaces.cli.process import run_async
from interfaces.cli.questions import confirm
from models.fields import BothLanguages
from models.identifiers import Actor
from runtime.errors import Refused, UsageError
from runtime.i18n import _, one_of, translate
from services.application import Application
from services.identities.contact import FIELDS
from services.referrals.foreseeing import foresee_rows
from services.referrals.import_file import read_import_file, write_bad_rows, write_numbers
from services.referrals.importer import Became, ImportResult, Outcome
from services.referrals.referring import importer_of, names_in
from services.referrals.rows import ImportFile

MOST_SHOWN = 50
"""Rows on the screen; the files have them all."""


def import_file(application: Application, path: Path, bad_rows: Path | None, actor: Actor, as_json: bool) -> int:
    """Import a file and report. Exit status 1 where rows must be mended."""
    mend = bad_rows or to_mend_of(path)
    if mend.resolve() == path.resolve():
        raise UsageError(
            "import.overwrite", "The rejected rows would overwrite the file. Choose another file with --bad-rows."
        )
    file = read_import_file(path, application.today(), names_in(application))
    result = run_async(lambda: _import(application, file, actor))
    if result.bad:
        write_bad_rows(mend, file.header, result.bad)
    numbers = write_numbers(path, _numbers(result)) if any(one.candidate for one in result.outcomes) else None
    show.as_json(_summary(file, result, mend, numbers)) if as_json else _tell(file, result, mend, numbers)
    return Refused.status if result.bad else 0


def foresee_file(application: Application, path: Path, actor: Actor, as_json: bool) -> int:
    """Say what would become of each row of a file; nothing is sent, and no file is written."""
    file = read_import_file(path, application.today(), names_in(application))
    result = foresee_rows(application, actor, file.rows)
    if as_json:
        show.as_json(_summary(file, result, None, None))
    else:
        _tell_problems(file, result, None)
        titles, *rows = _numbers(result)
        show.table("", titles, rows[:MOST_SHOWN], "")
        sys.stdout.write(_("{counted}; nothing was recorded", counted=_counted(result)) + "\n")
    return Refused.status if result.bad else 0


def is_meant(application: Application, path: Path, actor: Actor) -> bool:
    """Whether somebody at a terminal says yes to what would become of a file's rows; without any to refer, yes."""
    file = read_import_file(path, application.today(), names_in(application))
    result = foresee_rows(application, actor, file.rows)
    if not any(result.lines(became) for became in (Became.STARTED, Became.AGAIN, Became.CHANGED)):
        return True
    return confirm(_("{counted}: go on?", counted=_counted(result)), default=True)


def to_mend_of(path: Path) -> Path:
    """Where the rows to mend of a file go: `people-to-mend.csv`, and of that file `people-to-mend-2.csv`, and so on, in
    the reader's language."""
    ending = one_of(TO_MEND)
    again = re.fullmatch(rf"(.+)-(?:{TO_MEND.sv}|{TO_MEND.en})(?:-(\d{{1,4}}))?", normalize("NFC", path.stem))
    stem = f"{again[1]}-{ending}-{int(again[2] or 1) + 1}" if again else f"{path.stem}-{ending}"
    return path.with_name(f"{stem}.csv")


TO_MEND = BothLanguages(sv="att-rätta", en="to-mend")


def tell_of_earlier(outcome: Outcome) -> None:
    """That somebody has come back, and what a referral has changed of who they are."""
    if outcome.became is Became.AGAIN and outcome.journey is not None:
        sys.stdout.write(
            _("time {turn} in the programme: show names the earlier ones", turn=outcome.journey.turn) + "\n"
        )
    if outcome.changed:
        sys.stdout.write(_("changed: {fields}", fields=_changed(outcome)) + "\n")


async def _import(application: Application, file: ImportFile, actor: Actor) -> ImportResult:
    importer = importer_of(application, await application.journeys(), actor)
    with show.progress(_("importing"), len(file.rows)) as advance:
        return await importer.run(file.rows, application.now(), advance)


def _numbers(result: ImportResult) -> list[tuple[str, ...]]:
    """The rows of the file of numbers, under their titles."""
    titles = (_("row"), _("name"), _("number"), _("what became of it"))
    return [titles, *((str(one.line), one.name, one.candidate or "", _told(one)) for one in result.outcomes)]


def _told(outcome: Outcome) -> str:
    became = translate(outcome.became.in_words)
    return f"{became}: {_changed(outcome)}" if outcome.changed else became


def _changed(outcome: Outcome) -> str:
    return ", ".join(translate(FIELDS[name]) for name in outcome.changed)


def _summary(file: ImportFile, result: ImportResult, mend: Path | None, numbers: Path | None) -> dict[str, object]:
    problems = [problem for row in result.bad for problem in row.problems]
    rows = [
        {"line": one.line, "became": one.became, "candidate": one.candidate, "changed": one.changed}
        for one in result.outcomes
    ]
    return {
        "rows": rows,
        "started": sorted(result.started),
        **{became.value: result.lines(became) for became in (Became.AGAIN, Became.SAME, Became.CHANGED)},
        "bad": [{**vars(problem), "message": translate(problem.message)} for problem in problems],
        "to_mend": str(mend) if result.bad and mend else None,
        "numbers": str(numbers) if numbers else None,
        "notes": list(file.notes),
    }


def _tell_problems(file: ImportFile, result: ImportResult, mend: Path | None) -> None:
    for note in file.notes:
        sys.stderr.write(_("note: {note}", note=note) + "\n")
    problems = [problem for row in result.bad for problem in row.problems]
    for problem in problems[:MOST_SHOWN]:
        column = f", {problem.column}" if problem.column else ""
        where = _("line {line}{column}", line=problem.line, column=column)
        sys.stderr.write(f"{where}: {translate(problem.message)}\n")
    if len(problems) > MOST_SHOWN:
        more = len(problems) - MOST_SHOWN
        told = (
            _("and {count} more, all in {file}", count=more, file=mend) if mend else _("and {count} more", count=more)
        )
        sys.stderr.write(told + "\n")


def _tell(file: ImportFile, result: ImportResult, mend: Path, numbers: Path | None) -> None:
    _tell_problems(file, result, mend)
    if numbers is not None:
        titles, *rows = _numbers(result)
        show.table("", titles, rows[:MOST_SHOWN], "")
        if len(rows) > MOST_SHOWN:
            show.tell(_("and {count} more, all in {file}", count=len(rows) - MOST_SHOWN, file=numbers))
        show.tell(_("The numbers are in {file}.", file=numbers))
    sys.stdout.write(_counted(result) + (_(" (in {file})", file=mend) if result.bad else "") + "\n")


def _counted(result: ImportResult) -> str:
    counted = [(became, len(result.lines(became))) for became in Became]
    return ", ".join(f"{count} {translate(became.in_words)}" for became, count in counted if count) or _("no rows")
