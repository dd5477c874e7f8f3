"""Beginning a run of a journey anew from its ledger: after its last run has ended, or was lost."""

import asyncio
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine
from temporalio.client import Client

from activities.reconciling.reconciler import MOST
from activities.reconciling.records import Records
from models.canonical import digest_of
from models.identifiers import JourneyId
from models.journey.journey import Journey
from models.programme.programme import Programme
from runtime.archive import Archived, nothing_archived
from runtime.errors import Refused
from runtime.rulebook.loader import RuleBook
from runtime.temporal.client import temporal_errors
from runtime.temporal.runs import rules_kept
from workflows.messages import JourneyStart


class FromLedger(NamedTuple):
    """A journey as its ledger has it, and the input of a run that goes on from there."""

    journey: Journey
    start: JourneyStart


class Restarts:
    """What runs of journeys are begun anew with."""

    def __init__(self, client: Client, engine: Engine, book: RuleBook, archived: Archived = nothing_archived) -> None:
        self._client = client
        self._records = Records(engine, book.find)
        self._book = book
        self._archived = archived

    async def after_the_end(self, journey_id: JourneyId, now: datetime) -> FromLedger | None:
        """A journey whose run has come to its end; None where it never began. Raises Refused where the rules of its
        referral are not known any more."""
        if not await asyncio.to_thread(self._records.known, [journey_id]):
            return None
        with temporal_errors():
            rules = await self.rules_kept(journey_id)
        if rules is None:
            raise Refused(
                "journey.rules_lost",
                "The journey has ended, and the rules of its referral were not found. Ask the operator to restore"
                " the archive of histories, then send the event again.",
            )
        found = await asyncio.to_thread(self.from_ledger, journey_id, rules, now)
        return found if found.journey.state is not None else None

    async def rules_kept(self, journey_id: JourneyId) -> Programme | None:
        """The rules of its referral; where no history is kept, today's, if the ledger names the very same.

        Raises RPCError.
        """
        digest = await asyncio.to_thread(self._records.rules_digest, journey_id)
        kept = await rules_kept(self._client, journey_id, self._archived, digest)
        today = self._book.find(journey_id.programme) if kept is None else None
        return today if today is not None and digest_of(today) == digest else kept

    def from_ledger(self, journey_id: JourneyId, rules: Programme, now: datetime) -> FromLedger:
        """What the ledger has of a journey. Raises Refused where the rules contradict it."""
        entries = self._records.genuine_entries(journey_id)
        try:
            journey = Journey(rules, entries, journey_id=journey_id)
        except ValueError as error:
            raise Refused(
                "repair.contradiction",
                "The ledger's events of {journey} contradict the rules. Have the journey verified first.",
                journey=journey_id,
            ) from error
        unsent = self._records.unsent(now, MOST, journey_id)
        start = JourneyStart(
            candidate=journey_id.candidate,
            rules=rules,
            entries=entries,
            announcing=tuple(one.event_id for one in unsent),
        )
        return FromLedger(journey, start)
