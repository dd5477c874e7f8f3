"""Who works here: entered, changed and ended by statements, and keys enrolled, by whoever may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_urlsafe
from typing import TypedDict, TypeVar, Unpack

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from models.access.charge import managers
from models.access.keys import Key
from models.access.permissions import ACTIONS, PERMISSIONS, Relation, act_in_words
from models.access.register import BEGUN, Register
from models.access.statements import (
    Assignment,
    Founded,
    KeyEnrolled,
    KeyRevoked,
    PasskeyRemoved,
    PersonInvited,
    RulesRegistered,
    StaffEnded,
    StaffEntered,
    Statement,
    Substitute,
    hash_of_code,
)
from models.calendar.swedish_day import day_in_sweden
from models.canonical import digest_of
from models.events.descriptions import name_of
from models.events.events import EVENT_CLASSES
from models.events.parsing import problems_in
from models.message import Message
from models.programme.programme import Programme
from models.signatures import public_key_of
from runtime.errors import Refused, UsageError
from runtime.keyring import Keyring
from runtime.statement_log import INVITATION, StatementLog
from services.referrals.values import checked, told_in_field

S = TypeVar("S", bound=Statement)


@dataclass(frozen=True)
class Member:
    """Somebody who works here, or has: what the register says of them now."""

    said: StaffEntered
    works_here: bool
    keys: tuple[str, ...]
    leave: Substitute | None = None
    """Who stands in for them, now or later."""


class Change(TypedDict, total=False):
    """What may be said anew of somebody. `more` is a role that is given, `without` one that is closed with its last
    day, `substitute` whoever stands in."""

    name: str | None
    email: str | None
    phone: str | None
    more: Assignment | None
    without: Assignment | None
    substitute: Substitute | None


class Staff:
    """The register of staff, changed in the name of `by`, whose key is in the keyring."""

    def __init__(self, log: StatementLog, keyring: Keyring, by: str, now: datetime) -> None:
        self._log = log
        self._keyring = keyring
        self._by = by
        self._now = now

    def refuse_begun(self) -> None:
        """Raises Refused where the register was begun already."""
        if self._log.register().founder is not None:
            raise Refused(BEGUN)

    def found(self, name: str, passphrase: str | None = None) -> str:
        """Begin the register as its first operator; returns the public key that all the rest rests on. The key is made
        where there is none, under `passphrase`. Raises Refused where the register was begun already, and keeps no key
        then."""
        is_new = self._by not in self._keyring
        key = Ed25519PrivateKey.generate() if is_new else self._own_key()
        said = made(Founded, at=self._now, person=self._by, name=name, key=public_key_of(key))
        if (why_not := self._log.register().why_not(said, public_key_of(key))) is not None:
            raise Refused(why_not)
        if is_new:
            self._keyring.add(self._by, key, passphrase)
        self._log.add(said, key)
        return public_key_of(key)

    def add(self, person: str, name: str, assignment: Assignment, email: str | None, phone: str | None) -> None:
        """Enter somebody who does not work here yet. Raises Refused and UsageError."""
        register = self._log.register()
        if register.works_here(person, self._now):
            raise UsageError("staff.known", "{person} works here already. Change the entry instead.", person=person)
        said = self._contact({"name": name, "email": email, "phone": phone})
        self._state(made(StaffEntered, at=self._now, person=person, assignments=(assignment,), **said))

    def change(self, person: str, **said: Unpack[Change]) -> None:
        """Say anew what holds of somebody: what is not given stays. Raises Refused and UsageError."""
        self._log.add(*self._signed(person, said))

    def refuse_change(self, person: str, **said: Unpack[Change]) -> None:
        """Raises Refused and UsageError where that may not be said. Nothing is recorded."""
        changed, key = self._signed(person, said)
        if (why_not := self._log.register().why_not(changed, public_key_of(key))) is not None:
            raise Refused(why_not)

    def _signed(self, person: str, said: Change) -> tuple[StaffEntered, Ed25519PrivateKey]:
        """What is said, and the key that says it. Who stands in for them a server may say for whoever has signed in."""
        changed = self._changed(person, **said)
        if person != self._by or {name for name in said if said.get(name)} != {"substitute"}:
            return changed, self._own_key()
        by = self._keyring.signer(person)
        return changed.model_copy(update={"sign_in": by.sign_in}), by.key

    def _changed(self, person: str, **said: Unpack[Change]) -> StaffEntered:
        was, more, without = self._known(person), said.get("more"), said.get("without")
        given: Mapping[str, object] = said
        kept = [one for one in was.assignments if not (without and _is_same(one, without))]
        if without is not None and len(kept) == len(was.assignments):
            raise UsageError(
                "staff.no_such_role", "{person} does not have the role {role} there.", person=person, role=without.role
            )
        fields = ("name", "email", "phone", "substitute")
        new = {name: given[name] for name in fields if given.get(name) is not None} | self._contact(given)
        assignments = (*kept, *filter(None, (without, more)))
        return made(StaffEntered, **{**dict(was), **new, "assignments": assignments, "at": self._now, "sign_in": None})

    def _contact(self, given: Mapping[str, object]) -> dict[str, str]:
        """What somebody is called and how they are reached, as it is taken of candidates too. Raises UsageError."""
        contact, today = dict[str, str](), day_in_sweden(self._now)
        for name in ("name", "email", "phone"):
            with told_in_field(name):
                if given.get(name) is not None:
                    contact[name] = checked(name, str(given[name]), today)
        return contact

    def end(self, person: str, on: date, because: str) -> None:
        """Somebody works here no more after a day. What refers to them stays. Raises Refused and UsageError."""
        self._known(person)
        self._state(made(StaffEnded, at=self._now, person=person, on=on, because=because))

    def invite(self, person: str) -> tuple[str, datetime]:
        """A code with which somebody can enrol one key, and until when. Raises Refused and UsageError."""
        self._known(person)
        code, until = token_urlsafe(), self._now + INVITATION
        self._state(PersonInvited(at=self._now, person=person, code_hash=hash_of_code(code), expires_at=until))
        return code, until

    def refuse_uninvited(self, code: str) -> None:
        """Raises Refused where the code does not invite this person now, and UsageError where they have a key here."""
        if (why_not := self._log.register().why_not_invited(self._by, hash_of_code(code), self._now)) is not None:
            raise Refused(why_not)
        self._keyring.refuse_second(self._by)

    def enrol(self, code: str, passphrase: str | None) -> str:
        """Make a key for oneself under an invitation; returns the public key. Raises Refused, and keeps no key then."""
        key = Ed25519PrivateKey.generate()
        public = public_key_of(key)
        said = made(KeyEnrolled, at=self._now, person=self._by, key=public, code=code)
        if (why_not := self._log.register().why_not(said, public)) is not None:
            raise Refused(why_not)
        self._keyring.add(self._by, key, passphrase)
        self._log.add(said, key)
        return public

    def revoke(self, person: str, because: str) -> int:
        """Let all keys of somebody count no more from now on; returns how many. Raises Refused and UsageError."""
        register = self._log.register()
        keys = [key for key, known in register.keys.items() if _counts(known, person, self._now)]
        said: list[Statement] = [made(KeyRevoked, at=self._now, key=key, because=because) for key in keys]
        for one in register.passkeys.of(person, self._now):
            of_it = {"person": person, "credential": one.credential, "because": because}
            said.append(made(PasskeyRemoved, at=self._now, **of_it))
        if not said:
            raise UsageError("staff.no_key", "{person} has no key that counts.", person=person)
        self._log.add_all(said, self._own_key())
        return len(said)

    def put_in_force(self, programmes: Sequence[Programme]) -> list[str]:
        """Register the rules of programmes; returns those that were not in force as they are. Safe to repeat. Raises
        Refused where nobody manages one of them: what is meant for the manager would reach nobody."""
        register = self._log.register()
        new = [one for one in programmes if (one.id, digest_of(one)) not in register.rules]
        if unmanaged := [one.id for one in new if not managers(register, one.id, None, self._now)]:
            raise Refused(
                "programme.unmanaged",
                "Nobody manages {programmes}. Give somebody the role of manager there first.",
                programmes=", ".join(unmanaged),
            )
        said = [RulesRegistered(at=self._now, programme=one.id, digest=digest_of(one)) for one in new]
        self._log.add_all(said, self._own_key())
        return [one.id for one in new]

    def members(self) -> list[Member]:
        """Everybody whom the register knows, by name."""
        register = self._log.register()
        found = []
        for person, versions in sorted(register.people.items()):
            keys = tuple(key for key, known in register.keys.items() if _counts(known, person, self._now))
            leave = register.leave_of(person, self._now)
            found.append(Member(versions[-1], register.works_here(person, self._now), keys, leave))
        return found

    def _state(self, said: Statement) -> None:
        self._log.add(said, self._own_key())

    def _own_key(self) -> Ed25519PrivateKey:
        return self._keyring.key(self._by)

    def _known(self, person: str) -> StaffEntered:
        known = self._log.register().person(person, self._now)
        if known is None:
            raise UsageError("staff.unknown", "{person} is not in the register of staff.", person=person)
        return known


def what_may(register: Register, person: str, at: datetime) -> list[tuple[Assignment, dict[str, str]]]:
    """What somebody may do at a moment: for each of their roles, the actions and for whom."""
    return [
        (
            one,
            {
                action: PERMISSIONS[one.role][action].name.lower()
                for action in ACTIONS
                if action in PERMISSIONS[one.role]
            },
        )
        for one in register.assignments(person, at)
    ]


def keys_of(register: Register, person: str, at: datetime) -> list[tuple[str, datetime]]:
    """The keys of somebody that count at a moment, each with since when."""
    return [(key, known.since) for key, known in register.keys.items() if _counts(known, person, at)]


def action_in_words(action: str) -> Message:
    """What people call an action of the table of permissions."""
    return name_of(action) if action in EVENT_CLASSES else act_in_words(action)


def relation_in_words(relation: str) -> Message:
    """For whom somebody may do something, as `what_may` has it."""
    return Relation[relation.upper()].in_words


def leaves_of(register: Register, person: str, at: datetime) -> dict[str, Substitute]:
    """When somebody stands in for others, at a moment or later: by those for whom."""
    found = {other: register.leave_of(other, at) for other in sorted(register.people)}
    return {other: leave for other, leave in found.items() if leave is not None and leave.person == person}


def made(cls: type[S], **said: object) -> S:
    """A statement. Raises UsageError with what is wrong with it."""
    try:
        return cls(**said)
    except ValidationError as error:
        raise UsageError(
            "staff.problems", "This cannot be entered: {problems}.", problems=problems_in(error)
        ) from error


def _is_same(one: Assignment, other: Assignment) -> bool:
    return (one.role, one.programme, one.town) == (other.role, other.programme, other.town)


def _counts(key: Key, person: str, at: datetime) -> bool:
    return (key.of, key.holder) == ("person", person) and key.counts_at(at)
