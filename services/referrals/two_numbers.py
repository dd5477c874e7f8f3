"""Somebody who stands in a list twice: with a co-ordination number, and with the personal number that came after it."""

from collections.abc import Iterable, Sequence

from models.message import msg
from services.naming import folded
from services.referrals.identity_numbers import born_within, is_coordination_number
from services.referrals.rows import BadRow, ImportRow
from services.sheets.mistakes import Problem


def without_second_numbers(rows: Sequence[ImportRow | BadRow], title: str) -> list[ImportRow | BadRow]:
    """The rows, of which those are to be put right whose person seems to stand there with a personal number as well:
    the same name and date of birth, in the same programme. `title` is what the file calls the numbers."""
    read = [row for row in rows if isinstance(row, ImportRow)]
    personal = [row for row in read if not is_coordination_number(row.identity_number)]
    of_name: dict[tuple[str, str], list[ImportRow]] = {}
    for row in personal:
        of_name.setdefault(_known_by(row), []).append(row)
    return [_judged(row, of_name.get(_known_by(row), ()), title) if isinstance(row, ImportRow) else row for row in rows]


def _known_by(row: ImportRow) -> tuple[str, str]:
    return " ".join(sorted(folded(row.name).split())), row.programme


def _judged(row: ImportRow, alike: Iterable[ImportRow], title: str) -> ImportRow | BadRow:
    if not is_coordination_number(row.identity_number):
        return row
    born = born_within(row.identity_number[:8])
    other = next((one for one in alike if born.first <= born_within(one.identity_number[:8]).first <= born.last), None)
    if other is None:
        return row
    seems = msg(
        "row.two_numbers",
        "Somebody of the same name and date of birth is on line {line} with a personal number. Keep that row alone."
        " If they are two people, refer this one by a list of its own.",
        line=other.line,
    )
    return BadRow(row.line, row.cells, (Problem(row.line, title, seems, ""),))
