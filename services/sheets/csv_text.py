"""The text of a CSV file → its rows, whatever stands between the cells."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

from services.sheets.sheet import HEADER_WITHIN, MAX_COLUMNS, STRIPPED, TOO_LARGE, ImportFileError, Row, Size

DELIMITERS = (";", ",", "\t", "|")
"""The Swedish semicolon first: it is taken where none does better."""


# What Excel would compute with or rewrite on opening a file of bad rows: a formula (which may be an attack), a phone
# number's plus sign, the first zero of 0180, a number of ten digits or more, and 2/3, which it takes for a day. An
# apostrophe before it keeps it text, also when Excel saves it again; `clean` takes exactly one away, so text that had
# one already gets another.
_SPOILT_BY_EXCEL = re.compile(r"'*[=+\-@]|'+[0-9]|0[0-9]|[0-9]{10}|[0-9]{1,2}[/-][0-9]")
_GUARDED = re.compile(r"'+[=+\-@0-9]")


def guard(text: str) -> str:
    """Cleaned text as it is written to a CSV file: `clean(guard(text)) == text`."""
    return f"'{text}" if _SPOILT_BY_EXCEL.match(text) else text


def clean(text: str) -> str:
    """A cell without stray spaces around it and without the guard."""
    text = text.strip(STRIPPED)
    return text[1:] if _GUARDED.match(text) else text


def read_csv(text: str, count_known: Callable[[list[str]], int], size: Size) -> list[Row]:
    """The rows that hold anything; `count_known` tells how many cells of a row are headings that are known. Raises
    ImportFileError, also where there are more than the `size` of a list allows."""
    hinted = text[:4].lower() == "sep="  # a first line for Excel only, which names the delimiter
    delimiter = text[4:5] if hinted and text[4:5] in DELIMITERS else _likeliest_delimiter(text, count_known)
    rows: list[Row] = []
    line = 1
    try:
        for line, cells in _records(text, delimiter):
            if any(cells):
                size.add(cells)
                rows.append((line, cells))
    except csv.Error:
        if '"' not in text:
            raise ImportFileError(TOO_LARGE) from None  # a cell without end
        # An open quotation mark would swallow the rows after it: better no import than one that lost people unseen.
        raise ImportFileError(
            "import.quotation",
            "A quotation mark in line {line} or soon after is unpaired or misplaced. Correct it.",
            line=line,
        ) from None
    return rows[1:] if hinted else rows


def _records(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        yield line, cells[:MAX_COLUMNS]
        line = reader.line_num + 1  # a quoted cell may run over several lines; the row begins on its first


def _likeliest_delimiter(text: str, count_known: Callable[[list[str]], int]) -> str:
    """The one by which a row at the top names most columns."""
    return max(DELIMITERS, key=lambda delimiter: max(map(count_known, _top(text, delimiter)), default=0))


def _top(text: str, delimiter: str) -> list[list[str]]:
    found: list[list[str]] = []
    with suppress(csv.Error):
        for _line, cells in islice(_records(text, delimiter), HEADER_WITHIN):
            found.append(cells)
    return found
