"""`admin.py import`, as a coordinator sees it: progress, what became of each row, and two files beside the list."""

import os
import sys
from functools import partial
from pathlib import Path

from interfaces.cli.asking_headings import Explained, KindOfList, read_asking
from interfaces.cli.output import show
from interfaces.cli.output.mistakes import MOST_SHOWN, tell_mistakes, tell_notes
from interfaces.cli.process import run_async
from interfaces.cli.questions import confirm
from models.identifiers import Actor
from models.message import Message
from runtime.errors import Refused, UsageError
from runtime.i18n import _, translate
from services.application import Application
from services.names import Names
from services.referrals.files_beside import numbers_of, require_room, to_mend_of, write_bad_rows, write_numbers
from services.referrals.foreseeing import foresee_rows
from services.referrals.import_file import read_import_file
from services.referrals.importer import Became, ImportResult, Outcome
from services.referrals.names import NAMED
from services.referrals.referring import importer_of, names_in
from services.referrals.rows import COLUMNS, KIND, ImportFile
from services.referrals.told import READ, changed_in_words, counted, foreseen_in, numbers_in, same_in, told_in
from services.referrals.values import checked
from services.sheets.mistakes import mistakes_in

_LONGER = 3
"""How many times longer than the list the files beside it may be: a sentence stands in each row to mend."""


def read_list(application: Application, path: Path, explained: Explained, *, asks: bool) -> ImportFile:
    """Read a list; what its headings mean is asked where it is unsure. Raises UsageError."""
    today, names = application.today(), names_in(application, closed=True)
    kind = KindOfList(
        KIND,
        COLUMNS,
        choices=lambda column: names.choices(column, {}) if column in NAMED else (),
        check=lambda column, text: checked(column, text, today, names),
    )
    return read_asking(application, kind, explained, partial(read_import_file, path, today, names), asks=asks)


def import_file(
    application: Application, path: Path, file: ImportFile, bad_rows: Path | None, actor: Actor, as_json: bool
) -> int:
    """Import a file and report. Exit status 1 where rows must be mended."""
    mend, beside = _files(path, bad_rows)
    result = run_async(lambda: _import(application, file, actor))
    unwritten: list[Message] = []
    written, numbers = None, None
    try:
        if result.bad:
            write_bad_rows(mend, file.header, result.bad)
            written = mend
        if any(one.candidate for one in result.outcomes):
            numbers = write_numbers(beside, numbers_in(result))
    except UsageError as error:  # what has become of the rows must be told all the same
        unwritten.append(error.message)
    show.as_json(_summary(file, result, written, numbers)) if as_json else _tell(file, result, written, numbers)
    for message in unwritten:
        show.aside(translate(message))
    return Refused.status if result.bad or unwritten else 0


def _files(path: Path, bad_rows: Path | None) -> tuple[Path, Path]:
    """Where the rows to mend go, and the file beside which the numbers go. Raises UsageError where there is no room,
    before anybody is referred."""
    if bad_rows is not None and bad_rows.resolve() == path.resolve():
        raise UsageError("import.overwrite", "The rejected rows would overwrite the file. Choose another file.")
    mend = bad_rows or to_mend_of(path)
    beside = mend.with_name(path.name) if bad_rows and not os.access(path.parent, os.W_OK) else path
    size = path.stat().st_size * _LONGER
    for file in (mend, numbers_of(beside)):
        require_room(file, size)
    return mend, beside


def foresee_file(application: Application, file: ImportFile, actor: Actor, as_json: bool) -> int:
    """Say what would become of each row of a file; nothing is sent, and no file is written."""
    result = _foreseen(application, file, actor)
    if as_json:
        show.as_json(_summary(file, result, None, None))
    else:
        _tell_foreseen(application, file, result)
        sys.stdout.write(_("{counted}; nothing was recorded", counted=counted(result)) + "\n")
    return Refused.status if result.bad else 0


