"""The programme, partner, town and people that a referral names, as whoever refers writes them."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from models.access.register import Register
from models.message import Message
from models.programme.programme import Programme
from runtime.rulebook.loader import RuleBook
from services import naming
from services.naming import Named, NotMeant, meant, why_unknown
from services.referrals.bad_value import BadValue

NAMED = frozenset({"programme", "referring_partner", "site", "coordinator", "protected_for", "group", "last_unit"})
"""What a referral names by a short name or a code, and people by its own."""


class Names:
    """What each name in a referral can mean: the programmes of today, their partners and towns, and the staff.

    What is none of these is left to others to judge, but where they are `closed`: then it is told with those there are.
    """

    def __init__(self, book: RuleBook, register: Callable[[], Register], *, closed: bool = False) -> None:
        self._book = book
        self._register = register
        self._closed = closed
        self._known: dict[str, list[Named]] = {}
        self._told: dict[tuple[str, str], str | Message | None] = {}

    def choices(self, name: str, said: Mapping[str, Any]) -> list[Named]:
        """What can stand under a name, by the programme that was said before it."""
        rules = self._book.find(str(said["programme"])) if said.get("programme") else None
        if name == "programme":
            return naming.programmes(self._book)
        if name == "referring_partner":
            return self._referrers(rules, str(said.get("site") or ""))
        if name == "last_unit":
            return naming.units(self._book, rules.id if rules else None)
        if name == "group":
            return [one for each in ([rules] if rules else self._programmes) for one in naming.groups(each)]
        if name == "site":
            towns = {town.id for town in rules.towns} if rules else set()
            return [one for one in naming.towns(self._book) if not towns or one.code in towns]
        register = self._register()
        return naming.in_charge(register) if name == "coordinator" else naming.people(register)

    def _referrers(self, rules: Programme | None, site: str) -> list[Named]:
        """Those who refer to a programme, or to any one; those on the list of a town first, those of other towns
        alone last."""
        towns = rules.towns if rules else ()
        here = {one.id for town in towns if town.id == site for one in town.partners}
        elsewhere = {one.id for town in towns for one in town.partners} - here if site else set[str]()
        refer = set(rules.referring_partners) if rules else self._refer_anywhere
        known = [one for one in naming.partners(self._book) if one.code in refer]
        return sorted(known, key=lambda one: (one.code not in here, one.code in elsewhere))

    @cached_property
    def _refer_anywhere(self) -> set[str]:
        return {name for one in self._programmes for name in one.referring_partners}

    @cached_property
    def _programmes(self) -> list[Programme]:
        return list(filter(None, map(self._book.find, self._book.titles)))

    def code(self, name: str, text: str) -> str | None:
        """The short name or code of what is meant; None for what nobody knows, which others judge. Raises BadValue
        where it may be several, or something that is written almost so."""
        if (name, text) not in self._told:
            self._told[name, text] = self._judged(name, text)
        told = self._told[name, text]
        if isinstance(told, Message):
            raise BadValue(told)
        return told

    def _judged(self, name: str, text: str) -> str | Message | None:
        if name == "programme" and self._book.find(text) is not None:
            return text
        if name not in self._known:
            is_partner = name == "referring_partner"
            self._known[name] = naming.partners(self._book) if is_partner else self.choices(name, {})
        known = self._known[name]
        try:
            return meant(text, known).code
        except NotMeant as error:
            return why_unknown(error, known) if error.near or (self._closed and known) else None
