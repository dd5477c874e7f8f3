"""Statements of authority: who works here in which role, whose key is whose, which rules are in force.

One log, append-only: each statement is numbered, carries the hash of the one before and is signed by whoever makes it.
Folded (`models.access.register`), it tells who might do what at any moment, years later and without a network.
"""

import hashlib
from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import rfc8785
from pydantic import AwareDatetime, Field, StringConstraints, TypeAdapter, model_validator

from models.access.everywhere import EVERYWHERE
from models.fields import Day, Name, OneLine, Strict, Text, added
from models.identifiers import CandidateNumber, JourneyId, Role
from models.ledger.hash_chain import GENESIS, plain
from models.sign_ins import Base64Url, ServerKind, SignIn
from models.signatures import Digest, PublicKey, is_signed


class Assignment(Strict):
    """A role of somebody, in a programme and a town, or in all of them, from one day to another, both included."""

    role: Role
    programme: Name | Literal["*"] = EVERYWHERE
    town: Name | Literal["*"] = EVERYWHERE
    from_day: Day
    until_day: Day | None = None

    @model_validator(mode="after")
    def _is_a_role_of_staff(self) -> Self:
        if self.role in (Role.PARTNER, Role.SYSTEM):
            raise ValueError("partners and the system itself are no staff")
        if self.until_day is not None and self.until_day < self.from_day:
            raise ValueError("until_day lies before from_day")
        return self

    def covers(self, role: Role, programme: str, town: str | None, day: date) -> bool:
        """Whether somebody has the role there on that day; `town` None asks for no town."""
        return self.role is role and self.is_in(programme, town) and self.holds_on(day)

    def is_in(self, programme: str, town: str | None) -> bool:
        return self.programme in (EVERYWHERE, programme) and (town is None or self.town in (EVERYWHERE, town))

    def holds_on(self, day: date) -> bool:
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)


class Substitute(Strict):
    """Who acts for somebody on leave, from one day to another, both included."""

    person: Name
    from_day: Day
    until_day: Day


class Said(Strict):
    """What every statement has: the moment at which it was made, in UTC."""

    at: AwareDatetime


class Founded(Said):
    """The register began, by its first operator, who signs this with the key that it names. Whoever trusts that key can
    trust all that follows."""

    kind: Literal["founded"] = "founded"
    person: Name
    name: OneLine
    key: PublicKey


class StaffEntered(Said):
    """Somebody works here, or something about them has changed: this holds in the place of what was said before.

    With a sign-in it is the word of a server, of which only one's own substitute counts.
    """

    kind: Literal["staff_entered"] = "staff_entered"
    person: Name
    name: OneLine
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=40)
    language: Literal["sv", "en"] = "sv"
    assignments: tuple[Assignment, ...] = ()
    substitute: Substitute | None = None
    sign_in: SignIn | None = added(None)


class StaffEnded(Said):
    """Somebody works here no more, from the day after `on`. Their name stays, and so does what they signed before."""

    kind: Literal["staff_ended"] = "staff_ended"
    person: Name
    on: Day
    because: Text


class PersonInvited(Said):
    """Somebody may enrol a key of their own: once, with the code of this hash, until `expires_at`."""

    kind: Literal["person_invited"] = "person_invited"
    person: Name
    code_hash: Digest
    expires_at: AwareDatetime


class KeyEnrolled(Said):
    """A person's key, signed with itself, under an invitation whose code this reveals, and so uses up."""

    kind: Literal["key_enrolled"] = "key_enrolled"
    person: Name
    key: PublicKey
    code: str = Field(min_length=8, max_length=128)

    @property
    def code_hash(self) -> str:
        return hash_of_code(self.code)


class KeyRevoked(Said):
    """A key counts no more for anything that is recorded from `at` on. What was recorded before stays valid."""

    kind: Literal["key_revoked"] = "key_revoked"
    key: PublicKey
    because: Text


class PasskeyRegistered(Said):
    """A person's own key for the desk (WebAuthn): said by the desk, to which they have signed in. The first is under an
    invitation, whose code this reveals and so uses up; a further one is vouched for by a key that counts, in the
    sign-in.

    `public_key` is in the form of COSE, in hexadecimal. `rp` and `origin` are where it signs, and nowhere else.
    """

    kind: Literal["passkey_registered"] = "passkey_registered"
    person: Name
    label: OneLine
    credential: Base64Url
    public_key: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}){1,2000}$")]
    rp: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,253}$")]
    origin: Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{1,253}$")]
    code: str | None = Field(default=None, min_length=8, max_length=128)
    sign_in: SignIn

    @property
    def code_hash(self) -> str:
        return hash_of_code(self.code or "")


class PasskeyRemoved(Said):
    """A person's own key for the desk counts no more from `at` on. With a sign-in they have said so at the desk."""

    kind: Literal["passkey_removed"] = "passkey_removed"
    person: Name
    credential: Base64Url
    because: Text
    sign_in: SignIn | None = added(None)


