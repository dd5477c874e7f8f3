"""Finding a person by what whoever telephones says: a name, a number of any kind, an address."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVar

from pydantic import Field

from models.access.everywhere import EVERYWHERE
from models.access.permissions import Reading, Relation, is_permitted
from models.fields import Strict
from models.identifiers import Actor, CandidateNumber, JourneyId
from models.message import msg
from models.projections.open_items import OpenItem
from models.stages import ENDED_STAGES, Stage
from runtime.errors import Refused, UsageError
from services.application import Application
from services.identities.access import why_closed
from services.identities.naming import people_in
from services.identities.register import Person, person_in
from services.identities.spelling import beginnings, likeness
from services.identities.tasks import tasks_among
from services.identities.words import BEGINNINGS, Sought, names_of, sought_by, words_of
from services.looked_after import Colleague, colleague, looked_after
from services.queries.lines import JourneyLine
from services.queries.lists import Programmes
from services.queries.protected import protected_on
from services.readers import actors_of, assignments_of, relation_in_list
from services.reading import Permit, may_list, own_charge, reason_of, write_down_all
from services.recording.sureness import make_sure

MOST_SHOWN = 10
"""People that one search shows: whoever looks for one does not need to read of more."""

MOST_LOOKED_AT = 2_000
"""Journeys of which a search asks whether the reader may see who it is."""

MOST_OPENED = 300
"""Identities that one search opens: a second with a master key far away."""

MOST_BEGUN = 10_000
"""People whose names may begin in some of a few ways: of more, those in the reader's charge alone are looked at."""

NEAREST = 5
"""People who are offered where nobody is called what was written."""


T = TypeVar("T")


class FoundLine(Strict):
    """Somebody who was found: who they are, where they stand, what is next, where and until when they work, and whom to
    call. Without a name, or where they work, for whoever may read lists alone. `tasks` has what reminders are about,
    by their items, for those in charge. `same_as` is the number that this one leads to, where candidates were joined.
    """

    journey_id: JourneyId
    candidate: CandidateNumber
    name: str | None
    phone: str | None
    programme: str
    stage: Stage
    paused: bool
    since: date
    waits_for: str
    of_whom: str
    due_on: date | None
    items: tuple[OpenItem, ...]
    coordinator: Colleague
    supervisor: Colleague | None = None
    mentor: Colleague | None = None
    works_at: str | None = None
    works_until: date | None = None
    tasks: dict[str, str] = Field(default_factory=dict)
    same_as: CandidateNumber | None = None


class Found(Strict):
    """What a search found: journeys of at most ten people; `more` people fit, whose names were not looked at, and
    `others` in the charge of others, who are shown to whoever says why. `near` tells that nobody is called what was
    written, and these are called nearly so."""

    lines: tuple[FoundLine, ...]
    more: int = 0
    others: int = 0
    near: bool = False


class _Near(NamedTuple):
    permit: Permit
    line: JourneyLine


def find(
    application: Application, text: str, given: str | None, because: str | None = None, programme: str | None = None
) -> Found:
    """Whoever fits a text, or where nobody does, is called nearly so, among those of whom somebody may read lists, and
    whose name they may see. Each of them is written down before they are shown.

    Raises UsageError for too little text, and Refused where nobody fits, where too many may, and as lists do.
    """
    open_to = may_list(application, given, programme)
    if (number := CandidateNumber.read(text)) is not None:
        lines = application.lists.of_candidates(application.authority.joins.numbers_of(number), open_to)
        return _by_number(application, _refuse_none(lines), given)
    near = _near(application, text, given, open_to)
    identities = application.register.identities(one.line.candidate for one in near)
    sought = sought_by(text, application.today())
    fitting = [one for one in near if _fits(sought, identities.get(one.line.candidate))]
    if fitting:
        return _shown(application, fitting, identities, given, because)
    return _shown_nearly(application, _words(sought), given, open_to, because)


