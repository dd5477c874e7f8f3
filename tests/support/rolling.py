"""A rolling upgrade under load: journeys go on while workers of one build give way to those of the next."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from auditing.evidence.findings import Verdict
from auditing.verification import replay
from auditing.verification.verifier import live_verifier
from models.events.events import Event
from models.ledger.receipt import Receipt
from tests.support.agreeing import eventually, stumbles
from tests.support.changed_journeys import PatchedJourney
from tests.support.office import TestOffice, full_way, open_office
from tests.support.processes import Running, of_office, run, running
from tests.support.programme_files import POSITIONS_FILE, copied_programmes
from tests.support.waiting import until

DAY = date(2026, 3, 2)
OLD, NEW = "old-1", "new-2"
ASLEEP = 3
"""Journeys that begin under the old build and wait for their next event until it has ended."""

DRAINS_FAST = (
    "--dynamic-config-value",
    "matching.wv.VersionDrainageStatusVisibilityGracePeriod=1",
    "--dynamic-config-value",
    "matching.wv.VersionDrainageStatusRefreshInterval=1",
)
"""Temporal looks whether a version has drained after three minutes, unless told otherwise."""


@dataclass
class Load:
    """Senders that take one candidate after another the whole way, and every answer that they got."""

    office: TestOffice
    receipts: dict[str, list[Receipt]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    stopped: bool = False

    async def send(self, journey: str, said: Event) -> None:
        began = time.perf_counter()
        self.receipts[journey].append(await self.office.journeys.submit(journey, said))
        self.seconds.append(time.perf_counter() - began)

    async def begin(self) -> str:
        journey = await self.office.refer(effective_on=DAY)
        self.receipts[journey] = []
        return journey

    async def goes_on(self) -> None:
        """Wait for one more answer, however slow the machine."""
        so_far = len(self.seconds)
        await until(lambda: len(self.seconds) > so_far)

    async def keep_on(self) -> None:
        """What one sender does until all are told to stop; a way that is begun is gone to its end."""
        while not self.stopped:
            journey = await self.begin()
            for said in full_way(DAY):
                await self.send(journey, said)


@dataclass(frozen=True)
class Upgraded:
    """What was seen of an upgrade."""

    journeys: int
    events: int
    refused: int
    slowest: float
    stumbles: int
    verdicts: frozenset[str]
    undelivered: int


@asynccontextmanager
async def roomy_office(client: Client, data: Path, database_url: str) -> AsyncIterator[TestOffice]:
    """An office without a worker, whose employer has a folder of programmes of their own, with places for everybody."""
    programmes = copied_programmes(data)
    positions = programmes / POSITIONS_FILE
    positions.write_text(re.sub(r"(?m)^places = \d+$", "places = 1000", positions.read_text()))
    async with open_office(client, data, database_url, with_worker=False, programmes=programmes) as office:
        yield office


@dataclass
class Fleet:
    """Workers as processes, each of a build, and the commands that an operator has for them."""

    office: TestOffice
    versioning: bool
    stack: AsyncExitStack
    size: int

    def environment(self, build: str) -> dict[str, str]:
        own = {"HELAVAGEN_BUILD_ID": build, "HELAVAGEN_WORKER_VERSIONING": str(self.versioning).lower()}
        return of_office(self.office, HELAVAGEN_PROGRAMMES=self.office.settings.programmes, **own)

    async def start(self, build: str) -> list[Running]:
        """Workers of a build, ready for work."""
        code = ("-m", "tests.support.changed_worker") if build == NEW else ("worker.py",)
        data, env = self.office.settings.data, self.environment(build)
        started = [running(*code, env=env, errors=data / f"{build}-{number}.log") for number in range(self.size)]
        return [await self.stack.enter_async_context(one) for one in started]

    async def promote(self, build: str) -> None:
        """Once Temporal has heard of the workers, as a script that tries again does."""

        async def promoted() -> bool:
            done = await run("admin.py", "version", "promote", env=self.environment(build))
            return done.status == 0

        await eventually(promoted)

    async def listed(self) -> dict[str, dict[str, Any]]:
        told = await run("admin.py", "version", "list", "--json", env=self.environment(NEW))
        return {one["build_id"]: one for one in json.loads(told.output)}


async def upgrade(
    office: TestOffice, *, versioning: bool, senders: int = 3, at_least: int = 6, size: int = 1
) -> Upgraded:
    """Old workers, load, new workers, the old ones' end, as the runbook tells; `at_least` so many events before and
    after each step."""
    load = Load(office)

    async def under_load() -> None:
        for _ in range(at_least):
            await load.goes_on()

    async with AsyncExitStack() as stack:
        fleet = Fleet(office, versioning, stack, size)
        old = await fleet.start(OLD)
        if versioning:
            await fleet.promote(OLD)
        asleep = [await load.begin() for _ in range(ASLEEP)]
        async with asyncio.TaskGroup() as group:
            for _ in range(senders):
                group.create_task(load.keep_on())
            await under_load()
            await fleet.start(NEW)
            if versioning:
                await fleet.promote(NEW)
                await eventually(fleet.listed, lambda found: found[OLD]["may_end"])
            await under_load()
            for worker in old:
                ended = await worker.stop()
                assert ended.status == 0, ended
            await under_load()
            load.stopped = True
        for journey in asleep:
            for said in full_way(DAY):
                await load.send(journey, said)
        return await _seen(office, load)


async def _seen(office: TestOffice, load: Load) -> Upgraded:
    await eventually(lambda: asyncio.to_thread(_undelivered, office), lambda left: not left)
    journeys = list(load.receipts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "CandidateJourney", PatchedJourney)
        verified = await live_verifier(office.client, office.lists.engine).verify(journeys)
    events = [receipt for receipts in load.receipts.values() for receipt in receipts]
    for journey, receipts in load.receipts.items():
        assert [line.row for line in office.ledger(journey)] == list(range(1, len(receipts) + 2)), journey
    return Upgraded(
        journeys=len(journeys),
        events=len(events),
        refused=sum(not receipt.accepted for receipt in events),
        slowest=max(load.seconds),
        stumbles=sum([len(await stumbles(office, journey)) for journey in journeys]),
        verdicts=frozenset(f"{one.verdict}{one.findings or ''}" for one in verified),
        undelivered=_undelivered(office),
    )


def _undelivered(office: TestOffice) -> int:
    return sum(len(office.lists.notices(status=status)) for status in ("pending", "dead"))


SOUND = frozenset({str(Verdict.AGREES)})
"""The verdicts on an upgrade in which nothing was lost."""
