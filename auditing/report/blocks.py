"""What a report is told in, and whose journey, where and when in it: for all parts of it alike."""

from datetime import datetime
from typing import NamedTuple

from auditing.report.statement import OF_NO_JOURNEY, PROTECTED, Statement
from models.calendar.swedish_day import in_swedish_time
from models.identifiers import shown_parts
from runtime.i18n import _, _n, one_of
from services.queries.titles import Titles
from services.told import TableTold


class Facts(NamedTuple):
    """Labels with values, below a title of their own where they have one."""

    pairs: tuple[tuple[str, str], ...]
    title: str = ""


class Quoted(NamedTuple):
    """A text that stands as it is, line by line."""

    text: str


Block = str | Facts | TableTold | Quoted


class Section(NamedTuple):
    """A heading, and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


MOST_OF_A_VALUE, MOST_OF_A_CELL = 1_500, 400
"""Letters that are shown: what somebody has put into a row can be of any length, and no row of a table may be longer
than a page."""


def fitting(block: Block) -> Block:
    """The same with values that are too long cut off, and each on lines of the page's own."""
    if isinstance(block, Facts):
        return Facts(tuple((label, cut(value, MOST_OF_A_VALUE)) for label, value in block.pairs), block.title)
    if isinstance(block, TableTold):
        rows = [tuple(cut(str(cell), MOST_OF_A_CELL) for cell in row) for row in block.rows]
        return block._replace(rows=rows)
    return block


def cut(text: str, most: int = MOST_OF_A_CELL) -> str:
    """A text on one line, cut off where it is too long."""
    text = " ".join(text.split())
    rest = len(text) - most
    if rest <= 0:
        return text
    left_out = _n("{count} letter more is in the statement", "{count} letters more are in the statement", rest)
    return f"{text[:most]} … ({left_out})"


class Names(Titles):
    """What programmes and towns are called, as the statement has it: no file is asked that may have changed since."""

    def __init__(self, said: Statement) -> None:
        self._said = said

    def programme(self, programme_id: str) -> str:
        return one_of(self._said.programmes.get(programme_id, programme_id))

    def town(self, code: str) -> str:
        return self._said.towns.get(code, code)


def moment(at: datetime) -> str:
    """A moment by the clock in Sweden."""
    return _("{moment}, Swedish time", moment=in_swedish_time(at))


def parts_of(journey: str | None, said: Statement) -> tuple[str, str]:
    """Whose journey, and in which programme."""
    if journey is None or journey in OF_NO_JOURNEY:
        return _("register and logs"), "–"
    if journey == PROTECTED:
        return _("protected person"), "–"
    candidate, programme = shown_parts(journey)
    name, slash, turn = programme.partition("/")
    return candidate, f"{Names(said).programme(name)}{slash}{turn}"
