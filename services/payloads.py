"""Opening Temporal's payloads for somebody who has signed in: only what they may read, and only once it is written
down."""

import asyncio
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from cachetools import TTLCache
from sqlalchemy.orm import Session
from temporalio.api.common.v1 import Payload

from activities.authority import KnownRegister
from activities.sealing import sealer_on
from models.access.permissions import Reading
from models.access.register import Register
from models.identifiers import JourneyId
from models.message import Message
from runtime.encryption.payload_codec import SealedPayloads, is_sealed, journey_of
from runtime.encryption.sealers import refuse_other_master_key
from runtime.errors import Refused
from runtime.keyring import CODEC
from services.application import Application
from services.readers import named_by_mail, reader_of, require_known
from services.reading import permit_of, write_down
from services.speaking import Known, Speaking, server_of

ONE_USE_SECONDS = 60.0
"""Temporal's web page asks for each event of a history by itself. What somebody opens of a journey under one sign-in
within a minute is one use, and one row."""

MOST_KEPT = 10_000
"""Uses in memory at once: some hundred bytes each."""


@dataclass(frozen=True)
class SignedIn:
    """Somebody who has signed in: how they are known, and why they read."""

    known: Known
    because: str

    @property
    def person(self) -> str:
        return self.known.person


class Payloads:
    """Seals and opens payloads of one namespace for people, each of whose uses a server's key signs."""

    def __init__(self, application: Application, namespace: str, one_use_seconds: float = ONE_USE_SECONDS) -> None:
        """Raises UsageError where this server's key is missing or does not count, or the master key is none or
        another."""
        sealer = sealer_on(application.writing)
        refuse_other_master_key(application.reading, sealer.master)
        self._application = application
        self._codec = SealedPayloads(sealer)
        self._authority = KnownRegister()
        self._server = server_of(application.keyring, self._register(), CODEC, application.now())
        self._noted: TTLCache[tuple[SignedIn, JourneyId], bool] = TTLCache(MOST_KEPT, one_use_seconds)
        self._refused: TTLCache[tuple[SignedIn, JourneyId], Message] = TTLCache(MOST_KEPT, one_use_seconds)
        self._lock = Lock()
        self.namespace = namespace

    def person(self, written: str, *, by_mail: bool) -> str:
        """The name of whoever a sign-in service names, by their mail address or by that name itself. Raises Refused
        where nobody is called so who works here and has a key that counts."""
        register, now = self._register(), self._application.now()
        found = named_by_mail(register, written, now) if by_mail else {written}
        if len(found) == 1 and _counts(register, next(iter(found)), now):
            return found.pop()
        raise Refused("codec.stranger", "You are not in the register of staff, or your key does not count.")

    async def seal(self, payloads: Sequence[Payload], workflow: str | None) -> list[Payload]:
        """Seal payloads for a workflow. Nothing is read by it, and nothing written down."""
        return await self._codec.of_workflow(self.namespace, workflow).encode(payloads)

    async def open(self, payloads: Sequence[Payload], who: SignedIn) -> list[Payload]:
        """Open what somebody may read, and pass on everything else as it is.

        Raises Refused where they may read nothing of what is sealed, and nothing is opened before the use is on record:
        it is written down also where nobody waits for the answer any more.
        """
        whose = [journey_of(payload) if is_sealed(payload) else None for payload in payloads]
        journeys = dict.fromkeys(one for one in whose if one is not None)
        if not journeys:
            return list(payloads)
        permitted = await asyncio.to_thread(self._noted_of, journeys, who)
        return [
            await self._opened(payload, journey) if journey in permitted else payload
            for payload, journey in zip(payloads, whose, strict=True)
        ]

    async def _opened(self, payload: Payload, journey: JourneyId | None) -> Payload:
        [opened] = await self._codec.of_workflow(self.namespace, journey).decode([payload])
        return opened

    def _noted_of(self, journeys: Iterable[JourneyId], who: SignedIn) -> frozenset[JourneyId]:
        """The journeys of which somebody may read, each use written down. Raises Refused where there is none."""
        office = copy(self._application)
        vars(office).update(
            authority=self._register(), keyring=Speaking(self._server, who.known, self._application.now)
        )
        noted, refused = set(), None
        for journey in journeys:
            try:
                self._note(office, journey, who)
                noted.add(journey)
            except Refused as error:
                refused = error
        if refused is not None and not noted:
            raise refused
        return frozenset(noted)

    def _note(self, office: Application, journey: JourneyId, who: SignedIn) -> None:
        lines = [*office.lists.found(journey_id=journey), *office.lists.never_begun(journey.candidate)]
        line = next((one for one in lines if one.journey_id == journey), None)
        if line is None:
            raise Refused("codec.no_journey", "Nothing is recorded of this journey, so nobody may read it.")
        actor = reader_of(office, who.person, line, Reading.PAYLOADS)
        with self._lock:  # of one page's many requests one writes, and the others wait for it
            if refused := self._refused.get((who, journey)):
                raise Refused(refused)
            try:
                require_known(office, actor)
                permit = permit_of(office, line, actor, Reading.PAYLOADS, who.because, is_sure=True)
            except Refused as error:
                self._refused[(who, journey)] = error.message
                raise
            if (who, journey) not in self._noted:
                write_down(office, permit)
                self._noted[(who, journey)] = True

    def _register(self) -> Register:
        with Session(self._application.reading) as session:
            return self._authority.register(session)


def _counts(register: Register, name: str, now: datetime) -> bool:
    keys = list(register.keys.values())
    has_a_key = any((key.of, key.holder) == ("person", name) and key.counts_at(now) for key in keys)
    return has_a_key and bool(register.assignments(name, now))
