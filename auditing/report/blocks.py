"""What a report is told in, and whose journey, where and when in it: for all parts of it alike."""

from datetime import datetime
from typing import NamedTuple

from auditing.report.statement import OF_NO_JOURNEY, PROTECTED, Statement
from models.calendar.swedish_day import in_swedish_time
from models.identifiers import shown_parts
from runtime.i18n import _, one_of
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
