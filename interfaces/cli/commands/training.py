"""`admin.py training`: who works in a unit, who has taken which part of a package, and what is missing."""

from functools import partial
from pathlib import Path
from typing import Annotated

from typer import Argument, Option, echo

from interfaces.cli.asking_headings import Explained, KindOfList, read_asking
from interfaces.cli.commands.options import AllRows, AsJson, Column
from interfaces.cli.output import programmes
from interfaces.cli.output import show as screen
from interfaces.cli.output.mistakes import tell_mistakes, tell_notes
from interfaces.cli.parser import group
from models.calendar.swedish_day import day_in_sweden
from models.calendar.written_days import Towards
from models.programme.training import Completion
from runtime.errors import UsageError
from runtime.i18n import _, as_typed
from services import training_entry as read
from services.application import Application
from services.days import day_of
from services.readers import require_known
from services.sheets.mistakes import mistakes_in
from services.training import TrainingRecord
from services.training_file import COLUMNS, check, choices, read_training_file

app = group(name="training", help="The knowledge goal: who has taken which part of a training package.")

Actor = Annotated[str | None, Option(help="Who records it. Default: HELAVAGEN_ACTOR.")]
Unit = Annotated[str, Argument(help="The name of a unit or of one of its positions.")]
Person = Annotated[str, Argument(help="A short name, or an intern's candidate number.")]
Strike = Annotated[bool, Option("--strike", help="Strike what was recorded by mistake.")]


@app.command()
def staff(
    unit: Unit,
    person: Person,
    form: Annotated[str, Option(help="The form: intern, temporary or permanent.")],
    from_: Annotated[
        str | None, Option("--from", help="First day. Default: the one recorded before, or today.")
    ] = None,
    until: Annotated[str | None, Option("--until", help="Last day. Default: until further notice.")] = None,
    strike: Strike = False,
    actor: Actor = None,
) -> None:
    """Record that somebody works in a unit, and with --until the last day. It is safe to repeat."""
    application = Application()
    who, where, as_what = read.person_of(person), read.unit_of(application.book, unit), read.form_of(form)
    by = application.known(application.actor(actor))
    today = application.today()
    first = day_of(from_, today, Towards.PLANNED) if from_ else application.training.begun(where, who) or today
    last = day_of(until, today, Towards.PLANNED) if until else None
    if last is not None and last < first:
        days = {"last": last, "first": first}
        raise UsageError(
            "staff.dates", "The last day {last} is before the first day {first}. Correct --from or --until.", **days
        )
    new = application.training.employ(
        where, who, as_what, from_day=first, until_day=last, struck=strike, by=by, at=application.now()
    )
    span = _("from {first} until {last}", first=first, last=last) if last else _("from {first}", first=first)
    what = {"who": who, "form": as_typed(as_what), "unit": read.unit_title(application.book, where), "span": span}
    echo(_("{done}: {who}, {form}, in {unit} {span}", done=_("recorded") if new else _("known already"), **what))


@app.command()
def record(
    person: Person,
    package: Annotated[str, Argument(help="The name of the package.")],
    part: Annotated[str, Argument(help="The part that was taken.")],
    on: Annotated[str | None, Option("--on", help="The day it was taken, such as 2 March. Default: today.")] = None,
    strike: Strike = False,
    actor: Actor = None,
) -> None:
    """Record that somebody has taken a part of a package. It is safe to repeat."""
    application = Application()
    today = application.today()
    taken = read.package_of(application.book, package)
    day = read.day_of(on, today) if on else today
    completion = Completion(read.person_of(person), read.part_of(taken, part), day)
    by = application.known(application.actor(actor))
    new = application.training.complete(taken, [completion], by=by, at=application.now(), struck=strike)
    done = _("struck") if strike else _("recorded")
    what = {"who": completion.person, "part": f"{taken.id} {part}", "day": completion.completed_on}
    echo(_("{done}: {who}, {part} on {day}", done=done if new else _("nothing new"), **what))


@app.command()
def show(
    unit: Annotated[str | None, Argument(help="One unit or one of its positions. Default: all.")] = None,
    actor: Annotated[str | None, Option(help="Who you are. Default: HELAVAGEN_ACTOR.")] = None,
    as_json: AsJson = False,
) -> None:
    """How far each unit has come: who lacks what, and what expires within 90 days."""
    application = Application()
    require_known(application, application.actor(actor))
    chosen = [read.unit_of(application.book, unit)] if unit else read.units(application.book)
    packages, today = list(application.book.packages.values()), application.today()
    record = TrainingRecord(application.reading, application.keyring)
    lines = [line for one in chosen for line in record.unit(one, packages, today)]
    if as_json:
        screen.as_json(lines)
        return
    programmes.units([one.model_copy(update={"unit": read.unit_title(application.book, one.unit)}) for one in lines])


@app.command(name="import")
def import_(
    file: Annotated[Path, Argument(help="CSV or XLSX with the columns person, package, part and on.")],
    column: Column = None,
    all_rows: AllRows = None,
    actor: Actor = None,
) -> None:
    """Record every completion in a file, or none where a row is wrong. It is safe to repeat."""
    application = Application()
    by, at = application.known(application.actor(actor)), application.now()
    today = day_in_sweden(at)
    kind = KindOfList("training", COLUMNS, partial(choices, application.book), partial(check, application.book, today))
    reading = partial(read_training_file, file, application.book, application.authority, today)
    found = read_asking(application, kind, Explained(column or (), all_rows or ()), reading, asks=True)
    tell_notes(found.notes)
    if found.problems:
        tell_mistakes(mistakes_in(found.problems))
        raise UsageError("training.file_wrong", "Nothing was recorded. Correct the file and import it again.")
    new = 0
    for package in application.book.packages.values():
        mine = [completion for one, completion in found.completions if one.id == package.id]
        new += application.training.complete(package, mine, by=by, at=at)
    echo(_("{new} recorded, {known} known before", new=new, known=len(found.completions) - new))
