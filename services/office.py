"""What a process that serves many people shares: engines, rules, the register, and one client of Temporal."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from activities.authority import KnownRegister
from activities.sealing import sealer_on
from models.access.register import Register as StaffRegister
from models.sign_ins import How
from runtime.database import open_engine, open_for_reading
from runtime.encryption.sealers import refuse_other_master_key, with_keys
from runtime.errors import Refused
from runtime.keyring import DESK, keyring_of
from runtime.rulebook.kept import Stamp, stamp_of
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.settling import settled
from runtime.settings import Settings, require_database
from services.application import Application
from services.desk_sessions import DeskSession, DeskSessions
from services.queries.free_places import Periods
from services.queries.lists import Lists
from services.readers import named_by_mail
from services.speaking import Known, Speaking, server_of

if TYPE_CHECKING:
    from temporalio.client import Client

THREADS = 10
"""Requests that are worked on at once, and so the most connections of each kind."""


class Office:
    """Shared by all requests; each gets an application of its own, for whoever asks."""

    def __init__(self, settings: Settings, client: Client | None = None) -> None:
        """`client` is one of Temporal that is connected already. Raises UsageError where no database is set, the key
        by which the desk speaks for people is missing or does not count, or the master key is none or another."""
        self.settings = settings
        url = require_database(settings)
        self.writing = with_keys(open_engine(url, THREADS), settings)
        self.reading = with_keys(open_for_reading(url, THREADS), settings)
        idle, longest = timedelta(minutes=settings.desk_idle), timedelta(hours=settings.desk_longest)
        refuse_other_master_key(self.reading, sealer_on(self.reading).master)
        self.sessions = DeskSessions(self.writing, idle, longest)
        self._known = KnownRegister()
        self._book: tuple[Stamp, RuleBook] | None = None
        self._client = client
        self._connecting = asyncio.Lock()
        self.server = server_of(keyring_of(settings), self.register(), DESK, Application().now())

    @property
    def book(self) -> RuleBook:
        """The rules, read anew when their files have changed. Raises UsageError."""
        folder = settled(self.settings.programmes)
        stamp = stamp_of(folder)
        if self._book is None or self._book[0] != stamp:
            self._book = (stamp, RuleBook(folder))
        return self._book[1]

    def register(self) -> StaffRegister:
        """The register of staff, as it is now."""
        with Session(self.reading) as session:
            return self._known.register(session)

    async def client(self) -> Client:
        """The client of Temporal, connected when it is first needed. Raises ServiceUnavailable."""
        from runtime.encryption.sealed_client import connect_sealed

        async with self._connecting:
            if self._client is None:
                self._client = await connect_sealed(self.settings, self.reading)
            return self._client

    def person(self, written: str, *, by_mail: bool) -> str:
        """The name of whoever a sign-in service names, by their mail address or by that name itself. Raises Refused
        where nobody is called so who works here now."""
        register, now = self.register(), Application().now()
        found = named_by_mail(register, written, now) if by_mail else {written}
        if len(found) == 1 and register.works_here(next(iter(found)), now):
            return found.pop()
        raise Refused("desk.stranger", "You are not in the register of staff. Ask your operator to enter you.")

    def works_here(self, person: str) -> bool:
        """Whether somebody has a role here at this moment."""
        return self.register().works_here(person, Application().now())

    def application(self, session: DeskSession) -> Application:
        """What somebody works with while one request of theirs is answered: the desk signs for them."""
        return _OfOne(self, session)

    def close(self) -> None:
        """Let go of the connections to the database."""
        self.writing.dispose()
        self.reading.dispose()


class _OfOne(Application):
    def __init__(self, office: Office, session: DeskSession) -> None:
        self._office = office
        one = session.sign_in
        known = Known(session.person, How.SESSION, one.issuer, session.id, one.at, one.level)
        book, register = office.book, office.register()
        vars(self).update(
            settings=office.settings.model_copy(update={"actor": known.person}),
            book=book,
            reading=office.reading,
            writing=office.writing,
            lists=Lists(office.reading, Periods(book.periods, lambda _session: register)),
            authority=register,
            keyring=Speaking(office.server, known, self.now),
        )

    async def client(self) -> Client:
        return await self._office.client()
