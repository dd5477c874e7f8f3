"""The programme, partner, town and people that a referral names, as whoever refers writes them."""

from collections.abc import Callable, Mapping
from typing import Any

from models.access.register import Register
from runtime.rulebook.loader import RuleBook
from services import naming
from services.naming import Named, NotMeant, meant, why_unknown
from services.referrals.bad_value import BadValue

NAMED = frozenset({"programme", "referring_partner", "site", "coordinator", "protected_for"})
"""What a referral names by a short name or a code, and people by its own."""


class Names:
    """What each name in a referral can mean: the programmes of today, their partners and towns, and the staff."""

    def __init__(self, book: RuleBook, register: Callable[[], Register]) -> None:
        self._book = book
        self._register = register

    def choices(self, name: str, said: Mapping[str, Any]) -> list[Named]:
        """What can stand under a name, by the programme that was said before it."""
        rules = self._book.find(str(said["programme"])) if said.get("programme") else None
        if name == "programme":
            return naming.programmes(self._book)
        if name == "referring_partner":
            known = naming.partners(self._book)
            return [one for one in known if rules is None or one.code in rules.referring_partners]
        if name == "site":
            towns = {town.id for town in rules.towns} if rules else set()
            return [one for one in naming.towns(self._book) if not towns or one.code in towns]
        register = self._register()
        return naming.in_charge(register) if name == "coordinator" else naming.people(register)

    def code(self, name: str, text: str) -> str | None:
        """The short name or code of what is meant; None for what nobody knows, which others judge. Raises BadValue
        where it may be several, or something that is written almost so."""
        if name == "programme" and self._book.find(text) is not None:
            return text
        known = self.choices(name, {})
        try:
            return meant(text, known).code
        except NotMeant as error:
            if error.near:
                raise BadValue(why_unknown(error, known)) from error
            return None
