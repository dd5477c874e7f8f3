"""Whether an event is its author's own, and whether they may say it of this candidate. Pure; asked again by audits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.access.passkeys import MISSING, challenge_of_event
from models.access.permissions import ROLE_NAMES, Relation, why_not
from models.access.register import Register
from models.access.speaking import SHARED, why_not_word_of
from models.canonical import digest_of
from models.events.descriptions import name_of
from models.events.events import Corrected
from models.identifiers import Actor, Role, own_id
from models.ledger.entry import Parties
from models.message import Message, msg
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.sign_ins import SignIn
from models.signatures import Signature, event_bytes, is_signed

OF_AUTHORITY = (
    rules.the_event_is_signed,
    rules.the_key_is_the_authors,
    rules.the_own_key_is_given,
    rules.the_author_has_the_role,
    rules.the_author_is_permitted,
    rules.the_rules_are_registered,
)
"""The rules that are asked of whoever sent an event, in their order."""

AUTHORITY_RULES = frozenset(
    rule.id for rule in (*OF_AUTHORITY, rules.the_journey_is_the_ledgers, rules.the_text_is_kept_apart)
)
"""Rules by which an event is refused for its author's sake, that of the rules or the run it was judged by, or the texts
in it: of its contents nothing is kept."""


def said_in(event: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """What an event says, and what it puts in another's place."""
    event = event or {}
    yield from (said for said in (event, event.get("replacement")) if isinstance(said, Mapping) and said)


def brought_rules(event: Mapping[str, Any] | None) -> Iterator[str]:
    """The digests of the rules that an event brings into the journey."""
    return (digest_of(said["rules"]) for said in said_in(event) if isinstance(said.get("rules"), dict))


CORRECTED = Corrected.model_fields["kind"].default


def id_of_refused(event_id: UUID, rule: str, digest: str, signed: Signature | None) -> UUID:
    """The id under which an event is refused for its author's sake: it must not take that of what they may send
    themselves, and another that says the same with another signature is another."""
    return own_id(event_id, f"{rule} {digest} {signed.value if signed else ''}")


@dataclass(frozen=True)
class Claim:
    """That somebody said something in a journey, at the moment at which it was recorded, with their signature.

    `is_told` says of a partner whether they have been written to in this journey. `sign_in` is by what a server knew
    them that speaks for them, and `also_for` are others for whom it has spoken in this journey by the same one.
    `demands_own_key` says that a server's word alone does not do, and `puts_in` is the kind of event that a correction
    puts in another's place: nobody says by a correction what they may not say themselves.
    """

    journey_id: str
    programme: str
    kind: str
    actor: Actor
    digest: str
    at: datetime
    signed: Signature | None
    parties: Parties
    is_told: bool = False
    sign_in: SignIn | None = None
    also_for: frozenset[str] = frozenset()
    demands_own_key: bool = False
    puts_in: str | None = None


def put_in_by(event: Mapping[str, Any] | None) -> str | None:
    """The kind of event that a correction puts in another's place; None of any other event."""
    kinds = [said.get("kind") for said in said_in(event)]
    return kinds[1] if len(kinds) > 1 and kinds[0] == CORRECTED else None


def why_not_by(register: Register, claim: Claim) -> Refusal | None:
    """The first thing that is against an event for its author's sake; None where nothing is."""
    return (
        _unsigned(claim)
        or _not_their_key(register, claim)
        or _not_with_own_key(register, claim)
        or _not_in_the_role(register, claim)
        or _not_permitted(register, claim)
    )


def why_not_signed_by(register: Register, claim: Claim) -> Refusal | None:
    """The same as far as it can be told once what was said is erased: whether its author signed it, in a role of
    theirs."""
    return (
        _unsigned(claim)
        or _not_their_key(register, claim)
        or _not_with_own_key(register, claim)
        or _not_in_the_role(register, claim)
    )