def is_meant(application: Application, file: ImportFile, actor: Actor) -> bool:
    """Whether somebody at a terminal says yes to what would become of a file's rows, which they are shown; without any
    to refer, yes."""
    result = _foreseen(application, file, actor)
    if not any(result.lines(became) for became in (Became.STARTED, Became.AGAIN, Became.CHANGED)):
        return True
    _tell_foreseen(application, file, result)
    return confirm(_("{counted}: go on?", counted=counted(result)), default=True)


def _foreseen(application: Application, file: ImportFile, actor: Actor) -> ImportResult:
    with show.progress(_("looking through"), len(file.rows)) as advance:
        return foresee_rows(application, actor, file.rows, advance)


def _tell_foreseen(application: Application, file: ImportFile, result: ImportResult) -> None:
    """What would become of each row, what it was read as, and who would be told."""
    _tell_problems(file, result, None)
    names = Names(application.book, register=application.authority)
    titles, *rows = foreseen_in(result, names)
    show.table("", titles, rows[:MOST_SHOWN], "")
    if len(rows) > MOST_SHOWN:
        show.tell(_("and {count} more", count=len(rows) - MOST_SHOWN))
    if same := same_in(result, names):
        show.tell(_("Read in all rows: {same}.", same=", ".join(same)))
    who = told_in(result)
    show.tell(_("told: {who}", who=who) if who else _("Nobody is told."))


def tell_of_earlier(outcome: Outcome) -> None:
    """That somebody has come back, and what a referral has changed of who they are."""
    if outcome.became is Became.AGAIN and outcome.journey is not None and outcome.journey.turn > 1:
        sys.stdout.write(
            _("time {turn} in the programme: show names the earlier ones", turn=outcome.journey.turn) + "\n"
        )
    if outcome.changed:
        sys.stdout.write(_("changed: {fields}", fields=changed_in_words(outcome)) + "\n")


async def _import(application: Application, file: ImportFile, actor: Actor) -> ImportResult:
    importer = importer_of(application, await application.journeys(), actor)
    with show.progress(_("importing"), len(file.rows)) as advance:
        return await importer.run(file.rows, application.now(), advance)


def _summary(file: ImportFile, result: ImportResult, mend: Path | None, numbers: Path | None) -> dict[str, object]:
    problems = [problem for row in result.bad for problem in row.problems]
    rows = [
        {"line": one.line, "became": one.became, "candidate": one.candidate, "changed": one.changed}
        | ({"read": {name: getattr(one.row, name) for name in READ}} if one.row else {})
        for one in result.outcomes
    ]
    return {
        "rows": rows,
        "started": sorted(result.started),
        **{became.value: result.lines(became) for became in (Became.AGAIN, Became.SAME, Became.CHANGED)},
        "bad": [{**vars(problem), "message": translate(problem.message)} for problem in problems],
        "to_mend": str(mend) if mend else None,
        "numbers": str(numbers) if numbers else None,
        "notes": list(file.notes),
    }


def _tell_problems(file: ImportFile, result: ImportResult, mend: Path | None) -> None:
    tell_notes(file.notes)
    problems = (problem for row in result.bad for problem in row.problems)
    is_written = mend is not None or not result.was_sent
    tell_mistakes(mistakes_in(problems), mend, at_most=MOST_SHOWN if is_written else None)


def _tell(file: ImportFile, result: ImportResult, mend: Path | None, numbers: Path | None) -> None:
    _tell_problems(file, result, mend)
    if numbers is not None:
        titles, *rows = numbers_in(result)
        show.table("", titles, rows[:MOST_SHOWN], "")
        if len(rows) > MOST_SHOWN:
            show.tell(_("and {count} more, all in {file}", count=len(rows) - MOST_SHOWN, file=numbers))
        show.tell(_("The numbers are in {file}.", file=numbers))
    sys.stdout.write(counted(result) + (_(" (in {file})", file=mend) if mend else "") + "\n")
