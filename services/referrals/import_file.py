"""A list of referrals, as an office exports it → rows in order and rows to mend. Reading only: nothing is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from models.message import Message, msg
from runtime.i18n import _, _n
from services.days import FORMAT
from services.identities.contact import PERSONAL
from services.referrals.bad_value import BadValue
from services.referrals.made_of import joined
from services.referrals.names import NAMED, Names
from services.referrals.rows import BESIDE, COLUMNS, BadRow, ImportFile, ImportRow
from services.referrals.spoilt import DAYS, listed_day
from services.referrals.two_numbers import without_second_numbers
from services.referrals.values import checked
from services.sheets.encodings import may_be_others
from services.sheets.headings import Filled, Header, Said
from services.sheets.mistakes import Problem
from services.sheets.sheet import lines_shown
from services.sheets.table import Table, read_table

LISTED = msg("cell.listed_date_format", "This is not a date. Write it as 2026-03-01, 1/3 2026 or 1 March 2026.")
"""Of words such as yesterday a list does not say from when they count."""

LETTERS_COUNT = frozenset({"name", "address", "last_unit"})
"""What is kept as it is written, letter by letter."""

_NEARLY_EMPTY = 4
"""Needed cells that are empty: a row that lacks so many is told once, and not cell by cell."""


def read_import_file(
    source: Path | bytes,
    today: date,
    names: Names | None = None,
    said: Said | None = None,
    filled: Filled | None = None,
) -> ImportFile:
    """Read a CSV or .xlsx file of referrals, or the bytes of one, with what `names` know of programmes, partners, towns
    and people.

    `today` decides the century of a ten-digit identity number; `said` is what has been told of the file's headings,
    `filled` what a column says where the file does not. Every row comes back, as an `ImportRow` or as a `BadRow` with
    all its problems. Raises `ImportFileError` where the file as a whole cannot be read, and `HeadingsUnsure` where
    somebody must say what a heading means."""
    filled = filled or {}
    return rows_in(read_table(source, COLUMNS, said or {}, filled), today, names, filled)


def rows_in(table: Table, today: date, names: Names | None, filled: Filled) -> ImportFile:
    """The rows of a table that has been read, each checked, as `read_import_file` gives them."""
    first_seen: dict[tuple[str, str], int] = {}
    early: list[int] = []
    rows: list[ImportRow | BadRow] = []
    for line, cells in table.rows:
        is_guessed = table.is_guessed and line not in table.typed
        reading = _Reading(line, table.header, cells, today, filled, names, table.epoch, is_guessed)
        row = reading.row()
        reading.refuse_repeated(row, first_seen)
        if reading.ends_early and not reading.problems:
            early.append(line)
        rows.append(reading.bad_row(row) if reading.problems else row)
    rows = without_second_numbers(rows, _titled("identity_number", table.header))
    notes = (*_about_phones(table.header), *_about_references(rows), *_about_early(early))
    return ImportFile(table.header.names, tuple(rows), (*table.notes, *notes))


def _about_phones(header: Header) -> list[str]:
    if not {"mobile", "phone"} <= header.titles.keys():
        return []
    phone, mobile = header.titles["phone"], header.titles["mobile"]
    return [_("column “{phone}” is read where “{mobile}” is empty", phone=phone, mobile=mobile)]


def _about_references(rows: Iterable[ImportRow | BadRow]) -> list[str]:
    """References of digits alone that are shorter than others: a spreadsheet makes 7 of 007, and nothing tells."""
    found = {row.line: row.reference for row in rows if isinstance(row, ImportRow) and row.reference}
    digits = {line: reference for line, reference in found.items() if reference.isdigit()}
    longest = max(map(len, digits.values()), default=0)
    shorter = [line for line, reference in digits.items() if len(reference) < longest and reference[0] != "0"]
    if not shorter:
        return []
    shown = lines_shown(shorter)
    return [_("references may have lost their first zeros to a spreadsheet: check line {shown}", shown=shown)]


def _about_early(lines: list[int]) -> list[str]:
    if not lines:
        return []
    told = _n(
        "{count} row ends early, its last cells are read as empty: line {shown}",
        "{count} rows end early, their last cells are read as empty: lines {shown}",
        len(lines),
        shown=lines_shown(lines),
    )
    return [told]


def _titled(column: str, header: Header) -> str:
    """What the file calls a column, or the parts of it."""
    parts = [header.titles[part] for part in COLUMNS.parts.get(column, ()) if part in header.titles]
    return header.titles.get(column) or " + ".join(parts)


@dataclass
class _Reading:
    """One row while it is read: values are asked for one after another, and what is wrong piles up."""

    line: int
    header: Header
    cells: list[str]
    today: date
    filled: Filled
    names: Names | None = None
    epoch: date | None = None
    is_guessed: bool = False
    problems: list[Problem] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)

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
        fillers = {**dict.fromkeys((*PERSONAL, *BESIDE)), "earlier_employment": (), "protected_for": ()}
        fillers["referred_on"] = self.today
        values: dict[str, Any] = dict.fromkeys(COLUMNS.whole, "") | fillers
        empty = [name for name in COLUMNS.whole if name not in COLUMNS.optional and not self._text(name)]
        if len(empty) < _NEARLY_EMPTY:
            self._check_width()
            values |= self._values(values)
        else:
            lacking = msg(
                "row.nearly_empty",
                "The row is nearly empty. Fill in {columns}. Otherwise it is not imported.",
                columns=[COLUMNS.named(name) for name in empty],
            )
            self._refuse("", lacking)
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

    def bad_row(self, row: ImportRow) -> BadRow:
        """The row to mend, with what of it could be read."""
        is_clear = row.identity_number and row.programme and row.site and "identity_number" not in self.faulty
        read = row if is_clear else None
        return BadRow(self.line, self._cells(), tuple(self.problems), read, frozenset(self.faulty))

    def _cells(self) -> dict[str, str]:
        cells = {self.header.titles[column]: self._cell(column) for column in COLUMNS.titles if self._has(column)}
        return cells | {f"beyond the header {index}": text for index, text in enumerate(self.beyond, 1)}

    def _has(self, column: str) -> bool:
        return column in self.header.titles

    def _cell(self, column: str) -> str:
        position = self.header.positions.get(column, len(self.cells))
        return self.cells[position] if position < len(self.cells) else ""

    def _text(self, column: str) -> str:
        """What the row says in a column or in the parts of it, or what all rows say."""
        return self._own_text(column) or self.filled.get(column, "")

    def _own_text(self, column: str) -> str:
        parts = COLUMNS.parts.get(column, ())
        if not any(map(self._has, parts)) or (self._has(column) and column not in parts):
            return self._cell(column)
        return joined(column, {part: self._cell(part) for part in parts})

    def _values(self, fillers: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(name, fillers[name]) for name in COLUMNS.whole}

    def _value(self, column: str, otherwise: Any) -> Any:
        text = self._text(column)
        if not text:
            if column not in COLUMNS.optional:
                self._refuse(column, msg("cell.empty", "The cell is empty. Fill it in."))
            return otherwise
        try:
            if column in DAYS and self._own_text(column):
                text = listed_day(text, self.epoch)
            value = checked(column, text, self.today, self.names)
            self._refuse_unsure(column, text)
            return value
        except BadValue as fault:
            is_listed_day = column in DAYS and fault.message.id == FORMAT.id and self._own_text(column)
            self._refuse(column, LISTED if is_listed_day else fault.message, text if column in NAMED else "")
            return otherwise

    def _refuse_unsure(self, column: str, text: str) -> None:
        if self.is_guessed and column in LETTERS_COUNT and may_be_others(text):
            raise BadValue(
                "cell.letters_unsure",
                "Letters of the file may be others than those that are shown. Save the original as “CSV UTF-8”.",
            )
        if any(self._cell(part) == self.header.titles[part] for part in self._columns_of(column)):
            raise BadValue("cell.heading", "The heading of the column stands in the cell. Write the value itself.")

    def _columns_of(self, column: str) -> list[str]:
        return [one for one in (column, *COLUMNS.parts.get(column, ())) if self._has(one)]

    def _refuse(self, column: str, message: Message, written: str = "") -> None:
        self.faulty.add(column)
        self.problems.append(Problem(self.line, _titled(column, self.header), message, written))

    def _check_width(self) -> None:
        """Excel leaves out the last delimiters of a row whose last cells are empty, so a row that ends early is only
        wrong where it lacks what is required; a cell too many always means that something has moved."""
        required = [index for column, index in self.header.positions.items() if column not in COLUMNS.may_lack]
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
