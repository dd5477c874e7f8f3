"""The two files beside a list: its rows to mend, and which numbers its people have. No file is written over."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import count
from pathlib import Path
from unicodedata import normalize

from models.fields import BothLanguages
from runtime.files import new_file, write_file, writing
from runtime.i18n import one_of, translate
from services.referrals.rows import BadRow
from services.sheets.csv_text import guard
from services.sheets.headings import PROBLEM_COLUMN
from services.sheets.mistakes import Problem

TO_MEND = BothLanguages(sv="att-rätta", en="to-mend")
NUMBERS = BothLanguages(sv="nummer", en="numbers")
"""What the files are called behind the name of the list."""

_LEAST_ROOM = 10_000
"""Bytes that are tried to be written at least: a short list has a longer file of numbers."""


def to_mend_of(path: Path) -> Path:
    """Where the rows to mend of a file go, in the reader's language: `people-to-mend.csv`, of that file
    `people-to-mend-2.csv`, and so on; the first one that is not there."""
    again = re.fullmatch(rf"(.+)-(?:{TO_MEND.sv}|{TO_MEND.en})(?:-(\d{{1,4}}))?", normalize("NFC", path.stem))
    stem, first = (again[1], int(again[2] or 1) + 1) if again else (path.stem, 1)
    return _first_free(path.with_name(f"{stem}-{one_of(TO_MEND)}{_number(one)}.csv") for one in count(first))


def numbers_of(path: Path) -> Path:
    """Where the numbers of the people of a list go: `people-numbers.csv` in the reader's language, or the next number
    that is free."""
    return _first_free(path.with_name(f"{path.stem}-{one_of(NUMBERS)}{_number(one)}.csv") for one in count(1))


def require_room(file: Path, size: int) -> None:
    """Raise UsageError where a file of about that size cannot be written: before anybody is referred, not after."""
    with writing(file):
        if not _is_taken_as_it_is(file):
            with new_file(file) as out:
                out.write(bytes(max(size, _LEAST_ROOM)))
            file.unlink()


def write_bad_rows(path: Path, header: Sequence[str], bad_rows: Iterable[BadRow]) -> None:
    """Write the rows under their own header and a last column that says what is wrong; cells of columns that are not
    read stay empty. Semicolons and a byte order mark: what Swedish Excel opens rightly with a double click.

    The file holds personal data, so only its owner may read it. It appears whole or not at all, and never in place of
    another; a pipe or a terminal gets it as it is. Raises UsageError where it cannot be written."""
    write_file(path, bad_rows_as_csv(header, bad_rows))


def bad_rows_as_csv(header: Sequence[str], bad_rows: Iterable[BadRow]) -> bytes:
    """The content of that file."""
    return as_csv([(*header, PROBLEM_COLUMN), *(_cells(header, row) for row in bad_rows)])


def write_numbers(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    """Write which numbers the people of a list have, beside it, for its owner alone; returns the file, which is new.

    Raises UsageError."""
    file = numbers_of(path)
    write_file(file, as_csv(rows))
    return file


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as a spreadsheet opens them rightly, without anything that it would compute with."""
    out = StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([guard(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _is_taken_as_it_is(file: Path) -> bool:
    """Whether this is a pipe or a terminal."""
    return file.exists() and not file.is_file() and not file.is_dir()


def _first_free(files: Iterator[Path]) -> Path:
    return next(file for file in files if not file.exists())


def _number(number: int) -> str:
    return f"-{number}" if number > 1 else ""


def _cells(header: Sequence[str], row: BadRow) -> list[str]:
    """Cells beyond the header go behind the problem column: still seen, and still too many when read again."""
    beyond = [text for title, text in row.cells.items() if title not in header]
    return [*(row.cells.get(title, "") for title in header), " | ".join(map(_sentence, row.problems)), *beyond]


def _sentence(problem: Problem) -> str:
    said = translate(problem.message)
    return f"{problem.column}: {said}" if problem.column else said
