"""Somebody with a co-ordination number, and with the personal number that came after it: in one list, or known here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from models.message import msg
from services.identities.spelling import nearly_alike
from services.identities.words import words_of
from services.referrals.identity_numbers import born_within, is_coordination_number
from services.referrals.rows import BadRow, ImportRow
from services.sheets.mistakes import Problem


def may_be_one(row: ImportRow, other: Mapping[str, Any]) -> bool:
    """Whether somebody known by another kind of number, as an opened identity says, may be the person of a row: born on
    the same day, as far as the co-ordination number tells it, and called nearly so, now or before."""
    known = other["identity_number"]
    if is_coordination_number(known) == is_coordination_number(row.identity_number) or not _same_birth(row, known):
        return False
    earlier = (one["value"] for one in other["earlier"] or () if one["field"] == "name")
    return any(nearly_alike(_words(row.name), _words(name)) for name in (other["name"], *earlier))


def without_second_numbers(rows: Sequence[ImportRow | BadRow], title: str) -> list[ImportRow | BadRow]:
    """The rows, of which those are to be put right whose person seems to stand there with a personal number as well:
    nearly the same name, and the same date of birth. `title` is what the file calls the numbers."""
    born_on = defaultdict[date, list[ImportRow]](list)
    for row in rows:
        if isinstance(row, ImportRow) and not is_coordination_number(row.identity_number):
            born_on[born_within(row.identity_number[:8]).first].append(row)
    return [_judged(row, born_on, title) for row in rows]


def _judged(row: ImportRow | BadRow, born_on: Mapping[date, list[ImportRow]], title: str) -> ImportRow | BadRow:
    if isinstance(row, BadRow) or not is_coordination_number(row.identity_number):
        return row
    born = born_within(row.identity_number[:8])
    near: Iterable[ImportRow]
    if born.first == born.last:
        near = born_on.get(born.first, ())
    else:
        near = (one for day, found in born_on.items() if born.first <= day <= born.last for one in found)
    words = _words(row.name)
    other = next((one for one in near if nearly_alike(words, _words(one.name))), None)
    if other is None:
        return row
    keep = msg(
        "row.both_numbers",
        "Somebody of nearly the same name and the same date of birth is on line {line} with a personal number. Keep"
        " that row alone. If they are two people, refer this one by itself.",
        line=other.line,
    )
    elsewhere = msg(
        "row.both_numbers_elsewhere",
        "Somebody of nearly the same name and the same date of birth is on line {line} with a personal number, in"
        " another programme. Write that number here too. If they are two people, refer this one by itself.",
        line=other.line,
    )
    seems = keep if other.programme == row.programme else elsewhere
    return BadRow(row.line, row.cells, (Problem(row.line, title, seems, ""),))


def _same_birth(row: ImportRow, known: str) -> bool:
    one, other = born_within(row.identity_number[:8]), born_within(known[:8])
    return one.first <= other.last and other.first <= one.last


def _words(name: str) -> set[str]:
    return words_of(name, joined=False)
