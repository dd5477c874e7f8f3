"""What people write for the training record: units, persons, parts, days, and files of completions."""

from datetime import date

from pydantic import TypeAdapter, ValidationError

from models.access.register import Register
from models.fields import Name
from models.identifiers import CandidateNumber
from models.programme.training import StaffForm, TrainingPackage
from runtime.errors import UsageError
from runtime.i18n import _, one_of
from runtime.rulebook.loader import RuleBook
from services import days
from services.naming import NotMeant, folded, meant, people, titled

NAME: TypeAdapter[str] = TypeAdapter(Name)


def units(book: RuleBook) -> list[str]:
    """The units, as they are kept: by their Swedish names."""
    return list(dict.fromkeys(position.unit.sv for position in book.positions))


def unit_title(book: RuleBook, unit: str) -> str:
    """What a unit is called in the reader's language."""
    return next((one_of(one.unit) for one in book.positions if one.unit.sv == unit), unit)


def unit_of(book: RuleBook, written: str) -> str:
    """The unit of that name, or of the position of that name. Raises UsageError."""
    for position in book.positions:
        if written in (position.id, position.unit.sv, position.unit.en):
            return position.unit.sv
    known = ", ".join(position.id for position in book.positions)
    raise UsageError(
        "unit.unknown",
        "Unknown unit {unit}. Give its name or one of its positions: {known}.",
        unit=written,
        known=known,
    )


def person_of(written: str, register: Register | None = None) -> str:
    """A short name of staff, or a candidate number; of those in a register also the whole name. Raises UsageError,
    without repeating what was written."""
    number = CandidateNumber.read(written) if written != written.lower() else None
    named = [one.code for one in people(register) if folded(written) in one.written] if register else []
    try:
        return number or (named[0] if len(named) == 1 else NAME.validate_python(written))
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
    """The package of that short name or title. Raises UsageError."""
    try:
        return book.packages[meant(written, (titled(one.id, one.name) for one in book.packages.values())).code]
    except NotMeant as error:
        known = ", ".join(book.packages) or _("none, as training.toml is missing")
        raise UsageError(
            "training.package", "Unknown training package {package}. Available: {known}.", package=written, known=known
        ) from error


def part_of(package: TrainingPackage, written: str) -> str:
    """The part of that short name or title. Raises UsageError."""
    try:
        return meant(written, (titled(one.id, one.name) for one in package.parts)).code
    except NotMeant as error:
        raise UsageError(
            "training.part",
            "The package {package} has no part {part}. Available: {known}.",
            package=package.id,
            part=written,
            known=", ".join(part.id for part in package.parts),
        ) from error


def day_of(written: str, today: date) -> date:
    """A day on which something was taken, which has been. Raises UsageError."""
    day = days.day_of(written, today)
    if day > today:
        raise UsageError(
            "training.future", "{day} is in the future. Record the training when it has been completed.", day=written
        )
    return day
