"""A list of referrals, as an office exports it → rows in order and rows to mend. Reading only: nothing is sent."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from models.message import Message, msg
from runtime.files import new_file, write_file
from runtime.i18n import _, _n, translate
from services.identities.contact import PERSONAL
from services.referrals.bad_value import BadValue
from services.referrals.cells import guard, read_cells
from services.referrals.names import Names
from services.referrals.rows import (
    COLUMNS,
    OPTIONAL,
    PROBLEM_COLUMN,
    BadRow,
    Header,
    ImportFile,
    ImportRow,
    Problem,
    read_header,
)
from services.referrals.values import checked

_SHOWN = 10  # line numbers in a note; a file may have thousands


def read_import_file(path: Path, today: date, names: Names | None = None) -> ImportFile:
    """Read a CSV or .xlsx file of referrals, with what `names` know of programmes, partners, towns and people.

    `today` decides the century of a ten-digit identity number. Every row comes back, as an `ImportRow` or as a `BadRow`
    with all its problems. Raises `ImportFileError` where the file as a whole cannot be read."""
    found, notes = read_cells(path)
    (_, titles), *body = found
    header = read_header(titles)
    first_seen: dict[tuple[str, str], int] = {}
    early: list[int] = []
    rows: list[ImportRow | BadRow] = []
    for line, cells in body:
        reading = _Reading(line, header, cells, today, names)
        row = reading.row()
        reading.refuse_repeated(row, first_seen)
        if reading.ends_early and not reading.problems:
            early.append(line)
        rows.append(reading.bad_row() if reading.problems else row)
    return ImportFile(header.names, tuple(rows), (*notes, *header.notes, *_about_early(early)))


def _about_early(lines: list[int]) -> list[str]:
    if not lines:
        return []
    shown = ", ".join(map(str, lines[:_SHOWN]))
    if len(lines) > _SHOWN:
        shown = _("{shown} and others", shown=shown)
    told = _n(
        "{count} row ends early, its last cells are read as empty: line {shown}",
        "{count} rows end early, their last cells are read as empty: lines {shown}",
        len(lines),
        shown=shown,
    )
    return [told]


@dataclass
class _Reading:
    """One row while it is read: values are asked for one after another, and what is wrong piles up."""

    line: int
    header: Header
    cells: list[str]
    today: date
    names: Names | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def ends_early(self) -> bool:
        return len(self.cells) < self.header.width

    @property
    def beyond(self) -> list[str]:
        """Cells after the last header, up to the last that holds anything."""
        extra = self.cells[self.header.width :]
        while extra and not extra[-1]:
            extra.pop()
        return extra

    def row(self) -> ImportRow:
        """The row as far as it can be read; where there are problems, some of its values only fill a place."""
        self._check_width()
        fillers = {**dict.fromkeys(PERSONAL), "referred_on": self.today, "earlier_employment": (), "protected_for": ()}
        values = {name: self._value(name, fillers.get(name, "")) for name in COLUMNS}
        return ImportRow(line=self.line, **values, cells=self._cells())

    def refuse_repeated(self, row: ImportRow, first_seen: dict[tuple[str, str], int]) -> None:
        """The same person in the same programme counts once, also where the first row has faults of its own: which of
        the two is right, only a person can say."""
        if not (row.identity_number and row.programme):
            return
        first = first_seen.setdefault((row.identity_number, row.programme), self.line)
        if first != self.line:
            same = msg(
                "row.repeated",
                "The same person is on line {line} in the same programme. Keep one of the rows.",
                line=first,
            )
            self._refuse("identity_number", same)

    def bad_row(self) -> BadRow:
        return BadRow(self.line, self._cells(), tuple(self.problems))

    def _cells(self) -> dict[str, str]:
        cells = {self.header.titles[column]: self._text(column) for column in COLUMNS if column in self.header.titles}
        return cells | {f"beyond the header {index}": text for index, text in enumerate(self.beyond, 1)}

    def _text(self, column: str) -> str:
        position = self.header.positions.get(column, len(self.cells))
        return self.cells[position] if position < len(self.cells) else ""

    def _value(self, column: str, otherwise: Any) -> Any:
        text = self._text(column)
        if not text:
            if column not in OPTIONAL:
                self._refuse(column, msg("cell.empty", "The cell is empty. Fill it in."))
            return otherwise
        try:
            return checked(column, text, self.today, self.names)
        except BadValue as fault:
            self._refuse(column, fault.message)
            return otherwise

    def _refuse(self, column: str, message: Message) -> None:
        self.problems.append(Problem(self.line, self.header.titles.get(column, ""), message))

    def _check_width(self) -> None:
        """Excel leaves out the last delimiters of a row whose last cells are empty, so a row that ends early is only
        wrong where it lacks what is required; a cell too many always means that something has moved."""
        required = [index for column, index in self.header.positions.items() if column not in OPTIONAL]
        lacking = self.ends_early and len(self.cells) <= max(required)
        if lacking or self.beyond:
            found = self.header.width + len(self.beyond) if self.beyond else len(self.cells)
            moved = msg(
                "row.width",
                "The row has {cells} cells under {headers} headers. Move each value to its column.",
                cells=found,
                headers=self.header.width,
            )
            self._refuse("", moved)


def write_bad_rows(path: Path, header: Sequence[str], bad_rows: Iterable[BadRow]) -> None:
    """Write the rows under their own header and a last column that says what is wrong; cells of columns that are not
    read stay empty. Semicolons and a byte order mark: what Swedish Excel opens rightly with a double click.

    The file holds personal data, so only its owner may read it. It appears whole or not at all, in place of any file of
    that name. Raises UsageError where it cannot be written."""
    out = StringIO(newline="")
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow([guard(cell) for cell in (*header, PROBLEM_COLUMN)])
    rows.writerows([guard(cell) for cell in _cells(header, row)] for row in bad_rows)
    write_file(path, out.getvalue().encode("utf-8-sig"))


def write_numbers(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    """Write which numbers the people of a list have, beside it, for Excel as `write_bad_rows` does; returns the file.

    It is new, for its owner alone: `people-numbers.csv` in the reader's language, or the next number that is free.
    Raises UsageError.
    """
    out = StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([guard(cell) for cell in row] for row in rows)
    ending = translate(msg("import.file_of_numbers", "numbers"))
    names = (f"{path.stem}-{ending}{number}.csv" for number in ("", *(f"-{count}" for count in range(2, 10_000))))
    file = next(one for name in names if not (one := path.with_name(name)).exists())
    with new_file(file) as written:
        written.write(out.getvalue().encode("utf-8-sig"))
    return file


def _cells(header: Sequence[str], row: BadRow) -> list[str]:
    """Cells beyond the header go behind the problem column: still seen, and still too many when read again."""
    beyond = [text for title, text in row.cells.items() if title not in header]
    return [*(row.cells.get(title, "") for title in header), " | ".join(map(_sentence, row.problems)), *beyond]


def _sentence(problem: Problem) -> str:
    said = translate(problem.message)
    return f"{problem.column}: {said}" if problem.column else said
