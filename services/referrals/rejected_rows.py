"""The rows that were refused, as a file that a person mends in Excel and imports again."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

from activities.whole_files import write_whole
from runtime.files import writing
from runtime.i18n import translate
from services.referrals.cells import guard
from services.referrals.columns import PROBLEM_COLUMN
from services.referrals.rows import BadRow, Problem


def write_bad_rows(path: Path, header: Sequence[str], bad_rows: Iterable[BadRow]) -> None:
    """Write the rows under their own header and a last column that says what is wrong; cells of columns that are not
    read stay empty. Semicolons and a byte order mark: what Swedish Excel opens rightly with a double click.

    The file holds personal data, so only its owner may read it. It appears whole or not at all, in place of any file of
    that name. Raises UsageError where it cannot be written."""
    out = StringIO(newline="")
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow([guard(cell) for cell in (*header, PROBLEM_COLUMN)])
    rows.writerows([guard(cell) for cell in _cells(header, row)] for row in bad_rows)
    with writing(path):
        write_whole(path, out.getvalue().encode("utf-8-sig"))


def _cells(header: Sequence[str], row: BadRow) -> list[str]:
    """Cells beyond the header go behind the problem column: still seen, and still too many when read again."""
    beyond = [text for title, text in row.cells.items() if title not in header]
    return [*(row.cells.get(title, "") for title in header), " | ".join(map(_sentence, row.problems)), *beyond]


def _sentence(problem: Problem) -> str:
    said = translate(problem.message)
    return f"{problem.column}: {said}" if problem.column else said
