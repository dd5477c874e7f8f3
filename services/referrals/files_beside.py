"""The two files beside a list: its rows to mend, and which numbers its people have. No file is written over."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

from runtime.files import new_file, write_file
from runtime.i18n import translate
from services.referrals.rows import BadRow, Problem
from services.sheets.csv_text import guard
from services.sheets.headings import PROBLEM_COLUMN


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

    It is new, for its owner alone: `people-numbers.csv`, or the next number that is free. Raises UsageError.
    """
    out = StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([guard(cell) for cell in row] for row in rows)
    names = (f"{path.stem}-numbers{number}.csv" for number in ("", *(f"-{count}" for count in range(2, 10_000))))
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