class WorkerRegistered(Said):
    """A worker's key: rows that it signs from `at` on are ours."""

    kind: Literal["worker_registered"] = "worker_registered"
    key: PublicKey


class ServerRegistered(Said):
    """The key of a server of ours that speaks for people who have signed in to it: for our own staff, or for partners
    and those whom a link is sent."""

    kind: Literal["server_registered"] = "server_registered"
    server: Name
    key: PublicKey
    speaks_for: ServerKind


class PartnerRegistered(Said):
    """The key of a partner's own system."""

    kind: Literal["partner_registered"] = "partner_registered"
    partner: Name
    key: PublicKey


class RulesRegistered(Said):
    """Rules of this digest were put in force for a programme: journeys may begin, continue and be moved under them."""

    kind: Literal["rules_registered"] = "rules_registered"
    programme: Name
    digest: Digest


class RowsLost(Said):
    """Rows of a journey's ledger, from `first` to `last`, are lost for good. The journey goes on without them once
    another operator says so too, in a row of its ledger."""

    kind: Literal["rows_lost"] = "rows_lost"
    journey: JourneyId
    first: Annotated[int, Field(ge=1)]
    last: Annotated[int, Field(ge=1)]
    because: Text


class CandidatesJoined(Said):
    """Two candidate numbers are one person's, and the later one leads to the earlier; or, where `undone`, they are two
    people's after all. Why, those know who may read of them."""

    kind: Literal["candidates_joined"] = "candidates_joined"
    later: CandidateNumber
    earlier: CandidateNumber
    undone: bool = False


class CandidatesLent(Said):
    """Candidates are with a colleague of their coordinator `person` from one day to another, both included. What is
    said later of the same lending holds in its place: other days, fewer journeys, or that it is over."""

    kind: Literal["candidates_lent"] = "candidates_lent"
    lending: UUID
    person: Name
    to: Name
    journeys: Annotated[tuple[JourneyId, ...], Field(min_length=1, max_length=1_000)]
    from_day: Day
    until_day: Day
    sign_in: SignIn | None = added(None)

    def holds_on(self, day: date) -> bool:
        return self.from_day <= day <= self.until_day


Statement = Annotated[
    Founded
    | StaffEntered
    | StaffEnded
    | PersonInvited
    | KeyEnrolled
    | KeyRevoked
    | PasskeyRegistered
    | PasskeyRemoved
    | WorkerRegistered
    | ServerRegistered
    | PartnerRegistered
    | RulesRegistered
    | RowsLost
    | CandidatesJoined
    | CandidatesLent,
    Field(discriminator="kind"),
]

STATEMENT: TypeAdapter[Statement] = TypeAdapter(Statement)


class SignedStatement(Strict):
    """A row of the log, as it is kept. Whoever can write to the database can put anything there: that a row can be read
    says nothing of it, and one that says nothing of sense must not keep the others from being read."""

    number: int
    said: Any
    previous: str
    key: str
    signature: str

    @classmethod
    def of(cls, row: Any) -> Self:
        """As a row of the database has it."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})

    @property
    def hash(self) -> str:
        """SHA-256 of what is signed, of the key and of the signature."""
        return self.checked()[1]

    @property
    def is_signed(self) -> bool:
        return self.checked()[0]

    def checked(self) -> tuple[bool, str]:
        """Whether it is signed, and its hash: reckoned once in a process, however often the log is read. Something that
        has no canonical form, such as a number beyond those of JSON, is not signed."""
        whole = (self.number, self.previous, repr(self.said), self.key, self.signature)
        if whole not in _CHECKED:
            _CHECKED[whole] = self._check()
        return _CHECKED[whole]

    def _check(self) -> tuple[bool, str]:
        try:
            signed = statement_bytes(self.number, self.previous, self.said)
        except ValueError:
            signed = None
        said = signed.hex() if signed is not None else None
        covered = rfc8785.dumps({"key": self.key, "said": said, "signature": self.signature})
        is_ours = signed is not None and is_signed(signed, self.signature, self.key)
        return is_ours, hashlib.sha256(covered).hexdigest()


_CHECKED: dict[tuple[int, str, str, str, str], tuple[bool, str]] = {}
"""What was reckoned of each statement, by all that there is in it."""


def statement_bytes(number: int, previous: str, said: Any) -> bytes:
    """What is signed of a statement: what it says and its place in the log."""
    return rfc8785.dumps({"format": "hela-vagen-statement/1", "number": number, "previous": previous, "said": said})


def as_said(statement: Statement) -> dict[str, Any]:
    """A statement as JSON, as it is signed and kept."""
    return {**statement.model_dump(mode="json"), "at": plain(statement.at)}


def hash_of_code(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


BEGINNING = GENESIS
"""What the first statement carries in the place of the hash of the one before."""
