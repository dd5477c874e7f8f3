"""Lines of lists as people read them: programmes by their titles, towns and positions by their names."""

from collections.abc import Iterable
from functools import cache, partial
from typing import Any, TypeVar

from pydantic import BaseModel

from models.access.register import Register
from models.ledger.receipt import Receipt
from models.message import Message
from runtime.i18n import _, answer, one_of, translate, using_names
from runtime.rulebook.loader import RuleBook
from services.names import Names
from services.queries.lines import PositionLine, WaitingLine

L = TypeVar("L", bound=BaseModel)


class Titles:
    """What programmes, towns and positions are called in the reader's language; by their codes where nobody says."""

    def __init__(self, book: RuleBook, register: Register | None = None) -> None:
        self._book = book
        self._register = register
        self._names = cache(self._names_of)  # each reads people, partners and positions

    def programme(self, programme_id: str) -> str:
        """The programme's title."""
        title = self._book.title(programme_id)
        return one_of(title) if title else programme_id

    def town(self, code: str) -> str:
        """The town's name."""
        return self._book.town_names.get(code, code)

    def position(self, position_id: str) -> str:
        """The position's title; `ward in 2480` is one in another town."""
        code, elsewhere, town = position_id.partition(" in ")
        title = next((one_of(one.title) for one in self._book.readable_positions if one.id == code), code)
        return _("{position} in {town}", position=title, town=self.town(town)) if elsewhere else title

    def fitting(self, line: WaitingLine) -> tuple[str, ...]:
        """The positions that fit somebody who waits, each with the periods in which it has a free place."""
        return tuple(map(partial(self._fits, line), line.fitting))

    def _fits(self, line: WaitingLine, position: str) -> str:
        periods = line.fitting_in.get(position.partition(" in ")[0], ())
        named = self.position(position)
        return f"{named} ({', '.join(one_of(one.period) for one in periods)})" if periods else named

    def why_not(self, receipt: Receipt, programme_id: str) -> str:
        """Why an event was refused, in names."""
        return self.told(receipt.reason, programme_id) if receipt.reason else receipt.message

    def answer(self, receipt: Receipt, programme_id: str) -> str:
        """The answer to an event, in names."""
        with using_names(self._names(programme_id)):
            return answer(receipt)

    def told(self, message: Message, programme_id: str) -> str:
        """A message with names in the place of codes; what has no name stays as it is."""
        with using_names(self._names(programme_id)):
            return translate(message)

    def _names_of(self, programme_id: str) -> Names:
        return Names(self._book, self._book.find(programme_id), self._register)

    def shown(self, lines: Iterable[L], *, codes: bool = False) -> list[L]:
        """The lines with names in the place of codes, to be printed and for nothing else. `codes` lets programmes keep
        theirs, where there is no room."""
        return [one.model_copy(update=dict(self._named(one, codes))) for one in lines]

    def _named(self, line: BaseModel, codes: bool) -> Any:
        if hasattr(line, "programme") and not codes:
            yield "programme", self.programme(line.programme)
        if hasattr(line, "site"):
            yield "site", self.town(line.site)
        if isinstance(line, WaitingLine):
            yield "fitting", self.fitting(line)


def free_of(line: PositionLine) -> str:
    """How many places of a position are free: period by period where every programme of it has such."""
    periods = [
        _("{period}: {free} of {places}", period=one_of(one.period), free=one.free, places=line.places)
        for one in line.free_in
    ]
    on_all_days = _("{free} of {places}", free=line.free, places=line.places)
    return "; ".join(periods if line.is_by_period else [on_all_days, *periods])
