"""Years that pass in a moment: an office on Temporal's time-skipping server, and one candidate's journey in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.testservice.v1 import LockTimeSkippingRequest, UnlockTimeSkippingRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from models.calendar.public_holidays import last_weekday, next_weekday
from models.calendar.swedish_day import day_in_sweden
from models.events.events import Event
from models.identifiers import JourneyId
from runtime.settings import PROGRAMMES
from runtime.temporal.client import data_converter
from runtime.temporal.namespace import SEARCH_ATTRIBUTES
from tests.support.authority import signing
from tests.support.builders import Way
from tests.support.examples import example
from tests.support.office import TestOffice, event, open_office
from tests.support.proxy import Door, a_door_to_temporal
from tests.support.sealing import sealed
from worker import running_worker

SEPTEMBER = 9

LOOK_AGAIN = 0.2
"""Seconds in which the server, left alone, would have let years pass."""


STILL_ENDING = 10.0
"""Seconds of this machine's time in which a run that is ending has ended."""


@dataclass
class Year:
    """A calendar on which one journey is followed. Days are counted from `first_day`, which is day 0.

    Only the server knows what day it is: nothing here looks at this machine's clock.
    """

    environment: WorkflowEnvironment
    office: TestOffice
    first_day: date
    journey: str = ""

    def day(self, number: int) -> date:
        return self.first_day + timedelta(days=number)

    def weekday_after(self, number: int) -> int:
        """The number of that day, or of the first weekday after it where it is off."""
        return (next_weekday(self.day(number)) - self.first_day).days

    def weekday_before(self, number: int) -> int:
        """The number of that day, or of the last weekday before it where it is off."""
        return (last_weekday(self.day(number)) - self.first_day).days

    async def now(self) -> datetime:
        return (await self.environment.get_current_time()).astimezone(UTC)

    async def until(self, number: int, hour: int = 9) -> None:
        """Let time pass until an hour, in UTC, of a day: deadlines fall at six, people come to work at nine."""
        moment = datetime.combine(self.day(number), time(hour), UTC)
        wait = moment - await self.now()
        assert wait > timedelta(0), f"day {number} has passed"
        await self.environment.sleep(wait)

    async def refers(self, programme: str = "service_division", **fields: Any) -> None:
        """Somebody is referred today, unless the fields say another day."""
        self.journey = await self.office.refer(programme, **{"effective_on": (await self.now()).date(), **fields})

    async def happens(self, kind: str, **fields: Any) -> Event:
        """An event of today that is accepted: the example of its kind, but for the fields given."""
        said = event(kind, **{**await self.example(kind), **fields})
        receipt = await self.office.journeys.submit(self.journey, said)
        assert receipt.accepted, receipt
        return said

    async def comes(self, *kinds: str) -> None:
        """Each of these happens today, as in the examples."""
        for kind in kinds:
            await self.happens(kind)

    def told(self, *, late: bool = False) -> list[tuple[str, str, int]]:
        """The deadlines that have passed: name, step and the number of the day on which each was recorded.

        That is the day on which each fell, unless one was told of `late`.
        """
        lines = [line for line in self.office.ledger(self.journey) if line.kind == "deadline_passed"]
        for line in lines:
            assert line.receipt.accepted, line
            assert late or line.effective_on == line.recorded_at.date(), line
        return [
            (line.event["deadline"], line.event["step"], (line.recorded_at.date() - self.first_day).days)
            for line in lines
            if line.event
        ]

    async def runs(self) -> bool:
        """Whether the journey's workflow still runs."""
        return (await self.office.handle(self.journey).describe()).close_time is None

    async def ended_on(self) -> int:
        """The number of the day on which the run ended by itself, or is ending just now."""
        with self.environment.auto_time_skipping_disabled():
            await asyncio.wait_for(self.office.handle(self.journey).result(), STILL_ENDING)
        description = await self.office.handle(self.journey).describe()
        assert description.status is not None
        assert description.status.name == "COMPLETED"
        assert description.close_time is not None
        return (description.close_time.date() - self.first_day).days

    async def until_unattended(self, number: int) -> None:
        """Let time pass while no worker works, though there is something to do, for which the server would wait."""
        service, unlocked = self.environment.client.test_service, 0
        passing = asyncio.create_task(self.until(number))
        while not (await asyncio.wait([passing], timeout=LOOK_AGAIN))[0]:
            # Each task that nobody takes has stopped the clock once more.
            await service.unlock_time_skipping(UnlockTimeSkippingRequest())
            unlocked += 1
        for _ in range(unlocked):
            await service.lock_time_skipping(LockTimeSkippingRequest())
        await passing

    @asynccontextmanager
    async def works(self) -> AsyncIterator[Door]:
        """A worker until the context ends, and the door through which it reaches the server: while it is shut nobody
        works. This server would keep what is to do for a worker that has ended, and for no other."""
        office = self.office
        with a_door_to_temporal(self.environment.client.service_client.config.target_host) as (door, address):
            client = await Client.connect(address, data_converter=data_converter())
            client = sealed(signing(client, office.engine), office.engine)
            async with running_worker(client, office.settings, office.book, office.engine):
                yield door

    async def example(self, kind: str) -> dict[str, Any]:
        """The fields of the example of a kind of event, as of today."""
        today = (await self.now()).date()
        begun = JourneyId.read(self.journey)
        programme = begun.programme if begun else "service_division"
        return {"effective_on": today, **example(kind, Way(self.office.book.programme(programme), today))}


def a_monday_in_september(today: date) -> date:
    """The first Monday of the next September that is still to come."""
    first = date(today.year + (today.month >= SEPTEMBER), SEPTEMBER, 1)
    return first + timedelta(days=-first.weekday() % 7)


@asynccontextmanager
async def open_year(
    environment: WorkflowEnvironment, data: Path, *, with_worker: bool = True, programmes: Path = PROGRAMMES
) -> AsyncIterator[Year]:
    """An office on a time-skipping server, from nine o'clock of a Monday in September on: of the hundred days that
    follow only Saturdays and Sundays are off."""
    keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    # The server can be told of search attributes and not asked for them, as a worker asks before it begins.
    await environment.client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=environment.client.namespace,
            search_attributes={key.name: keyword for key in SEARCH_ATTRIBUTES},
        )
    )
    today = day_in_sweden(await environment.get_current_time())
    async with open_office(environment.client, data, with_worker=with_worker, programmes=programmes) as office:
        year = Year(environment, office, a_monday_in_september(today))
        await year.until(0)
        yield year
