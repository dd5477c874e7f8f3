"""Logs of statements for tests: whatever anybody writes into one, whether they may or not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from models.access.register import Register
from models.access.statements import (
    Assignment,
    CandidatesLent,
    Founded,
    KeyEnrolled,
    KeyRevoked,
    PersonInvited,
    SignedStatement,
    StaffEnded,
    StaffEntered,
    Statement,
    as_said,
    hash_of_code,
    statement_bytes,
)
from models.fields import FIRST_DAY
from models.identifiers import Role
from models.signatures import public_key_of, sign
from tests.support.authority import key_of

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
KIM = "kim.dahl"
"""The founder, and so an operator."""


def later(hours: float) -> datetime:
    return NINE + hours * HOUR


def public(name: str) -> str:
    return public_key_of(key_of(name))


def role(role: Role, programme: str = "*", town: str = "*", since: date = FIRST_DAY, until: date | None = None) -> Any:
    return Assignment(role=role, programme=programme, town=town, from_day=since, until_day=until)


class Log:
    """A log that Kim Dahl founded at nine o'clock, unless it is to be empty."""

    def __init__(self, *, is_empty: bool = False) -> None:
        self.register = Register()
        self.statements: list[SignedStatement] = []
        if not is_empty:
            assert self.says(founding(), KIM) is None

    def says(self, said: Statement, by: str) -> str | None:
        """Put a statement at the end, signed by somebody; returns the id of why it does not count."""
        return self.holds(as_said(said), by)

    def holds(self, said: Any, by: str, **changed: Any) -> str | None:
        """The same with anything as the statement, and with any column of the row changed after signing."""
        number, previous = self.register.number + 1, self.register.head
        try:
            signed = sign(key_of(by), statement_bytes(number, previous, said)).value
        except ValueError:
            signed = "0" * 128
        row = {"number": number, "said": said, "previous": previous, "key": public(by), "signature": signed}
        statement = SignedStatement(**{**row, **changed})
        faults = len(self.register.faults)
        self.register.add(statement)
        self.statements.append(statement)
        return self.register.faults[-1].why.id if len(self.register.faults) > faults else None

    def enters(self, person: str, *roles: Assignment, by: str = KIM, at: datetime = NINE, **fields: Any) -> str | None:
        return self.says(StaffEntered(at=at, person=person, name=person, assignments=roles, **fields), by)

    def ends(self, person: str, on: date, by: str = KIM, at: datetime = NINE) -> str | None:
        return self.says(StaffEnded(at=at, person=person, on=on, because="Moved"), by)

    def invites(self, person: str, by: str = KIM, at: datetime = NINE, until: datetime | None = None) -> str | None:
        expires_at = until or later(24)
        said = PersonInvited(at=at, person=person, code_hash=hash_of_code(code_of(person)), expires_at=expires_at)
        return self.says(said, by)

    def enrols(self, person: str, at: datetime = NINE, code: str | None = None, key: str | None = None) -> str | None:
        """Somebody enrols the key that the tests know as theirs, or as that of `key`."""
        said = KeyEnrolled(at=at, person=person, key=public(key or person), code=code or code_of(person))
        return self.says(said, key or person)

    def revokes(self, person: str, by: str = KIM, at: datetime = NINE) -> str | None:
        return self.says(KeyRevoked(at=at, key=public(person), because="Lost"), by)

    def lends(
        self, person: str, to: str, *journeys: str, by: str | None = None, at: datetime = NINE, **said: Any
    ) -> str | None:
        """Somebody lends journeys, in a lending of their own unless another is given."""
        lending = uuid5(NAMESPACE_URL, f"{person} {to}")
        whole: dict[str, Any] = {"lending": lending, "person": person, "to": to, "journeys": journeys, **said}
        return self.says(CandidatesLent(at=at, **whole), by or person)

    def employs(self, person: str, *roles: Assignment, **fields: Any) -> "Log":
        """Enter somebody and let them enrol their key."""
        assert [self.enters(person, *roles, **fields), self.invites(person), self.enrols(person)] == [None] * 3
        return self


def founding(at: datetime = NINE, person: str = KIM) -> Founded:
    return Founded(at=at, person=person, name=person, key=public(person))


def code_of(person: str) -> str:
    return f"invitation of {person}"
