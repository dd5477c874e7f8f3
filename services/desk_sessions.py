"""Sessions of the desk: begun by a sign-in, ended by time, by their owner or by the sign-in service."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.orm import Session as Transaction

from models.tables.desk import DeskSessionRow

SEEN_AFTER = timedelta(minutes=1)
"""A session is written to no more often than this, so that reading a page writes nothing as a rule."""


@dataclass(frozen=True)
class SignIn:
    """By which sign-in somebody is here: whose, as whom, how sure it was, and since when."""

    issuer: str
    subject: str
    provider_session: str | None
    level: str | None
    at: datetime


@dataclass(frozen=True)
class DeskSession:
    """Somebody who is signed in. `id` may be written down: it opens nothing."""

    id: str
    person: str
    sign_in: SignIn
    ends_at: datetime


class DeskSessions:
    """The sessions in a database. A session ends `idle` after its last request, and `longest` after its sign-in."""

    def __init__(self, engine: Engine, idle: timedelta, longest: timedelta) -> None:
        self._engine = engine
        self._idle = idle
        self._longest = longest

    def begin(self, person: str, sign_in: SignIn) -> str:
        """Begin a session, and forget those that have ended. Returns the secret that opens it, which is kept nowhere
        here."""
        secret, now = token_urlsafe(32), sign_in.at
        row = DeskSessionRow(
            id=id_of(secret),
            person=person,
            issuer=sign_in.issuer,
            subject=sign_in.subject,
            provider_session=sign_in.provider_session,
            level=sign_in.level,
            signed_in_at=now,
            seen_at=now,
            ends_at=now + self._longest,
        )
        ended = or_(DeskSessionRow.ends_at <= now, DeskSessionRow.seen_at <= now - self._idle)
        with Transaction(self._engine) as transaction, transaction.begin():
            transaction.execute(delete(DeskSessionRow).where(ended))
            transaction.add(row)
        return secret

    def find(self, secret: str, now: datetime) -> DeskSession | None:
        """The session that a secret opens, which lasts on by this; None where there is none, or it has ended."""
        with Transaction(self._engine) as transaction:
            row = transaction.get(DeskSessionRow, id_of(secret))
        if row is None or row.ends_at <= now or row.seen_at <= now - self._idle:
            return None
        if row.seen_at <= now - SEEN_AFTER:
            with Transaction(self._engine) as transaction, transaction.begin():
                transaction.execute(update(DeskSessionRow).where(DeskSessionRow.id == row.id).values(seen_at=now))
        sign_in = SignIn(row.issuer, row.subject, row.provider_session, row.level, row.signed_in_at)
        return DeskSession(row.id, row.person, sign_in, row.ends_at)

    def of(self, person: str, now: datetime) -> list[tuple[str, datetime, datetime]]:
        """The sessions of somebody that have not ended, the latest first: the id, since when, and when used last."""
        query = select(DeskSessionRow).where(DeskSessionRow.person == person, DeskSessionRow.ends_at > now)
        query = query.where(DeskSessionRow.seen_at > now - self._idle).order_by(DeskSessionRow.signed_in_at.desc())
        with Transaction(self._engine) as transaction:
            return [(row.id, row.signed_in_at, row.seen_at) for row in transaction.scalars(query)]

    def end_others(self, person: str, kept: str) -> None:
        """End all sessions of somebody but one. Safe to repeat."""
        others = [DeskSessionRow.person == person, DeskSessionRow.id != kept]
        with Transaction(self._engine) as transaction, transaction.begin():
            transaction.execute(delete(DeskSessionRow).where(*others))

    def forget(self, secret: str) -> None:
        """End the session that a secret opens. Safe to repeat."""
        self.end(id_of(secret))

    def end(self, id_: str) -> None:
        """End a session. Safe to repeat."""
        with Transaction(self._engine) as transaction, transaction.begin():
            transaction.execute(delete(DeskSessionRow).where(DeskSessionRow.id == id_))

    def end_those_of(self, issuer: str, subject: str | None, provider_session: str | None) -> None:
        """End what a sign-in service says is over: one of its sessions, or all of a person. Safe to repeat."""
        named = [DeskSessionRow.issuer == issuer]
        if provider_session is not None:
            named.append(DeskSessionRow.provider_session == provider_session)
        if subject is not None:
            named.append(DeskSessionRow.subject == subject)
        with Transaction(self._engine) as transaction, transaction.begin():
            transaction.execute(delete(DeskSessionRow).where(*named))


def id_of(secret: str) -> str:
    """Under which id a session is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()