def relation_to(
    register: Register,
    actor: Actor,
    journey_id: str | None,
    programme: str,
    parties: Parties,
    at: datetime,
    *,
    is_told: bool = False,
) -> Relation | None:
    """How near somebody is to a candidate; None where they do not have the role at all. Without a journey, to somebody
    who is still to be referred."""
    if actor.role is Role.PARTNER:
        return Relation.OWN if is_told or actor.name == parties.referring_partner else Relation.ANY
    if _is_own(register, actor, journey_id, parties, at) and register.has_role(
        actor.name, actor.role, programme, None, at
    ):
        return Relation.OWN
    if register.has_role(actor.name, actor.role, programme, parties.site, at):
        return Relation.TOWN
    if register.has_role(actor.name, actor.role, programme, None, at):
        return Relation.PROGRAMME
    has_it = any(one.role is actor.role for one in register.assignments(actor.name, at))
    return Relation.ANY if has_it else None


def _is_own(register: Register, actor: Actor, journey_id: str | None, parties: Parties, at: datetime) -> bool:
    is_lent = journey_id is not None and register.lendings.is_with(journey_id, parties.coordinator, actor.name, at)
    if is_lent and actor.role is Role.COORDINATOR:
        return True
    names = {actor.name} | register.stands_in_for(actor.name, at)
    own = {
        Role.COORDINATOR: {parties.coordinator},
        Role.SUPERVISOR: {parties.supervisor, parties.mentor},
        Role.MENTOR: {parties.mentor},
    }.get(actor.role, set())
    return bool(names & own)


def _unsigned(claim: Claim) -> Refusal | None:
    if claim.signed is None:
        message = msg("the_event_is_signed.missing", "The event is not signed. Send it with your own key.")
        return rules.the_event_is_signed.refuse(message)
    if is_signed(event_bytes(claim.journey_id, claim.digest, claim.sign_in), claim.signed.value, claim.signed.key):
        return None
    message = msg(
        "the_event_is_signed.differs",
        "The signature does not fit the event and this journey. Sign what is sent, for the journey it is sent to.",
    )
    return rules.the_event_is_signed.refuse(message)


def _not_their_key(register: Register, claim: Claim) -> Refusal | None:
    key = register.key_of(claim.signed.key if claim.signed else "", claim.at)
    if key is None:
        message = msg(
            "the_key_is_the_authors.unknown",
            "The key is not enrolled or was revoked. Enrol a key of your own.",
        )
        return rules.the_key_is_the_authors.refuse(message)
    why_not = why_not_word_of(key, claim.actor, claim.sign_in, claim.at)
    if why_not is None and claim.also_for - {claim.actor.name}:
        why_not = SHARED
    return rules.the_key_is_the_authors.refuse(why_not) if why_not is not None else None


def _not_with_own_key(register: Register, claim: Claim) -> Refusal | None:
    """Whoever signs with a key of this machine has signed themselves; for whom a server signs, their key has to."""
    if claim.sign_in is None:
        return None
    given = claim.sign_in.own_key
    if given is None:
        return rules.the_own_key_is_given.refuse(MISSING) if claim.demands_own_key else None
    challenge = challenge_of_event(claim.journey_id, claim.digest, given.seen)
    why_not = register.passkeys.why_not(given, claim.actor.name, challenge, claim.at)
    return rules.the_own_key_is_given.refuse(why_not) if why_not is not None else None


def _not_in_the_role(register: Register, claim: Claim) -> Refusal | None:
    actor = claim.actor
    if actor.role is Role.PARTNER or any(one.role is actor.role for one in register.assignments(actor.name, claim.at)):
        return None
    message = msg(
        "the_author_has_the_role.missing",
        "{name} does not have the role {role} on that day. Act in a role of your own.",
        name=actor.name,
        role=ROLE_NAMES[actor.role],
    )
    return rules.the_author_has_the_role.refuse(message)


def _not_permitted(register: Register, claim: Claim) -> Refusal | None:
    relation = relation_to(
        register, claim.actor, claim.journey_id, claim.programme, claim.parties, claim.at, is_told=claim.is_told
    )
    message = why_not_said(claim.actor.role, claim.kind, claim.puts_in, relation)
    return rules.the_author_is_permitted.refuse(message) if message is not None else None


def why_not_said(role: Role, kind: str, puts_in: str | None, relation: Relation | None) -> Message | None:
    """Why somebody may not say an event of a kind, or by it what it puts in another's place; None where they may."""
    kinds = [one for one in (kind, puts_in) if one is not None]
    return next((why for one in kinds if (why := why_not(role, one, name_of(one), relation)) is not None), None)
