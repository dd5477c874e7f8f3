"""The register of authority at any moment: the fold over its signed statements. Pure: no clock, no database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from pydantic import ValidationError

from models.access.acting import Acting, of_lending, of_substitute
from models.access.joins import Joins
from models.access.keys import Key, KeyOf
from models.access.lendings import Lendings
from models.access.passkeys import Passkeys
from models.access.permissions import PERMISSIONS, Operation
from models.access.safeguards import why_not_safe
from models.access.speaking import why_not_word_of
from models.access.statements import (
    BEGINNING,
    STATEMENT,
    Assignment,
    CandidatesJoined,
    CandidatesLent,
    Founded,
    KeyEnrolled,
    KeyRevoked,
    PartnerRegistered,
    PasskeyRegistered,
    PasskeyRemoved,
    PersonInvited,
    RowsLost,
    RulesRegistered,
    ServerRegistered,
    SignedStatement,
    StaffEnded,
    StaffEntered,
    Statement,
    Substitute,
    WorkerRegistered,
)
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Actor, Role
from models.message import Message, msg
from models.sign_ins import ServerKind

GIVEN_BY_MANAGERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.MENTOR})
"""Roles that a programme's manager may give in her programme; the others are the operator's to give."""


@dataclass(frozen=True)
class Fault:
    """A statement that does not count, and why. It stays in the log."""

    number: int
    why: Message
    person: str | None = None
    """Whom it is about, as it says."""


@dataclass(frozen=True)
class LossStated:
    """That rows of a journey are lost, as an operator has said and signed it."""

    said: RowsLost
    by: str
    key: str


@dataclass
class Register:
    """What all statements so far amount to. A statement that may not be made does not count: see `faults`."""

    keys: dict[str, Key] = field(default_factory=dict)
    people: dict[str, list[StaffEntered]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[str, list[StaffEnded]] = field(default_factory=lambda: defaultdict(list))
    rules: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """When rules were put in force, by programme and digest."""
    lost: dict[int, LossStated] = field(default_factory=dict)
    """What was said of lost rows, by the number of the statement."""
    joins: Joins = field(default_factory=Joins)
    lendings: Lendings = field(default_factory=Lendings)
    acting: list[Acting] = field(default_factory=list)
    """What was said to those who act for others, in the order in which it was said."""
    passkeys: Passkeys = field(default_factory=Passkeys)
    founder: str | None = None
    faults: list[Fault] = field(default_factory=list)
    number: int = 0
    head: str = BEGINNING
    latest: datetime | None = None
    _invited: dict[str, PersonInvited] = field(default_factory=dict)
    _with_substitutes: set[str] = field(default_factory=set)
    """Everybody for whom somebody acts or has acted."""

    @classmethod
    def fold(cls, statements: Iterable[SignedStatement]) -> "Register":
        register = cls()
        for statement in statements:
            register.add(statement)
        return register

    def add(self, signed: SignedStatement) -> None:
        """Take in the next statement of the log."""
        is_signed, head = signed.checked()
        why = self._why_not(signed, is_signed)
        if why is not None:
            person = signed.said.get("person") if isinstance(signed.said, dict) else None
            self.faults.append(Fault(signed.number, why, person if isinstance(person, str) else None))
        else:
            said = STATEMENT.validate_python(signed.said)
            self.acting += self._says_to_whom(head, said)
            self._apply(said)
            if isinstance(said, RowsLost):
                self.lost[signed.number] = LossStated(said, self.keys[signed.key].holder, signed.key)
            if isinstance(said, CandidatesJoined):
                self.joins.said.append(said)
            if isinstance(said, CandidatesLent):
                self.lendings.add(said)
            self.latest = said.at
        self.number, self.head = signed.number, head

    def why_not(self, said: Statement, key: str) -> Message | None:
        """Why the holder of a key may not make a statement; None where nothing is against it."""
        if self.latest is not None and said.at < self.latest:
            return msg("register.backdated", "It says that it was made before the statement before it.")
        if isinstance(said, Founded):
            fits = self.number == 0 and said.key == key
            return None if fits else BEGUN
        if self.founder is None:
            return msg("register.not_founded", "The register was never founded.")
        if isinstance(said, KeyEnrolled):
            return self._why_not_enrol(said, key)
        return self._why_not_state(said, key) or why_not_safe(self, said, key)

    def enrol_key(
        self, key: str, holder: str, of: KeyOf, since: datetime, speaks_for: ServerKind | None = None
    ) -> None:
        """Let a key count from a moment on. One that is known stays what it is."""
        self.keys.setdefault(key, Key(holder, of, since, speaks_for=speaks_for))

    def key_of(self, key: str, at: datetime) -> Key | None:
        """Whose a key was at a moment; None where it counted for nothing then."""
        known = self.keys.get(key)
        return known if known is not None and known.counts_at(at) else None

    def person(self, name: str, at: datetime) -> StaffEntered | None:
        """What the register said of somebody at a moment; also of those who have left."""
        return _latest(self.people.get(name, ()), at)

    def works_here(self, name: str, at: datetime) -> bool:
        return self.works_here_on(name, day_in_sweden(at), at)

    def works_here_on(self, name: str, day: date, at: datetime) -> bool:
        """Whether somebody works here on a day, as far as it was known at a moment."""
        person, end = self.person(name, at), _latest(self.ends.get(name, ()), at)
        return person is not None and (end is None or end.at < person.at or day <= end.on)

    def assignments(self, name: str, at: datetime) -> tuple[Assignment, ...]:
        """The roles that somebody has at a moment, by the day it is then."""
        person = self.person(name, at)
        if person is None or not self.works_here(name, at):
            return ()
        return tuple(one for one in person.assignments if one.holds_on(day_in_sweden(at)))

    def has_role(self, name: str, role: Role, programme: str, town: str | None, at: datetime) -> bool:
        return any(one.role is role and one.is_in(programme, town) for one in self.assignments(name, at))

    def stands_in_for(self, name: str, at: datetime) -> frozenset[str]:
        """Those on leave for whom somebody acts at a moment."""
        others = list(self._with_substitutes)  # another thread of the worker may be taking in a statement
        return frozenset(other for other in others if self.substitute_of(other, at) == name)

    def substitute_of(self, name: str, at: datetime) -> str | None:
        """Who acts for somebody at a moment; None of somebody who is not on leave."""
        person = self.person(name, at)
        leave = person.substitute if person is not None else None
        return leave.person if leave is not None and leave.from_day <= day_in_sweden(at) <= leave.until_day else None

    def acts_for(self, name: str, coordinator: str, journey_id: str, at: datetime) -> bool:
        """Whether somebody acts for the coordinator in charge of a journey at a moment: as who stands in, or as the
        colleague to whom it is lent."""
        is_lent = self.lendings.is_with(journey_id, coordinator, name, at)
        return is_lent or self.substitute_of(coordinator, at) == name

    def leave_of(self, name: str, at: datetime) -> Substitute | None:
        """Who acts for somebody, and when, at a moment or later; None where that is over."""
        person = self.person(name, at)
        leave = person.substitute if person is not None else None
        return leave if leave is not None and max(leave.from_day, day_in_sweden(at)) <= leave.until_day else None

    def is_in_force(self, programme: str, rules_digest: str | None, at: datetime) -> bool:
        """Whether rules of this digest had been registered for the programme at a moment."""
        since = self.rules.get((programme, rules_digest or ""))
        return since is not None and since <= at

    def is_a_workers(self, key: str | None, at: datetime) -> bool:
        known = self.key_of(key, at) if key else None
        return known is not None and known.of == "worker"

    def _why_not(self, signed: SignedStatement, is_signed: bool) -> Message | None:
        if signed.number != self.number + 1 or signed.previous != self.head:
            return msg("register.chain_broken", "It does not follow the statement before it.")
        if not is_signed:
            return msg("register.not_signed", "Its signature is not that of its key.")
        try:
            said = STATEMENT.validate_python(signed.said)
        except ValidationError:
            return msg("register.unreadable", "It says nothing that can be read.")
        return self.why_not(said, signed.key)

    def _why_not_enrol(self, said: KeyEnrolled, key: str) -> Message | None:
        if key != said.key:
            return msg("enrol.other_key", "A key must be enrolled with a signature of its own.")
        if said.key in self.keys:
            return msg("enrol.known_key", "This key is enrolled already.")
        return self.why_not_invited(said.person, said.code_hash, said.at)

    def why_not_invited(self, person: str, code_hash: str, at: datetime) -> Message | None:
        """Why somebody may not enrol a key with a code at a moment; None where they are invited."""
        invitation = self._invited.get(code_hash)
        if invitation is None or invitation.person != person:
            return msg(
                "enrol.no_invitation",
                "The invitation is unknown or used. Ask your manager or an operator for a new one.",
            )
        if at >= invitation.expires_at:
            return msg("enrol.expired", "The invitation has expired. Ask your manager or an operator for a new one.")
        return None

    def _why_not_state(self, said: Statement, key: str) -> Message | None:
        author = self.key_of(key, said.at)
        if isinstance(said, OF_PASSKEYS) and (why_not := self._why_not_passkey(said, author)) is not None:
            return why_not
        if isinstance(said, CandidatesLent) and (why_not := self.lendings.why_not(said)) is not None:
            return why_not
        if author is not None and author.of == "server":
            return self._why_not_spoken(said, author)
        if author is None or author.of != "person":
            return msg("register.unknown_key", "It is signed with a key that counted for nothing at that moment.")
        if isinstance(said, CandidatesJoined):
            return self._why_not_join(said, author.holder)
        if any(one.role is Role.OPERATOR for one in self.assignments(author.holder, said.at)):
            return None
        if self._is_ones_own(said, author.holder):
            return None
        managed = {one.programme for one in self.assignments(author.holder, said.at) if one.role is Role.MANAGER}
        if managed and self._is_a_managers(said, managed):
            return None
        return NOBODY

    def _why_not_spoken(self, said: Statement, server: Key) -> Message | None:
        """A server that speaks for people makes no statement for them but who stands in for them or has their
        candidates for a while, and which keys of their own they use there."""
        if isinstance(said, OF_PASSKEYS | CandidatesLent):
            return self._why_not_word(said.person, server, said)
        if not isinstance(said, StaffEntered) or not self._names_a_substitute(said, said.person):
            return msg("register.own_key", "This is said with a key of one's own, and by no server.")
        return self._why_not_word(said.person, server, said)

    def _why_not_word(
        self, person: str, server: Key, said: StaffEntered | CandidatesLent | PasskeyRegistered | PasskeyRemoved
    ) -> Message | None:
        """Why a server's word is not that of somebody, in whichever of their roles; None where it is."""
        actors = (Actor.of(one.role, person) for one in self.assignments(person, said.at))
        why_not = [why_not_word_of(server, actor, said.sign_in, said.at) for actor in actors]
        return None if None in why_not else next(iter(why_not), NOBODY)

    def _why_not_passkey(self, said: PasskeyRegistered | PasskeyRemoved, author: Key | None) -> Message | None:
        if author is not None and author.speaks_for == "partners":
            return OF_A_DESK
        if isinstance(said, PasskeyRemoved):
            return self.passkeys.why_not_removed(said)
        if author is None or author.speaks_for != "staff":
            return OF_A_DESK
        is_first = not self.passkeys.of(said.person, said.at)
        uninvited = self.why_not_invited(said.person, said.code_hash, said.at) if is_first else None
        return self.passkeys.why_not_added(said) or uninvited

    def _is_ones_own(self, said: Statement, author: str) -> bool:
        """Whether somebody says it of themselves: that a key counts no more, that they have another machine, who
        stands in for them, or who has their candidates for a while."""
        match said:
            case KeyRevoked():
                return self.is_theirs(said.key, author)
            case PasskeyRemoved() | PersonInvited() | CandidatesLent():
                return said.person == author
            case StaffEntered():
                return self._names_a_substitute(said, author)
        return False

    def _names_a_substitute(self, said: StaffEntered, author: str) -> bool:
        """Whether somebody only says who stands in for themselves: whoever goes on leave knows first."""
        known = self.person(author, said.at)
        unchanged = {"at": said.at, "substitute": said.substitute, "sign_in": said.sign_in}
        is_own = said.person == author and said.substitute is not None
        return is_own and known is not None and said == known.model_copy(update=unchanged)

    def _why_not_join(self, said: CandidatesJoined, by: str) -> Message | None:
        """Who may put right who a candidate is may say that two numbers are one person's."""
        if any(Operation.RECTIFICATION in PERMISSIONS[one.role] for one in self.assignments(by, said.at)):
            return self.joins.why_not(said)
        return msg("register.not_to_join", "Only those may say so who may put right who a candidate is.")

    def is_theirs(self, key: str, person: str) -> bool:
        """Whether a key is, or was, that of a person."""
        known = self.keys.get(key)
        return known is not None and (known.of, known.holder) == ("person", person)

    def _is_a_managers(self, said: Statement, managed: set[str]) -> bool:
        """Whether a manager of these programmes may say it: of her own staff, and of her own programme's rules."""
        match said:
            case RulesRegistered():
                return bool(managed & {"*", said.programme})
            case StaffEntered():
                return self._are_hers(said.assignments, managed) and self._is_hers(
                    said.person, said.at, managed, new=True
                )
            case StaffEnded() | PersonInvited() | PasskeyRemoved() | CandidatesLent():
                return self._is_hers(said.person, said.at, managed)
            case KeyRevoked():
                known = self.keys.get(said.key)
                return known is not None and known.of == "person" and self._is_hers(known.holder, said.at, managed)
        return False

    def _is_hers(self, person: str, at: datetime, managed: set[str], *, new: bool = False) -> bool:
        known = self.person(person, at)
        return new if known is None else self._are_hers(known.assignments, managed)

    def _are_hers(self, assignments: Iterable[Assignment], managed: set[str]) -> bool:
        return all(one.role in GIVEN_BY_MANAGERS and managed & {"*", one.programme} for one in assignments)

    def _apply(self, said: Statement) -> None:
        match said:
            case Founded():
                self.founder = said.key
                self.enrol_key(said.key, said.person, "person", said.at)
                whole = Assignment(role=Role.OPERATOR, from_day=day_in_sweden(said.at))
                first = StaffEntered(at=said.at, person=said.person, name=said.name, assignments=(whole,))
                self.people[said.person].append(first)
            case StaffEntered():
                self.people[said.person].append(said)
                if said.substitute is not None:
                    self._with_substitutes.add(said.person)
            case StaffEnded():
                self.ends[said.person].append(said)
            case PersonInvited():
                self._invited[said.code_hash] = said
            case KeyEnrolled():
                del self._invited[said.code_hash]
                self.enrol_key(said.key, said.person, "person", said.at)
            case KeyRevoked():
                self._revoke(said)
            case WorkerRegistered() | ServerRegistered() | PartnerRegistered() | PasskeyRegistered() | PasskeyRemoved():
                self._register_key(said)
            case RulesRegistered():
                self.rules.setdefault((said.programme, said.digest), said.at)

    def _says_to_whom(self, statement: str, said: Statement) -> Iterable[Acting]:
        """What a statement says to those who act for somebody, or no longer do."""
        if isinstance(said, CandidatesLent):
            return (of_lending(statement, said),)
        if not isinstance(said, StaffEntered):
            return ()
        known = self.people.get(said.person)
        return of_substitute(statement, said.at, said.person, known[-1].substitute if known else None, said.substitute)

    def _register_key(
        self, said: WorkerRegistered | ServerRegistered | PartnerRegistered | PasskeyRegistered | PasskeyRemoved
    ) -> None:
        match said:
            case WorkerRegistered():
                self.enrol_key(said.key, "worker", "worker", said.at)
            case ServerRegistered():
                self.enrol_key(said.key, said.server, "server", said.at, said.speaks_for)
            case PartnerRegistered():
                self.enrol_key(said.key, said.partner, "partner", said.at)
            case PasskeyRegistered():
                self._invited.pop(said.code_hash, None)
                self.passkeys.add(said)
            case PasskeyRemoved():
                self.passkeys.remove(said)

    def _revoke(self, said: KeyRevoked) -> None:
        if (known := self.keys.get(said.key)) is not None and known.until is None:
            self.keys[said.key] = replace(known, until=said.at)


OF_PASSKEYS = PasskeyRegistered | PasskeyRemoved

NOBODY = msg("register.not_allowed", "Only an operator, or the manager of the programme, may say so.")

OF_A_DESK = msg("register.of_a_desk", "Such a key is registered by the desk at which it was used.")

BEGUN = msg("register.founded", "The register was founded already, by another key.")


S = TypeVar("S", StaffEntered, StaffEnded)


def _latest(said: Sequence[S], at: datetime) -> S | None:
    return next((one for one in reversed(said) if one.at <= at), None)
