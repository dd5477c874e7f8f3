"""Repairing one journey: Temporal, lists, places and notices are made to say again what its ledger says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Engine
from temporalio.client import Client

from activities.reconciling.reconciler import Reconciler
from activities.reconciling.records import Records, described
from activities.sealing import KeyEnded
from models.calendar.swedish_day import day_in_sweden
from models.discrepancy import BEYOND_REPAIR, LEFT_BY_A_REPAIR, Difference, DifferenceKind
from models.events.events import Repaired
from models.fields import Strict
from models.identifiers import Actor, JourneyId
from models.journey.journey import Journey
from models.ledger.receipt import Receipt
from models.message import Message, plain
from models.programme.programme import Programme
from models.projections.details import Details, details
from models.projections.placement_start import place_since
from models.projections.status import stand
from runtime.archive import Archived, nothing_archived
from runtime.errors import Refused, UsageError
from runtime.rulebook.loader import RuleBook
from runtime.temporal.client import temporal_errors
from services.application import candidate_of, only_one
from services.journeys import Journeys, Sign
from services.queries.lines import JourneyLine
from services.queries.lists import Lists
from services.restarting import Restarts
from workflows.messages import JourneyStart
from workflows.nightly import look_at


@dataclass(frozen=True)
class Held:
    """What the database has of a journey beside its ledger: the line in the list, its details, its place."""

    line: JourneyLine | None
    details: Details
    place: str | None
    taken_at: datetime | None


def differences(fold: Journey, held: Held) -> Iterator[Difference]:
    """The first thing that the lists say otherwise than the fold, and what the place does."""
    for name, expected, found in _of_lists(fold, held):
        if expected != found:
            yield _difference(fold, DifferenceKind.LIST_DIFFERS, name, expected, found)
            break
    place, since = fold.state.place if fold.state else None, place_since(fold)
    if (place, since or held.taken_at) != (held.place, held.taken_at):
        found = (held.place, held.taken_at)
        yield _difference(fold, DifferenceKind.PLACE_DIFFERS, "place", (place, since), found)


def _of_lists(fold: Journey, held: Held) -> Iterator[tuple[str, Any, Any]]:
    if fold.state is not None and held.line is not None:
        line = held.line
        standing = stand(line.candidate, line.programme, fold.state, len(fold.entries))
        for name in sorted(JourneyLine.model_fields.keys() - {"journey_id", "erased_on"}):
            yield name, getattr(standing, name), getattr(line, name)
    expected = details(fold.state)
    for name in Details.model_fields:
        yield name, _rows(name, getattr(expected, name)), _rows(name, getattr(held.details, name))


def _rows(name: str, rows: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """Rows of a table; but for the way, whose order says something, in an order of their own."""
    return tuple(rows or ()) if name == "passages" else tuple(sorted(rows or (), key=repr))


def _difference(fold: Journey, kind: DifferenceKind, name: str, expected: Any, found: Any) -> Difference:
    said = [plain(f"{name} {_plain(value)}") for value in (expected, found)]
    return Difference(journey_id=fold.id, kind=kind, expected=said[0], found=said[1])


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_plain, value)) or "–"
    return "–" if value is None else str(value)


K = DifferenceKind


def journey_of(records: Records, candidate: str, programme: str | None) -> JourneyId:
    """The journey of a candidate, as the ledger knows it: the list may be what is wrong. Raises UsageError."""
    number = candidate_of(candidate)
    found = [one for one in records.journeys_of(number) if programme is None or one.is_in(programme)]
    if not found:
        raise UsageError("repair.no_journey", "Candidate {number} has no such journey in the ledger.", number=number)
    return only_one(number, found)


class Repair(Strict):
    """What was repaired of a journey. `begun` says whether its workflow was started anew, `resent` counts events whose
    notices are on their way again."""

    found: tuple[Difference, ...]
    receipt: Receipt
    begun: bool
    resent: int


class RepairOf(NamedTuple):
    """What became of one journey of many: the row of its repair, or why it was not repaired."""

    journey_id: JourneyId
    row: int | None
    why_not: Message | None = None


class NothingToRepair(Refused):
    """A journey does not differ from its ledger."""


class Repairer:
    """Makes Temporal, lists, places and notices of one journey say what its ledger says."""

    def __init__(
        self,
        client: Client,
        task_queue: str,
        engine: Engine,
        book: RuleBook,
        now: Callable[[], datetime],
        sign: Sign,
        archived: Archived = nothing_archived,
    ) -> None:
        self._client = client
        self._journeys = Journeys(client, task_queue, engine, sign)
        self._records = Records(engine, book.find)
        self._lists = Lists(engine)
        self._book = book
        self._now = now
        self._restarts = Restarts(client, engine, book, archived)

    async def differences(self, journey_id: JourneyId) -> list[Difference]:
        """What differs of a journey just now; its lists are held against the whole fold. Raises ServiceUnavailable."""
        with temporal_errors():
            found = await Reconciler(self._client, self._records).differences_of(journey_id, look_at(self._now()))
            if any(one.kind is K.LEDGER_BEHIND for one in found):
                return found
            rules = await self._restarts.rules_kept(journey_id)
        if rules is not None and not {one.kind for one in found} & {K.LIST_DIFFERS, K.PLACE_DIFFERS}:
            found += await asyncio.to_thread(self._by_the_fold, journey_id, rules)
        return found

    def _by_the_fold(self, journey_id: JourneyId, rules: Programme) -> list[Difference]:
        """What lists and place say otherwise than the whole fold, for which a night has no time."""
        entries = self._records.entries(journey_id)
        try:
            fold = Journey(rules, entries, journey_id=journey_id)
        except ValueError:
            return []
        line = next(iter(self._lists.found(journey_id=journey_id)), None)
        recorded = self._records.of(journey_id)
        held = Held(line, self._lists.details(journey_id), recorded.place, recorded.taken_at)
        return list(differences(fold, held))

    async def repair(
        self, journey_id: JourneyId, actor: Actor, because: str, *, rules_of_today: bool = False
    ) -> Repair:
        """Repair what differs, by an event in the ledger. Raises Refused where nothing does, or no repair helps.

        With `rules_of_today` a journey whose history is lost goes on by them; where it is kept, its own rules count.
        """
        if self._records.of(journey_id).erased:
            raise Refused(KeyEnded(journey_id.candidate).sentence)
        found = [one for one in await self.differences(journey_id) if one.kind not in LEFT_BY_A_REPAIR]
        if not found:
            raise NothingToRepair(
                "repair.nothing", "{journey} shows no difference, so nothing needs repair.", journey=journey_id
            )
        for one in found:
            if one.kind in BEYOND_REPAIR:
                raise Refused("repair.beyond", "This cannot be repaired here: {what}.", what=one.in_words)
        with temporal_errors():
            start, of_today = await self._start(journey_id, rules_of_today)
        event = Repaired(
            event_id=uuid4(),
            actor=actor,
            effective_on=day_in_sweden(self._now()),
            found=tuple(dict.fromkeys(one.kind for one in found)),
            reason=because,
            rules_of_today=of_today,
        )
        return await self._send(journey_id, start, event, tuple(found))

    async def repair_each(
        self, ids: Iterable[JourneyId], actor: Actor, because: str, *, rules_of_today: bool = False
    ) -> AsyncIterator[RepairOf]:
        """Repair these journeys one by one, and say of each that still differs what became of it.

        Raises ServiceUnavailable.
        """
        for id_ in ids:
            try:
                receipt = (await self.repair(id_, actor, because, rules_of_today=rules_of_today)).receipt
            except NothingToRepair:
                continue
            except Refused as error:
                yield RepairOf(id_, None, error.message)
            else:
                yield RepairOf(id_, receipt.row, receipt.reason)

    async def _send(
        self, journey_id: JourneyId, start: JourneyStart | None, event: Repaired, found: tuple[Difference, ...]
    ) -> Repair:
        if start is not None:
            receipt = await self._journeys.begin(journey_id, start, event)
            return Repair(found=found, receipt=receipt, begun=True, resent=len(start.announcing))
        receipt = await self._journeys.submit(journey_id, event)
        unsent = [one.event_id for one in found if one.kind is K.NOTICE_UNSENT and one.event_id]
        for event_id in unsent:
            await self._journeys.resend(journey_id, event_id)
        return Repair(found=found, receipt=receipt, begun=False, resent=len(unsent))

    async def _start(self, journey_id: JourneyId, rules_of_today: bool) -> tuple[JourneyStart | None, bool]:
        """What a run is to begin with, None where one runs; and whether the rules of its referral are lost."""
        shown, _ = await described(self._client, journey_id)
        if shown is not None and shown.running:
            return None, False
        kept = await self._restarts.rules_kept(journey_id)
        rules = kept or (self._book.programme(journey_id.programme) if rules_of_today else None)
        if rules is None:
            raise Refused(
                "repair.no_history",
                "No history of {journey} is kept, so the rules of its referral are unknown. Restore Temporal or"
                " the archive from backup, or repair by today's rules.",
                journey=journey_id,
            )
        return await asyncio.to_thread(self.start_of, journey_id, rules), kept is None

    def start_of(self, journey_id: JourneyId, rules: Programme) -> JourneyStart:
        """What the ledger has of a journey, as the input of a run that goes on from there. Raises Refused."""
        return self._restarts.from_ledger(journey_id, rules, self._now()).start
