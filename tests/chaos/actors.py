"""Those who work in a world while it breaks: each sends what comes next, or is illegal, until there is an answer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from typing import TypeVar
from uuid import UUID

from hypothesis.internal.conjecture.data import ConjectureData
from sqlalchemy.exc import SQLAlchemyError

from models.calendar.swedish_day import day_in_sweden
from models.events.events import EVENT_CLASSES, NOT_FROM_THE_DESK, Event
from models.identifiers import CandidateNumber, JourneyId
from models.journey.fold import Entry
from models.journey.journey import Journey
from runtime.rulebook.loader import RuleBook
from services.queries.lists import Lists
from tests.chaos.journal import Answer, Journal, Sent
from tests.chaos.senders import Answered, Desk, Odd, Script, Sender, Stock, Unanswered
from tests.support.import_files import ENGLISH, cells, csv_text, made_up_number
from tests.support.strategies import event_for

T = TypeVar("T")

PROGRAMMES = ("service_division",) * 3 + ("preparedness_jobs", "easy_jobs")
IMPORTED_AT_ONCE = 4
MOST_JOURNEYS = 150
LONGEST_REST = 0.4
"""Seconds between two events of one actor, at most."""

BY_SCRIPT = frozenset(EVENT_CLASSES) - NOT_FROM_THE_DESK - {"referred", "corrected", "rules_changed"}
"""Kinds that are sent by script as they are drawn."""

AT_THIS_MACHINE = ("anna.berg", "bo.lind", "lena.strand", "maria.ek", "jonas.alm")


@dataclass
class Crowd:
    """What the actors share: the journeys that there are, what was sent, and whether the day is over."""

    book: RuleBook
    lists: Lists
    journal: Journal
    seed: int
    journeys: list[JourneyId] = field(default_factory=list)
    is_over: asyncio.Event = field(default_factory=asyncio.Event)
    gives_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Long after the last fault: an event that has no answer then never gets one."""

    def random_of(self, actor: str) -> Random:
        return Random(f"{self.seed} {actor}")

    async def work(self, name: str, sender: Sender) -> None:
        """Send one event after the other until the day is over."""
        random = self.random_of(name)
        while not self.is_over.is_set():
            journey = self._chosen(random, may_begin=isinstance(sender, Desk))
            if journey is not None:
                event = await self._next(random, journey)
                if _can_send(sender, event):
                    await self.deliver(name, sender, journey, event, random)
            await asyncio.sleep(random.uniform(0, LONGEST_REST))

    def _chosen(self, random: Random, *, may_begin: bool) -> JourneyId | None:
        begins = random.random() < 0.2 or not self.journeys
        if may_begin and begins and len(self.journeys) < MOST_JOURNEYS:
            return JourneyId.of(CandidateNumber.draw(random), random.choice(PROGRAMMES))
        return random.choice(self.journeys) if self.journeys else None

    async def _next(self, random: Random, journey: JourneyId) -> Event:
        known = await asyncio.to_thread(self._known, journey)
        return drawn(random, known)

    def _known(self, journey: JourneyId) -> Journey:
        """The journey as the office sees it; while it sees nothing, as one that begins."""
        rules = self.book.programme(journey.programme)
        try:
            lines = self.lists.ledger(journey)
        except SQLAlchemyError:
            lines = []
        accepted = (line for line in lines if line.receipt.accepted)
        entries = [Entry.model_validate({"event": line.event, "recorded_at": line.recorded_at}) for line in accepted]
        return Journey(rules, entries, journey_id=journey)

    async def deliver(self, name: str, sender: Sender, journey: JourneyId, event: Event, random: Random) -> Answer:
        """Send an event, and again under its id while there is no answer."""
        tries = 0

        async def send() -> Answered:
            nonlocal tries
            tries += 1
            return await sender.send(journey, event)

        answer, row, signature = await self._insist(send, random) or Answered(Answer.NONE)
        self.journal.add(Sent(name, journey, str(event.event_id), event.kind, answer, row, tries, signature))
        if event.kind == "referred" and answer is Answer.ACCEPTED and journey not in self.journeys:
            self.journeys.append(journey)
        return answer

    async def _insist(self, send: Callable[[], Awaitable[T]], random: Random) -> T | None:
        """The answer; None where there never is one."""
        while not self.gives_up.is_set():
            try:
                return await send()
            except Unanswered:
                await asyncio.sleep(random.uniform(0.2, 1.0))
            except Odd as odd:
                self.journal.odd(str(odd))
                await asyncio.sleep(random.uniform(0.2, 1.0))
        return None

    async def refer_people(self, script: Script) -> None:
        """Refer somebody by hand and import a file of people, in turn, until the day is over."""
        random, people = self.random_of("import"), made_up_people()
        while not self.is_over.is_set():
            await self._begun("refer", partial(script.refer, _by_hand(next(people))), random)
            rows = [next(people) for _ in range(IMPORTED_AT_ONCE)]
            file = self.journal.folder / f"import-{rows[0][0]}.csv"
            file.write_text(csv_text([ENGLISH, *rows]))
            await self._begun("import", partial(script.import_file, str(file)), random)
            await self._rest(random.uniform(5, 15))

    async def _begun(self, by: str, send: Callable[[], Awaitable[list[str]]], random: Random) -> None:
        """Have journeys begin, and note which did."""
        for started in await self._insist(send, random) or []:
            self.journal.add(Sent(by, started, "", "referred", Answer.ACCEPTED))
            self.journeys.append(JourneyId.parse(started))

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.is_over.wait(), seconds)


def drawn(random: Random, journey: Journey) -> Event:
    """What somebody might send to a journey as it stands, by these dice alone, its id too."""
    event: Event = ConjectureData(random=random).draw(event_for(journey, datetime.now(UTC)))
    if event.event_id in journey:
        return event
    return event.model_copy(update={"event_id": UUID(int=random.getrandbits(128), version=4)})


def _can_send(sender: Sender, event: Event) -> bool:
    """Referrals are the desk's; a script sends in the name of those whose keys are at this machine."""
    if isinstance(sender, Script):
        return event.kind in BY_SCRIPT and event.actor.name in AT_THIS_MACHINE
    return isinstance(sender, Desk) or event.kind != "referred"


def made_up_people() -> Iterator[list[str]]:
    """Rows of an import file, each of somebody else, all invented."""
    today, day = day_in_sweden(datetime.now(UTC)), date(1985, 1, 1)
    while True:
        day += timedelta(days=1)
        for serial in range(980, 1000):
            number = made_up_number(f"{day:%Y%m%d}", serial)
            said = {"identity_number": number, "programme": "service_division", "referring_partner": "samhall"}
            yield cells(**said, site="2480", coordinator="anna.berg", referred_on=str(today))


def _by_hand(row: Sequence[str]) -> dict[str, str]:
    """The options of `refer` for a row of an import file."""
    said = dict(zip(ENGLISH, row, strict=True))
    options = {"programme": "programme", "identity_number": "identity-number", "name": "name", "site": "site"}
    options |= {"referring_partner": "from", "coordinator": "coordinator"}
    return {option: said[name] for name, option in options.items()}


async def work_a_day(crowd: Crowd, desk: Desk, script: Script, stock: Stock, desks: int) -> None:
    """Everybody at work at once, until the day is over and all that was sent is answered."""
    async with asyncio.TaskGroup() as group:
        for number in range(desks):
            group.create_task(crowd.work(f"desk-{number + 1}", desk))
        for number in range(2):
            group.create_task(crowd.work(f"signal-{number + 1}", stock))
        group.create_task(crowd.work("script", script))
        group.create_task(crowd.refer_people(script))
