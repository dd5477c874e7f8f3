"""What reading an import file gives: rows that are in order, rows to mend, and notes about the file as a whole."""

from dataclasses import dataclass, field
from datetime import date

from models.events.values import EarlierEmployment
from runtime.errors import UsageError


class ImportFileError(UsageError):
    """The file as a whole cannot be read or written. The message is one sentence that says what to do; repeating does
    not help until that is done. It never holds anything that was read from the file's rows."""


@dataclass(frozen=True)
class ImportRow:
    """One referral, every value checked and in its normal form: the identity number has 12 digits and no sign.

    `cells` holds what was read, for whoever must mend the row after all."""

    line: int
    identity_number: str = field(repr=False)  # what points to a person must not slip into a log by way of the repr
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    programme: str
    referring_partner: str
    site: str
    coordinator: str
    referred_on: date
    earlier_employment: tuple[EarlierEmployment, ...] = ()
    cells: dict[str, str] = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell. `column` is its header as written in the file, empty where the whole row is meant;
    `message` may be logged, so it says nothing that stood in the cell."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class BadRow:
    """A row to mend. `cells` holds personal data: what was read, by header, for the columns that are read; cells
    beyond the last header are kept under names of their own, so that nothing a person needs for mending is lost."""

    line: int
    cells: dict[str, str] = field(repr=False)
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class ImportFile:
    """`header` is the file's own, without a "problem" column; `rows` stand in the file's order; `notes` are sentences
    about the file. Every `line` is the line on which the row begins, as an editor or Excel numbers it."""

    header: tuple[str, ...]
    rows: tuple[ImportRow | BadRow, ...]
    notes: tuple[str, ...]
