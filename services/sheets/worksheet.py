"""One sheet of a workbook: its cells as a person would have typed them, without the rows that nobody sees."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.xml.functions import iterparse

from models.message import msg
from services.sheets.sheet import MAX_COLUMNS, MAX_ROWS, ImportFileError, Row, Size

_MOST_APART = 200_000
"""Elements in one row, or outside of all: Excel's own rows have sixteen thousand cells."""

_LONGEST_FORMAT = 255
"""Characters of a number's format, as Excel has it; one that is longer is none."""

WORKBOOK_LARGE = msg("import.workbook_large", "The workbook is too large. Save the rows to import as a CSV file.")

_ZEROS = re.compile(r"0[0 \-]*0")
"""A number format that shows a number with all its zeros, such as `000000-0000`."""

_KEPT = 1e15
"""From here on a spreadsheet does not keep the last digits of a number."""

_SEPARATORS = str.maketrans("", "", "\\\"'")
_TRUE = ("1", "true")

_SMALLEST_SEEN = 1.0
"""Points of a row's height, or digits of a column's width."""


@dataclass
class Worksheet:
    """The rows that are seen, and the lines of those that are not, or whose every cell is struck through; `merged_rows`
    took a value from above."""

    rows: list[Row] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    struck_rows: list[int] = field(default_factory=list)
    merged_rows: list[int] = field(default_factory=list)
    hidden_columns: frozenset[int] = frozenset()


def tag(element: Element) -> str:
    """An element's name; the standard has two namespaces for the same."""
    return element.tag.rpartition("}")[2]


def text_of(item: Element) -> str:
    """The text of a string, in one piece or in several of different looks, without hints on how to pronounce it."""
    if tag(item) == "rPh":
        return ""
    own = item.text or "" if tag(item) == "t" else ""
    return (own + "".join(map(text_of, item))).replace("_x000D_", "\r")  # how a workbook spells a carriage return


class Formats:
    """How the cells of a workbook are shown, by their styles."""

    def __init__(self, styles: Iterable[Element], epoch: date) -> None:
        self._epoch = datetime.combine(epoch, time())
        parts = {tag(part): part for part in styles}
        own = {one.get("numFmtId"): one.get("formatCode", "") for one in parts.get("numFmts", ())}
        used = [one.get("numFmtId", "0") for one in parts.get("cellXfs", ())]
        codes = {id: own.get(id) or BUILTIN_FORMATS.get(int(id), "General") for id in used}
        short = {id: code if len(code) <= _LONGEST_FORMAT else "General" for id, code in codes.items()}
        of_days = {id: is_date_format(code) and not is_timedelta_format(code) for id, code in short.items()}
        fonts = [
            any(tag(one) == "strike" and one.get("val", "1") in _TRUE for one in font)
            for font in parts.get("fonts", ())
        ]
        used_fonts = [int(one.get("fontId", 0)) for one in parts.get("cellXfs", ())]
        self._struck = [font < len(fonts) and fonts[font] for font in used_fonts]
        self._codes, self._dates = [short[id] for id in used], [of_days[id] for id in used]

    def strikes(self, row: Element) -> bool:
        """Whether every cell of a row that holds anything is struck through."""
        filled = [int(cell.get("s", 0)) for cell in row if any(tag(part) in ("v", "is") for part in cell)]
        return bool(filled) and all(style < len(self._struck) and self._struck[style] for style in filled)

    def shown(self, number: str, style: int) -> str:
        """A number as it is shown: a day, with its first zeros, or as it is. Raises ValueError where it is none."""
        value = float(number)
        if style < len(self._dates) and self._dates[style]:
            with suppress(OverflowError, ValueError):
                return _day(from_excel(value, self._epoch))
            return "#VALUE!"
        if abs(value) >= _KEPT:
            return f"{value:.5E}"  # as it is shown: its last digits are gone
        if not value.is_integer():
            return number
        code = self._codes[style].translate(_SEPARATORS) if style < len(self._codes) else ""
        if value >= 0 and _ZEROS.fullmatch(code):
            return _filled(code, int(value))
        return str(int(value))


def _day(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "seconds")
    return str(value)


def _filled(code: str, value: int) -> str:
    """`000000-0000` and 501019801 → 050101-9801."""
    digits = str(value).zfill(code.count("0"))
    extra, rest = digits[: -code.count("0")], iter(digits[-code.count("0") :])
    return extra + "".join(next(rest) if sign == "0" else sign for sign in code)


def _is_unseen(element: Element, size: str) -> bool:
    """Whether a row or a column is hidden, or too small to be seen."""
    return element.get("hidden") in _TRUE or float(element.get(size, _SMALLEST_SEEN)) < _SMALLEST_SEEN


_LONGEST_TAG = 256 * 1024
"""Bytes. The parser takes up what it has read of a tag anew with each part that it reads."""


