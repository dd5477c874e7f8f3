"""Lines of lists as people read them: programmes by their titles, towns and positions by their names."""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel

from models.ledger.receipt import Receipt
from models.message import Message
from runtime.i18n import _, one_of, translate
from runtime.rulebook.loader import RuleBook
from services import naming

L = TypeVar("L", bound=BaseModel)

OF_CODES = frozenset({"wanted", "position", "profile", "checked", "requirement", "criterion", "known"})
"""Places of a refusal's message in which codes of a programme stand, one or several."""


class Titles:
    """What programmes, towns and positions are called in the reader's language; by their codes where nobody says."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book

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

    def why_not(self, receipt: Receipt, programme_id: str) -> str:
        """Why an event was refused, in names."""
        return translate(self.told(receipt.reason, programme_id)) if receipt.reason else receipt.message

    def told(self, message: Message, programme_id: str) -> Message:
        """A message with names in the place of the codes of a programme; what has no name stays as it is."""
        rules = self._book.find(programme_id)
        found = naming.positions(self._book.readable_positions)
        if rules is not None:
            found += naming.profiles(rules) + naming.criteria(rules)
            found += [one for profile in rules.profiles for one in naming.requirements(rules, profile.id)]
        names = {one.code: one.title for one in found}

        def called(value: Any) -> Any:
            return ", ".join(names.get(code, code) for code in value.split(", ")) if isinstance(value, str) else value

        return message.filled(
            **{name: called(value) if name in OF_CODES else value for name, value in message.values.items()}
        )

    def shown(self, lines: Iterable[L], *, codes: bool = False) -> list[L]:
        """The lines with names in the place of codes, to be printed and for nothing else. `codes` lets programmes keep
        theirs, where there is no room."""
        return [one.model_copy(update=dict(self._named(one, codes))) for one in lines]

    def _named(self, line: BaseModel, codes: bool) -> Any:
        if hasattr(line, "programme") and not codes:
            yield "programme", self.programme(line.programme)
        if hasattr(line, "site"):
            yield "site", self.town(line.site)
        if hasattr(line, "fitting"):
            yield "fitting", tuple(map(self.position, line.fitting))
