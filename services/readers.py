"""Who reads: in which role, how near to the candidate, and with a key that counts."""

from datetime import datetime
from typing import Any, Protocol

from models.access.authorship import relation_to
from models.access.permissions import PERMISSIONS, Operation, Reading, Relation, is_permitted, why_not
from models.access.register import Register
from models.access.speaking import why_not_word_of
from models.access.statements import Assignment
from models.identifiers import Actor, Role
from models.ledger.entry import Parties
from models.message import Message, msg
from models.signatures import public_key_of
from models.stages import Stage
from runtime.errors import Refused
from services.application import Application
from services.queries.lines import JourneyLine, events_in_effect

Act = Reading | Operation
"""What is written down in the log of readings, and permitted before."""


class Listed(Protocol):
    """A line of a list: whose journey it is, where it stands and who is in charge."""

    @property
    def journey_id(self) -> str: ...
    @property
    def candidate(self) -> str: ...
    @property
    def programme(self) -> str: ...
    @property
    def stage(self) -> Stage: ...
    @property
    def site(self) -> str: ...
    @property
    def coordinator(self) -> str: ...


def relation_in_list(application: Application, line: Listed, actor: Actor) -> Relation | None:
    """How near somebody who works with lists is to the candidate of a line: as `relation_of`, without the agreement
    that names supervisors and mentors."""
    parties = Parties(site=line.site, coordinator=line.coordinator)
    return relation_to(application.authority, actor, line.journey_id, line.programme, parties, application.now())


def relation_of(application: Application, line: JourneyLine, actor: Actor) -> Relation | None:
    """How near somebody is to the candidate of a journey; None where they do not have the role."""
    agreed: dict[str, Any] = {}
    if actor.role in (Role.SUPERVISOR, Role.MENTOR):
        events = events_in_effect(application.lists.ledger(line.journey_id))
        agreed = next((event for event in reversed(events) if event["kind"] == "internship_agreed"), {})
    parties = Parties(
        site=line.site,
        coordinator=line.coordinator,
        supervisor=agreed.get("supervisor"),
        mentor=agreed.get("mentor"),
        referring_partner=line.referring_partner,
    )
    return relation_to(application.authority, actor, line.journey_id, line.programme, parties, application.now())


def earlier_journeys(application: Application, given: str | None, line: JourneyLine) -> list[JourneyLine]:
    """The journeys of somebody who has come back to a programme before this one, the latest first, as far as the reader
    may read of them."""
    found = application.lists.found(candidate=line.candidate, programme=line.programme)
    before = [one for one in found if one.journey_id.turn < line.journey_id.turn]
    return sorted((one for one in before if may_read_of(application, given, one)), key=lambda one: -one.journey_id.turn)


def may_read_of(application: Application, given: str | None, line: Listed) -> bool:
    """Whether somebody may read of a journey in a list, in one of their roles."""
    return any(
        is_permitted(actor.role, Reading.JOURNEY, relation_in_list(application, line, actor))
        for actor in actors_of(application, given)
    )


def reader_of(application: Application, given: str | None, line: JourneyLine, what: Act) -> Actor:
    """Who reads: in the role that is given, or in that of theirs which is nearest and permits it.

    Raises UsageError where nobody says who they are.
    """
    actors = actors_of(application, given)
    near = [(relation_of(application, line, one), one) for one in actors]
    permitted = [(relation, one) for relation, one in near if relation and is_permitted(one.role, what, relation)]
    return min(permitted, key=lambda one: one[0])[1] if permitted else actors[0]


def actors_of(application: Application, given: str | None) -> list[Actor]:
    """Somebody in the role that they give, or in each that they have; the coordinator where they have none."""
    actor = application.actor(given)
    if ":" in (given or application.settings.actor or ""):
        return [actor]
    roles = dict.fromkeys(one.role for one in assignments_of(application, actor.name))
    return [Actor.of(role, actor.name) for role in roles] or [actor]


def assignments_of(application: Application, name: str) -> tuple[Assignment, ...]:
    return application.authority.assignments(name, application.now())


def require_known(application: Application, actor: Actor) -> None:
    """Whether somebody is who they say they are: their key is here, or they have signed in here, and that counts.

    Raises UsageError where neither is so, and Refused where it does not count for them.
    """
    register = application.authority  # where there is no database, that is what to say first
    signer, now = application.keyring.signer(actor.name), application.now()
    known = register.key_of(public_key_of(signer.key), now)
    if known is not None and known.of == "server":
        if (why_not := why_not_word_of(known, actor, signer.sign_in, now, reads=True)) is not None:
            raise Refused(why_not)
    elif known is None or (known.of, known.holder) != ("person", actor.name):
        raise Refused(
            "reading.key_unknown",
            "The key of {name} at this machine is not enrolled. Enrol a key with an invitation.",
            name=actor.name,
        )


def in_a_role_for(application: Application, action: str, named: Message) -> Actor:
    """Whoever is here, in that of their roles which may do something for some candidates; `named` is what people call
    it. Raises UsageError where their key is not here, and Refused where they have no such role."""
    actors = actors_of(application, None)
    require_known(application, actors[0])
    for one in actors if assignments_of(application, actors[0].name) else ():
        if action in PERMISSIONS[one.role]:
            return one
    if not assignments_of(application, actors[0].name):
        raise Refused(stranger(actors[0].name))
    raise Refused(why_not(actors[0].role, action, named, Relation.ANY) or named)


def named_by_mail(register: Register, address: str, now: datetime) -> set[str]:
    """Who has a mail address; nobody leaves it behind who works here no more."""
    said = {name: register.person(name, now) for name in list(register.people) if register.works_here(name, now)}
    return {name for name, one in said.items() if one and (one.email or "").casefold() == address.casefold()}


def stranger(name: str) -> Message:
    return msg("reading.stranger", "{name} does not have a role here.", name=name)