def _words(sought: Iterable[Sought]) -> tuple[str, ...]:
    """The words of the name that was sought; none where it may be anything else."""
    values = [value for one in sought if one.kind == "name" for value in one.values]
    return tuple(values) if not any(letter.isdigit() for value in values for letter in value) else ()


def _shown_nearly(
    application: Application, words: tuple[str, ...], given: str | None, open_to: Programmes, because: str | None
) -> Found:
    """Whoever is called nearly what was written, the nearest first. Raises Refused where nobody is."""
    if not words:
        raise Refused(NO_SUCH_NUMBER)
    near = _spelled_nearly(application, words, given, open_to)
    identities = application.register.identities(one.line.candidate for one in near)
    towns = {code: words_of(name) for code, name in application.book.town_names.items()}
    held = {one: names_of(identity) for one, identity in identities.items()}
    like = {
        one.line.candidate: likeness(words, held.get(one.line.candidate, ()), towns.get(one.line.site, ()))
        for one in near
    }
    nearest = sorted((one for one in like if like[one]), key=lambda one: -like[one])[:NEAREST]
    called_so = [one for one in nearest if like[one] == 1]  # with the town beside the name
    fitting = [one for each in called_so or nearest for one in near if one.line.candidate == each]
    found = _shown(application, _refuse_none(fitting), identities, given, because)
    return found.model_copy(update={"near": not called_so})


def _spelled_nearly(
    application: Application, words: Iterable[str], given: str | None, open_to: Programmes
) -> list[_Near]:
    """The journeys of all whose names may be nearly so: all in the reader's towns where these are few, otherwise those
    in their charge, and those whose names may begin so."""
    lists, charge, towns = application.lists, own_charge(application, given), _towns(application, given)
    lines = lists.found(limit=MOST_OPENED + 1, programme=open_to, site=towns)
    if len(lines) > MOST_OPENED:
        named = set(words) - {word for name in application.book.town_names.values() for word in words_of(name)}
        begun = application.register.beginning({one for word in named for one in beginnings(word)}, MOST_BEGUN)
        are_few = lists.count_of(begun, open_to, towns) <= MOST_LOOKED_AT
        lines = lists.of_candidates(begun, open_to, towns) if are_few else []
    own = lists.found(limit=MOST_OPENED, programme=open_to, coordinator=charge) if charge else []
    unique = {line.journey_id: line for line in (*own, *lines) if line.erased_on is None}
    near = _not_closed(application, _permitted(application, given, unique.values()))
    if len({one.line.candidate for one in near}) > MOST_OPENED:
        near = [one for one in near if one.permit.relation is Relation.OWN]
    return near


def _towns(application: Application, given: str | None) -> frozenset[str] | None:
    """The towns in which somebody works; None where that is everywhere."""
    actors = actors_of(application, given)
    towns = {one.town for one in assignments_of(application, actors[0].name)}
    return None if EVERYWHERE in towns else frozenset(towns)


def _near(application: Application, text: str, given: str | None, open_to: Programmes) -> list[_Near]:
    """The journeys of all who may be sought and whose names the reader may see, by the tokens alone."""
    sought = sought_by(text.strip(), application.today())
    if not any(len(value) >= BEGINNINGS[0] for one in sought for value in one.values):
        raise UsageError("find.too_short", "Write at least two letters of a name, or a whole number or address.")
    register = application.register
    candidates = {candidate for one in sought for candidate in register.under(one)}
    _refuse_many(application.lists.count_of(candidates, open_to), MOST_LOOKED_AT)
    near = _permitted(application, given, application.lists.of_candidates(candidates, open_to))
    _refuse_many(len({one.line.candidate for one in near}), MOST_OPENED)
    return _not_closed(application, near)


