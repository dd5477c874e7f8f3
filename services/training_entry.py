"""What people write for the training record: units, persons, parts, days, and files of completions."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from models.fields import Name
from models.identifiers import CandidateNumber
from models.programme.training import Completion, StaffForm, TrainingPackage
from runtime.errors import UsageError
from runtime.i18n import _
from runtime.rulebook.loader import RuleBook
from services import days

NAME: TypeAdapter[str] = TypeAdapter(Name)


COLUMNS = ("person", "package", "part", "on")
"""The columns of a file of completions, in any order."""


def units(book: RuleBook) -> list[str]:
    return list(dict.fromkeys(position.unit for position in book.positions))


def unit_of(book: RuleBook, written: str) -> str:
    """The unit of that name, or of the position of that name. Raises UsageError."""
    for position in book.positions:
        if written in (position.id, position.unit):
            return position.unit
    known = ", ".join(position.id for position in book.positions)
    raise UsageError(
        "unit.unknown",
        "Unknown unit {unit}. Give its name or one of its positions: {known}.",
        unit=written,
        known=known,
    )


def person_of(written: str) -> str:
    """A short name of staff, or a candidate number. Raises UsageError, without repeating what was written."""
    number = CandidateNumber.read(written) if written != written.lower() else None
    try:
        return number or NAME.validate_python(written)
    except ValidationError as error:
        raise UsageError(
            "training.person",
            "Give the person by a short name such as jonas.alm, or a candidate number such as K7Q29FMXB.",
        ) from error


def form_of(written: str) -> StaffForm:
    if written not in set(StaffForm):
        raise UsageError(
            "staff.form",
            "Unknown form of employment {form}. Available: {known}.",
            form=written,
            known=", ".join(StaffForm),
        )
    return StaffForm(written)


def package_of(book: RuleBook, written: str) -> TrainingPackage:
    if written not in book.packages:
        known = ", ".join(book.packages) or _("none, as training.toml is missing")
        raise UsageError(
            "training.package", "Unknown training package {package}. Available: {known}.", package=written, known=known
        )
    return book.packages[written]


def part_of(package: TrainingPackage, written: str) -> str:
    parts = [part.id for part in package.parts]
    if written not in parts:
        raise UsageError(
            "training.part",
            "The package {package} has no part {part}. Available: {known}.",
            package=package.id,
            part=written,
            known=", ".join(parts),
        )
    return written


def day_of(written: str, today: date) -> date:
    """A day on which something was taken, which has been. Raises UsageError."""
    day = days.day_of(written, today)
    if day > today:
        raise UsageError(
            "training.future", "{day} is in the future. Record the training when it has been completed.", day=written
        )
    return day


def completions_in(file: Path, book: RuleBook, today: date) -> list[tuple[TrainingPackage, Completion]]:
    """Every row of a file of completions. Raises UsageError for the first one that is wrong: then nothing is
    recorded."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("training.file", "{file} cannot be read. Give a CSV file in UTF-8.", file=file.name) from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.DictReader(text.splitlines(), delimiter=delimiter)
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise UsageError(
            "training.column",
            "The column {column} is missing in {file}. The file must have the columns {known}.",
            file=file.name,
            column=missing[0],
            known=", ".join(COLUMNS),
        )
    return list(_completions(rows, book, today))


def _completions(
    rows: "csv.DictReader[str]", book: RuleBook, today: date
) -> Iterator[tuple[TrainingPackage, Completion]]:
    for row in rows:
        try:
            cells = {column: (row[column] or "").strip() for column in COLUMNS}
            package = package_of(book, cells["package"])
            part, day = part_of(package, cells["part"]), day_of(cells["on"], today)
            yield package, Completion(person_of(cells["person"]), part, day)
        except UsageError as error:
            raise UsageError("training.line", "Line {line}: {what}", line=rows.line_num, what=error.message) from error
