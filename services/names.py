"""What the codes of people, partners, towns, positions and programmes' rules are called: one table for every text.

Which kind of thing a code is, follows from the place in which it stands: a field of an event or of a state, or a value
of a message, all of which are called alike. What has no name, or stands in no place of the table, stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from activities.language import Language
from models.access.register import Register
from models.events.descriptions import actor_in_words, agreement_in_words
from models.identifiers import Actor
from models.programme.duties import Term
from models.programme.programme import Programme
from runtime.i18n import language, translate, using_days_in_words, using_names
from runtime.rulebook.loader import RuleBook
from services import naming
from services.naming import Named
from services.queries.lines import PARTS

PERSONS, PARTNERS, TOWNS, POSITIONS, OF_RULES = "persons", "partners", "towns", "positions", "of_rules"
AGREEMENTS, PROGRAMMES, KINDS, PERIODS = "agreements", "programmes", "kinds", "periods"

PLACES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("coordinator", "leaves", "supervisor", "mentor", "person", "absent"), (PERSONS,)),
    **dict.fromkeys(("actor", "author", "approver", "corrector", "decider", "evaluators", "proposer"), (PERSONS,)),
    **dict.fromkeys(("holder", "server", "referrer", "reader", "by", "recorded_by"), (PERSONS,)),
    **dict.fromkeys(("union", "unions", "referring_partner", "referring_partners", "partner"), (PARTNERS,)),
    **dict.fromkeys(("may", "recipient", "unconfirmed"), (PARTNERS, PERSONS)),
    **dict.fromkeys(("site", "towns"), (TOWNS,)),
    **dict.fromkeys(("position", "place"), (POSITIONS,)),
    **dict.fromkeys(("profile", "checked", "requirement", "criterion", "form", "forms", "reached"), (OF_RULES,)),
    **dict.fromkeys(("package", "parts", "criteria", "duty", "duties", "cohort", "group"), (OF_RULES,)),
    **dict.fromkeys(("wanted", "known"), (POSITIONS, OF_RULES, PARTNERS, TOWNS)),
    **dict.fromkeys(("period", "the_duty_is_asked_for.other_period.known"), (PERIODS,)),
    **dict.fromkeys(("before", "about"), (AGREEMENTS,)),
    **{"programme": (PROGRAMMES,), "it_is_an_event.kind.known": (KINDS,)},
    **dict.fromkeys(("actor.partner.name", "party.by_name.name"), (PARTNERS,)),
    **dict.fromkeys((f"actor.{role}.name" for role in ("coordinator", "supervisor", "manager")), (PERSONS,)),
    **dict.fromkeys((f"actor.{role}.name" for role in ("mentor", "auditor", "operator")), (PERSONS,)),
    **dict.fromkeys(("the_author_has_the_role.missing.name", "the_coordinator_is_known.unknown.name"), (PERSONS,)),
}
"""The kinds of code that can stand in a place."""

OF_FINDINGS: Mapping[str, tuple[str, ...]] = {
    "found.field.value": (PERSONS, PARTNERS, TOWNS, POSITIONS, PROGRAMMES, OF_RULES),
    **dict.fromkeys(("found.notice_to.recipient", "found.notice.recipient"), (PERSONS, PARTNERS)),
    **dict.fromkeys(("found.events_author_by_rule.actor", "where.statement_about.person"), (PERSONS,)),
}
"""The same of what verifying finds, which stands in no bundle."""


class Names:
    """What is called how, in the reader's language: by the rules that judged, then by the files of today.

    Without a `register` of staff, as with a bundle alone, people stay as they are written.
    """

    def __init__(self, book: RuleBook, rules: Programme | None = None, register: Register | None = None) -> None:
        self._book = book
        self._rules = rules
        self._register = register
        self._read: dict[tuple[Language, str], dict[str, str]] = {}

    def __call__(self, place: str, code: str) -> str | None:
        for kind in PLACES.get(place) or OF_FINDINGS.get(place, ()):
            if kind is PERSONS and (actor := Actor.read(code)) is not None:
                return translate(actor_in_words(actor))
            found = naming.period(code, self._terms()) if kind is PERIODS else self._of(kind).get(code)
            if found:
                return found
        return None

    def _of(self, kind: str) -> dict[str, str]:
        key = language(), kind
        if key not in self._read:
            read: dict[str, Callable[[], Iterable[Named]]] = {
                PERSONS: lambda: naming.people(self._register) if self._register else (),
                PARTNERS: self._partners,
                TOWNS: self._towns,
                POSITIONS: lambda: naming.positions(self._book.readable_positions),
                OF_RULES: self._of_rules,
                AGREEMENTS: agreements,
                PROGRAMMES: self._programmes,
                KINDS: naming.kinds,
            }
            self._read[key] = {one.code: one.title for one in read[kind]() if one.title != one.code}
        return self._read[key]

    def _partners(self) -> Iterator[Named]:
        yield from (Named(code, translate(part)) for code, part in PARTS.items())
        yield from (Named(one.id, one.name) for one in self._book.readable_partners)

    def _terms(self) -> Iterator[Term]:
        """Those of the programme, or where none is known those of all."""
        for rules in [self._rules] if self._rules else map(self._book.find, self._book.titles):
            yield from rules.terms if rules else ()

    def _towns(self) -> Iterator[Named]:
        for code, name in self._book.town_names.items():
            yield from (Named(code, name), Named(f"{code} {name}", name))
        yield from town_names(self._rules) if self._rules else ()

    def _programmes(self) -> Iterator[Named]:
        yield from naming.programmes(self._book)
        if self._rules is not None:
            yield naming.titled(self._rules.id, self._rules.name)

    def _of_rules(self) -> Iterable[Named]:
        return of_rules(self._rules) if self._rules else ()


def town_names(rules: Programme) -> Iterator[Named]:
    """The towns of a programme, with what its rules call them."""
    for town in rules.towns:
        yield from (Named(town.id, town.name), Named(f"{town.id} {town.name}", town.name))


def agreements() -> Iterator[Named]:
    """What is to be agreed, by the event that says so."""
    kinds = ("internship_agreed", "temporary_role_agreed", "permanent_role_agreed")
    return (Named(kind, translate(agreement_in_words(kind))) for kind in kinds)


def of_rules(rules: Programme) -> Iterator[Named]:
    """Everything that the rules of a programme have names for."""
    yield from naming.profiles(rules)
    yield from naming.criteria(rules)
    for profile in rules.profiles:
        yield from naming.requirements(rules, profile.id)
    yield from naming.forms(rules)
    yield from naming.duties(rules)
    yield from naming.groups(rules)
    yield from naming.cohorts(rules.cohorts)
    if rules.training is not None:
        package = rules.training.package
        yield naming.titled(package.id, package.name)
        yield from (naming.titled(part.id, part.name) for part in package.parts)


@contextmanager
def told_by_names(book: RuleBook, rules: Programme | None = None, register: Register | None = None) -> Iterator[None]:
    """Within, codes are told by their names and days as people write them."""
    with using_names(Names(book, rules, register)), using_days_in_words():
        yield
