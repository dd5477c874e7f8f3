"""A list of completed training, as an office keeps it → who took which part and when. Nothing is recorded here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from models.access.register import Register
from models.message import Message, msg
from models.programme.training import Completion, TrainingPackage
from runtime.errors import UserError
from runtime.rulebook.loader import RuleBook
from services import training_entry as entry
from services.naming import Named, titled
from services.referrals.spoilt import listed_day
from services.sheets.headings import Columns, Filled, Said
from services.sheets.mistakes import Problem
from services.sheets.table import Table, read_table

T = TypeVar("T")

COLUMNS = Columns(
    titles={
        "person": ("person", "person", "namn", "name", "medarbetare", "anställd", "employee", "deltagare"),
        "package": ("package", "utbildningspaket", "paket", "utbildning", "training", "kurs", "course"),
        "part": ("part", "del", "delmoment", "moment", "kursdel"),
        "on": ("on", "datum", "dag", "genomförd", "genomförd den", "date", "day", "completed", "completed on"),
    },
    fillable=frozenset({"package", "part", "on"}),
)
"""What a list of completed training says."""


@dataclass
class TrainingFile:
    """What a list says, row by row, and what is wrong in it."""

    completions: list[tuple[TrainingPackage, Completion]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def read_training_file(
    file: Path, book: RuleBook, register: Register, today: date, said: Said, filled: Filled
) -> TrainingFile:
    """Read a CSV or .xlsx file of completions. Raises `ImportFileError` where the file as a whole cannot be read, and
    `HeadingsUnsure` where somebody must say what a heading means."""
    table = read_table(file, COLUMNS, said, filled)
    found = TrainingFile(notes=table.notes)
    for line, cells in table.rows:
        _Row(table, line, cells, filled, found).read(book, register, today)
    return found


def choices(book: RuleBook, column: str) -> list[Named]:
    """What may stand in a column, where that is known."""
    return [titled(one.id, one.name) for one in book.packages.values()] if column == "package" else []


def check(book: RuleBook, today: date, column: str, text: str) -> None:
    """Raise UserError where a text cannot be what all rows say; a part is judged with its package."""
    if column == "package":
        entry.package_of(book, text)
    elif column == "on":
        entry.day_of(text, today)


@dataclass
class _Row:
    """One row while it is read."""

    table: Table
    line: int
    cells: list[str]
    filled: Filled
    found: TrainingFile

    def read(self, book: RuleBook, register: Register, today: date) -> None:
        """Add what the row says, or all that is wrong in it."""
        before = len(self.found.problems)
        package = self._value("package", lambda text: entry.package_of(book, text))
        part = self._value("part", lambda text: entry.part_of(package, text) if package else text)
        person = self._value("person", lambda text: entry.person_of(text, register))
        day = self._value("on", lambda text: entry.day_of(text, today))
        if package and part and person and day and len(self.found.problems) == before:
            self.found.completions.append((package, Completion(person, part, day)))

    def _value(self, column: str, read: Callable[[str], T]) -> T | None:
        position = self.table.header.positions.get(column, len(self.cells))
        own = self.cells[position] if position < len(self.cells) else ""
        text = own or self.filled.get(column, "")
        if not text:
            self._refuse(column, msg("cell.empty", "The cell is empty. Fill it in."))
            return None
        try:
            return read(listed_day(own, self.table.epoch) if own and column == "on" else text)
        except UserError as error:
            self._refuse(column, error.message)
            return None

    def _refuse(self, column: str, message: Message) -> None:
        self.found.problems.append(Problem(self.line, self.table.header.titles.get(column, ""), message))