class _Bounded:
    """A part of a workbook as a parser reads it. Raises ImportFileError where a tag has no end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, _size: int = -1) -> bytes:
        """The next of it, however much is asked for."""
        read = self._stream.read(_LONGEST_TAG)
        if len(read) == _LONGEST_TAG and b">" not in read:
            raise ImportFileError(WORKBOOK_LARGE)
        return read


def elements(stream: IO[bytes], whole: str) -> Iterator[Element]:
    """Every element once it has been read; a `whole` one is emptied after its turn, so that few are kept at a time.

    Raises ImportFileError where too many stand in one of these or outside of them.
    """
    apart = 0
    for _event, element in iterparse(_Bounded(stream)):
        apart += 1
        if apart > _MOST_APART:
            raise ImportFileError(WORKBOOK_LARGE)
        yield element
        if tag(element) == whole:
            element.clear()
            apart = 0


def read_worksheet(
    stream: IO[bytes],
    strings: Sequence[str],
    formats: Formats,
    most: int = MAX_ROWS,
    size: Size | None = None,
) -> Worksheet:
    """The first `most` rows of the sheet, where it has no more than its `size` allows. Raises ImportFileError where it
    has, and almost anything where it is damaged."""
    found, line, merged, hidden, width = Worksheet(), 0, list[str](), set[int](), 0
    size = size or Size()
    for element in elements(stream, "row"):
        match tag(element):
            case "col" if _is_unseen(element, "width"):
                first, last = int(element.attrib["min"]), int(element.attrib["max"])
                hidden.update(range(max(first - 1, 0), min(last, MAX_COLUMNS)))
            case "mergeCell":
                merged.append(element.attrib["ref"])
            case "row":
                line = int(element.get("r", line + 1))
                if line > MAX_ROWS or len(found.rows) >= most:
                    break
                cells = _cells(element, strings, formats)
                while len(cells) > width and not cells[-1]:
                    cells.pop()
                if any(map(str.strip, cells)) and _is_unseen(element, "ht"):
                    found.hidden_rows.append(line)
                elif any(map(str.strip, cells)) and formats.strikes(element):
                    found.struck_rows.append(line)
                elif any(cells):
                    width = width or len(cells)
                    cells += [""] * (width - len(cells))
                    size.add(cells)
                    found.rows.append((line, cells))
    found.hidden_columns = frozenset(hidden)
    _fill_merged(found, merged, size)
    return found


def _cells(row: Element, strings: Sequence[str], formats: Formats) -> list[str]:
    cells: list[str] = []
    for element in row:
        place = element.get("r")
        column = coordinate_to_tuple(place)[1] if place else len(cells) + 1
        if column > MAX_COLUMNS:
            break
        cells += [""] * (column - len(cells))
        cells[column - 1] = _text(element, strings, formats)
    return cells


def _text(cell: Element, strings: Sequence[str], formats: Formats) -> str:
    """A formula that has no value is given as the formula, which no column accepts; one whose value is the empty text
    is an empty cell."""
    kind, parts = cell.get("t", "n"), {tag(part): part for part in reversed(cell)}
    if kind == "inlineStr":
        return text_of(cell)
    value = parts["v"].text or "" if "v" in parts else ""
    if not value:
        return "=" + (parts["f"].text or "") if "f" in parts and kind != "str" else ""
    match kind:
        case "s":
            return strings[int(value)]
        case "n":
            return formats.shown(value, int(cell.get("s", 0)))
        case "b":
            return "=TRUE" if value in _TRUE else "=FALSE"  # no text: what was typed is gone
        case "d":
            return _day(datetime.fromisoformat(value))
    return value.replace("_x000D_", "\r")


def _fill_merged(sheet: Worksheet, merged: Iterable[str], size: Size) -> None:
    """A cell that is merged over several rows holds for each of them, as whoever looks at it sees. Of cells that lie
    over one another, as only a damaged sheet has them, the first is taken."""
    lines = [line for line, _cells in sheet.rows]
    filled, reached = set[int](), dict[int, int]()
    for column, first, last in sorted(_tall(merged)):
        if first <= reached.get(column, 0):
            continue
        reached[column] = last
        here = bisect_left(lines, first)
        value = sheet.rows[here][1][column : column + 1] if lines[here : here + 1] == [first] else []
        for line, cells in sheet.rows[here + 1 : bisect_right(lines, last)] if value and value[0] else ():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = value[0]
            size.take(len(value[0]))
            filled.add(line)
    sheet.merged_rows = sorted(filled)


def _tall(merged: Iterable[str]) -> Iterator[tuple[int, int, int]]:
    """The first column, counted from 0, and the first and last line of each merged cell of several rows."""
    for place in merged:
        left, top, _right, bottom = range_boundaries(place)
        if left is not None and top is not None and bottom is not None and bottom > top:
            yield left - 1, top, bottom