def _permitted(application: Application, given: str | None, lines: Iterable[JourneyLine]) -> list[_Near]:
    """Those of some journeys of which the reader may see who it is, by their roles; of a protected person, as one of
    the named staff."""
    protected, actors = protected_on(application.reading), actors_of(application, given)
    near = []
    for line in lines:
        permit = _permit(application, actors, line)
        if permit is not None and permit.actor.name in protected.get(line.candidate, {permit.actor.name}):
            near.append(_Near(permit, line))
    return near


def _not_closed(application: Application, near: Iterable[_Near]) -> list[_Near]:
    return [one for one in near if why_closed(application, one.line, one.permit.relation) is None]


def _permit(application: Application, actors: Iterable[Actor], line: JourneyLine) -> Permit | None:
    """That somebody may see who it is, in that of their roles which is nearest; None where they may not."""
    permits = []
    for actor in actors:
        relation = relation_in_list(application, line, actor)
        if relation is not None and is_permitted(actor.role, Reading.NAME, relation):
            permits.append(Permit(line, actor, Reading.NAME, relation, None, urgent=False))
    return min(permits, key=lambda one: one.relation, default=None)


def _refuse_many(found: int, most: int) -> None:
    if found > most:
        raise Refused("find.too_many", "Too many people may fit. Write more of the name, or another name as well.")


def _fits(sought: Iterable[Sought], identity: Mapping[str, Any] | None) -> bool:
    return identity is not None and any(one.fits(identity) for one in sought)


def _shown(
    application: Application,
    fitting: list[_Near],
    identities: Mapping[str, Mapping[str, Any]],
    given: str | None,
    because: str | None,
) -> Found:
    reason = reason_of(because)
    make_sure(application, [reason])
    named = [one for one in fitting if reason is not None or one.permit.relation is Relation.OWN]
    _refuse_none(fitting)
    named.sort(key=lambda one: (one.permit.relation, one.line.stage in ENDED_STAGES))
    people = dict.fromkeys(one.line.candidate for one in named)
    first = set(list(people)[:MOST_SHOWN])
    shown = [one for one in named if one.line.candidate in first]
    write_down_all(application, [one.permit.with_reason(reason) for one in shown])
    lines = [_line(application, one.line, person_in(identities[one.line.candidate]), given) for one in shown]
    others = {one.line.candidate for one in fitting} - set(people)
    return Found(lines=tuple(lines), more=len(people) - len(first), others=len(others))


def _by_number(application: Application, lines: list[JourneyLine], given: str | None) -> Found:
    """Who has a candidate number: with their name for those in charge alone, as in a list."""
    people = people_in(application, given, lines)
    return Found(lines=tuple(_line(application, line, people.get(line.candidate), given) for line in lines))


def _refuse_none(found: list[T]) -> list[T]:
    if found:
        return found
    raise Refused(
        "find.nobody",
        "Nobody was found whose name you may see. Try the identity number, the telephone number or another spelling."
        " Who is being judged or protected is found by those in charge alone.",
    )


NO_SUCH_NUMBER = msg(
    "find.no_such_number",
    "Nobody with this number or address was found whose name you may see. Check it, or try the name."
    " Who is being judged or protected is found by those in charge alone.",
)


def _line(application: Application, line: JourneyLine, person: Person | None, given: str | None) -> FoundLine:
    is_at_work = person is not None and line.stage not in ENDED_STAGES
    agreed = looked_after(application, application.lists.ledger(line.journey_id)) if is_at_work else None
    said = {name: getattr(line, name) for name in FoundLine.model_fields if hasattr(line, name)}
    said |= agreed.model_dump(exclude={"works_from"}) if agreed else {}
    leads_to = application.authority.joins.leads_to(line.candidate)
    items = application.lists.items(line.journey_id)
    return FoundLine.model_validate(
        {
            **said,
            "name": person.name if person else None,
            "phone": person.phone if person else None,
            "items": [one.model_copy(update={"partner": None}) for one in items],
            "tasks": tasks_among(application, given, line, items) if person else {},
            "coordinator": colleague(application, line.coordinator),
            "same_as": leads_to if leads_to != line.candidate else None,
        }
    )
