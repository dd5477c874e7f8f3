"""A file → the rows below its headings, and what is told of those that are none."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from runtime.i18n import _, _n
from services.sheets.csv_text import clean, read_csv
from services.sheets.encodings import decoded
from services.sheets.foreign import refuse_foreign
from services.sheets.headings import Columns, Header, Said, read_header
from services.sheets.sheet import HEADER_WITHIN, MAX_ROWS, TOO_LARGE, ImportFileError, Row, Sheet, Size, lines_shown
from services.sheets.workbook import MOST_UNPACKED, read_workbook

_MAX_BYTES = 20_000_000
"""Some hundred thousand referrals; more is another file by mistake."""

_TOTAL = re.compile(r"(?:total\w*|summa|delsumma|sum|subtotal|antal|count|medel(?:värde|tal)?|average)\b[ :=]*[\d ,.]*")
_LONGEST_TOTAL = 100
_MOST_IN_TOTALS = 3
"""Cells that hold anything in a row of totals: a word, and a figure or two."""


@dataclass(frozen=True)
class Table:
    """The rows below the headings. `epoch` is the day from which a workbook counts days; None where nobody can tell.
    `is_guessed` is that of the sheet, and `typed` are the lines whose cells somebody has typed here."""

    header: Header
    rows: list[Row]
    notes: tuple[str, ...]
    epoch: date | None
    is_guessed: bool = False
    typed: frozenset[int] = frozenset()


def read_table(
    source: Path | bytes,
    columns: Columns,
    said: Said,
    filled: Collection[str] = (),
    *,
    most_unpacked: int = MOST_UNPACKED,
    most_rows: int = MAX_ROWS,
) -> Table:
    """Read a CSV or .xlsx file, or the bytes of one, with these columns; `said` is what has been told of its headings
    before, and `filled` are the columns that need not be there. A workbook
    unpacks to `most_unpacked` bytes at most, and a list has `most_rows` beside its headings and what stands above them.

    Raises `ImportFileError` where the file as a whole cannot be read, and `HeadingsUnsure` where somebody must say what
    a heading means.
    """
    sheet = _read(source, columns, said, most_unpacked, most_rows)
    above, titles, body = _split(sheet.rows, columns, said)
    header = read_header(titles, columns, said, body, sheet.hidden, filled)
    rows, others = _without_others(body, titles)
    return Table(
        header, rows, (*sheet.notes, *_about_above(above), *header.notes, *others), sheet.epoch, sheet.is_guessed
    )


def _read(source: Path | bytes, columns: Columns, said: Said, most_unpacked: int, most_rows: int) -> Sheet:
    def count_known(titles: list[str]) -> int:
        return columns.count_known([clean(title) for title in titles], said)

    data = _bytes(source) if isinstance(source, Path) else source
    refuse_foreign(data)
    if data.startswith(b"PK\x03\x04"):
        sheet = read_workbook(data, count_known, most_unpacked, most_rows)
    else:
        text, notes, is_guessed = decoded(data)
        sheet = Sheet(read_csv(text, count_known, Size(most_rows)), notes, is_guessed=is_guessed)
    cleaned = [(line, [clean(cell) for cell in cells]) for line, cells in sheet.rows]
    filled = [(line, cells) for line, cells in cleaned if any(cells)]
    if not filled:
        raise ImportFileError(
            "import.empty", "The file is empty. Check that it is the right one and that it was saved."
        )
    return replace(sheet, rows=filled)


def _bytes(path: Path) -> bytes:
    try:
        if not path.exists():
            raise ImportFileError("import.not_found", "The file does not exist. Check its name and folder.")
        if not path.is_file():
            raise ImportFileError("import.not_a_file", "This is not a file. Choose a CSV or .xlsx file.")
        if path.stat().st_size > _MAX_BYTES:
            raise ImportFileError(TOO_LARGE)
        return path.read_bytes()
    except OSError:
        raise ImportFileError("import.unreadable", "The file cannot be opened. Check that you may read it.") from None


def _split(rows: list[Row], columns: Columns, said: Said) -> tuple[list[Row], list[str], list[Row]]:
    """What stands above the headings, the headings, and what stands below them."""
    known = [columns.count_known(cells, said) for _line, cells in rows[:HEADER_WITHIN]]
    at = known.index(max(known))
    return rows[:at], rows[at][1], rows[at + 1 :]


def _about_above(above: Sequence[Row]) -> list[str]:
    lines = [line for line, _cells in above]
    if not lines:
        return []
    return [
        _n(
            "{count} row above the headings is not read: line {shown}",
            "{count} rows above the headings are not read: lines {shown}",
            len(lines),
            shown=lines_shown(lines),
        )
    ]


def _without_others(body: list[Row], titles: list[str]) -> tuple[list[Row], list[str]]:
    """The rows without those that repeat the headings or count the others, and notes about these."""
    again = [line for line, cells in body if cells[: len(titles)] == titles]
    totals = [line for line, cells in body if _is_of_totals(cells)]
    notes = []
    if again:
        notes.append(_("the headings stand again, and are left out: line {shown}", shown=lines_shown(again)))
    if totals:
        notes.append(_("totals are left out: line {shown}", shown=lines_shown(totals)))
    left_out = {*again, *totals}
    return [(line, cells) for line, cells in body if line not in left_out], notes


def _is_of_totals(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    is_short = len(filled) <= _MOST_IN_TOTALS and len(filled[0]) <= _LONGEST_TOTAL
    return is_short and bool(_TOTAL.fullmatch(filled[0].casefold()))
