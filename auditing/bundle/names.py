"""What a bundle's timelines call things: kept beside them, since whoever verifies has neither the employer's files nor
its register. Whom the signed statements name, and what the rules do, must be called there as they are called here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from activities.language import Language
from auditing.evidence.findings import Finding, explained, finding_of, shown
from models.access.register import Register
from models.events.descriptions import actor_in_words
from models.identifiers import Actor, Role
from models.message import msg
from models.programme.programme import Programme
from runtime.i18n import LOCALES, Names, language, translate, using_language, using_names
from runtime.rulebook.loader import RuleBook
from services import naming
from services.names import (
    AGREEMENTS,
    KINDS,
    OF_RULES,
    PARTNERS,
    PERSONS,
    PLACES,
    POSITIONS,
    PROGRAMMES,
    TOWNS,
    agreements,
    of_rules,
    town_names,
)
from services.names import Names as AllNames
from services.naming import Named

Table = dict[str, dict[str, dict[str, str]]]
"""Names by language, by the place in which a code stands, by code: see `services.names`."""


class NotedNames:
    """Tells names, and keeps each that was told."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.table: Table = {}

    def __call__(self, place: str, code: str) -> str | None:
        found = self._names(place, code)
        if found is not None:
            self.table.setdefault(language(), {}).setdefault(place, {})[code] = found
        return found


def names_in(table: Any) -> Names:
    """The names of a table that was kept, whatever somebody has put in its place."""

    def name(place: str, code: str) -> str | None:
        found = table if place in PLACES else None  # an export tells no names anywhere else
        for key in (language(), place, code):
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, str) else None

    return name


class SignedNames:
    """What whoever signed the statements in a bundle and the rules of a journey call people and things."""

    def __init__(self, table: Any, register: Register, rules: Programme | None) -> None:
        self._told = names_in(table)
        self._register = register
        self._rules = rules
        self._read: dict[tuple[str, str], dict[str, set[str]]] = {}

    def of(self, place: str, code: str) -> Collection[str] | None:
        """All that a code may be called in a place, in the language spoken now; None where nothing signed says it."""
        kinds = PLACES.get(place, ())
        if PERSONS in kinds and (actor := Actor.read(code)) is not None:
            return self._actor(actor)
        if PERSONS in kinds and code in self._register.people:
            return [one.name for one in self._register.people[code]]
        if {PARTNERS, POSITIONS}.intersection(kinds):
            return None
        return self._of(kinds[0], code) if kinds else ()

    def _of(self, kind: str, code: str) -> Collection[str] | None:
        if kind == PERSONS:
            return ()  # whom the register does not know
        if self._rules is None and kind not in (AGREEMENTS, KINDS):
            return None
        key = language(), kind
        if key not in self._read:
            known = self._read[key] = defaultdict(set)
            for one in self._named(kind, self._rules):
                known[one.code].add(one.title)
        found = self._read[key].get(code, ())
        return None if not found and kind in (TOWNS, PROGRAMMES) else found

    def _named(self, kind: str, rules: Programme | None) -> Iterable[Named]:
        if rules is None or kind in (AGREEMENTS, KINDS):
            return agreements() if kind == AGREEMENTS else naming.kinds()
        if kind == OF_RULES:
            return of_rules(rules)
        return town_names(rules) if kind == TOWNS else [naming.titled(rules.id, rules.name)]

    def _actor(self, actor: Actor) -> Collection[str]:
        if actor.role is Role.PARTNER:
            names = [self._told("actor.partner.name", actor.name)]
        else:
            names = [one.name for one in self._register.people.get(actor.name, ())]
        return [_called(actor, name or actor.name) for name in names or [actor.name]]


def names_by(table: Any, register: Register, rules: Programme | None, book: RuleBook) -> Names:
    """What a bundle calls people and things, for whoever has nothing but the bundle: what is signed goes before what is
    kept beside it, and this before the files of whoever reads."""
    signed, kept, ours = SignedNames(table, register, rules), names_in(table), AllNames(book, rules, register)

    def name(place: str, code: str) -> str | None:
        return ours(place, code) if signed.of(place, code) else kept(place, code) or ours(place, code)

    return name


def _called(actor: Actor, name: str) -> str:
    with using_names(lambda _place, _code: name):
        return translate(actor_in_words(actor))


def name_findings(
    table: Any, register: Register, rules: Programme | None, file: str, *, ours: bool
) -> Iterator[Finding]:
    """Names of a table that was kept that are not those which somebody signed; `ours` where the same texts wrote it."""
    signed = SignedNames(table, register, rules)
    for spoken, place, code, name in _entries(table):
        with using_language(spoken):
            known = signed.of(place, code)
        if known is None or name in known:
            continue
        where = msg("where.name", "{file}: the name of {code}", file=file, code=code)
        expected = ", ".join(sorted(set(known))) or msg("found.no_name", "no name")
        one = finding_of("finding.name_differs", "the name is not the one that is signed", where, expected, shown(name))
        in_other_words = PLACES.get(place) in ((AGREEMENTS,), (KINDS,)) or _is_of(code, name, register)
        yield explained(one) if in_other_words and not ours else one


def _is_of(code: str, name: str, register: Register) -> bool:
    """Whether an actor is told by their own name, in whatever words of a role."""
    actor = Actor.read(code)
    return actor is not None and any(name.endswith(f" {one.name}") for one in register.people.get(actor.name, ()))


def _entries(table: Any) -> Iterator[tuple[Language, str, str, str]]:
    """Language, place, code and name of each."""
    for spoken in LOCALES if isinstance(table, dict) else ():
        places = table.get(spoken)
        for place, codes in places.items() if isinstance(places, dict) else ():
            for code, name in codes.items() if isinstance(codes, dict) else ():
                if isinstance(name, str):
                    yield spoken, place, code, name
