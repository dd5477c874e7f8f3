"""One run: a world at work, its faults, the time until all has settled, and what the auditor and the product find."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy import Engine, func, select
from temporalio.client import Client

from models.calendar.swedish_day import day_in_sweden
from models.identifiers import JourneyId
from models.tables.ledger import NoticeRow
from runtime.database import open_engine, open_for_reading
from runtime.encryption.sealers import with_keys
from runtime.temporal.client import core_runtime
from services.journeys import Journeys
from services.queries.lists import Lists
from tests.chaos.actors import Crowd, work_a_day
from tests.chaos.auditor import audit
from tests.chaos.evidence import Evidence, ledger_of, read
from tests.chaos.faults import Breaker, plan
from tests.chaos.journal import Answer, Journal
from tests.chaos.senders import Desk, Script, Stock
from tests.chaos.world import OFFICE, World, a_world
from tests.support.agreeing import eventually
from tests.support.authority import signature_of
from tests.support.office import event
from tests.support.processes import run as run_script
from tests.support.sealing import SETTINGS
from tests.support.waiting import until

THREADS = 30
"""Of the office: some of them wait for a database that says nothing."""

DESKS = 5
AT_ONCE = 8


@dataclass(frozen=True)
class Orders:
    """What to run. A `hasty` one has workers that wait seconds where the product waits minutes."""

    seed: int
    seconds: float
    folder: Path
    faults_a_minute: float = 14
    without: tuple[str, ...] = ()
    hasty: bool = False
    settles_within: float = 900
    answers_at_least: int = 60
    """Before the day is over: a slow machine has given few when the last fault is over."""

    @property
    def with_disk(self) -> bool:
        return "fill the disk" not in self.without


@dataclass
class Outcome:
    """What came of it."""

    seed: int
    seconds: float
    faults: dict[str, int] = field(default_factory=dict)
    impossible: list[str] = field(default_factory=list)
    """Classes that were to be tried and could not be."""
    answers: dict[str, int] = field(default_factory=dict)
    journeys: int = 0
    rows: int = 0
    notices: int = 0
    deliveries: int = 0
    starts: dict[str, int] = field(default_factory=dict)
    ended_by_themselves: dict[str, list[int]] = field(default_factory=dict)
    settled_after: float = 0
    findings: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.findings and not self.impossible


async def run(orders: Orders) -> Outcome:
    """Break a world, let it settle, and look at it."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    journal = Journal(orders.folder)
    outcome = Outcome(orders.seed, orders.seconds)
    async with a_world(orders.folder, workers=2, hasty=orders.hasty, with_disk=orders.with_disk) as world:
        office = await Office.open(world, journal, orders.seed)
        journal.fault("is up")
        day = asyncio.create_task(office.works())
        breaker = Breaker(world, journal)
        faults = plan(orders.seed, orders.seconds, orders.faults_a_minute, orders.without)
        await breaker.carry_out(faults, orders.seconds)
        with suppress(AssertionError):
            await until(lambda: len(journal.sent) >= orders.answers_at_least)
        outcome.faults, outcome.impossible = dict(journal.faults), sorted(breaker.impossible)
        clock = asyncio.get_running_loop().time
        over = clock()
        await settle(world, office, day, orders.settles_within)
        journal.fault("has settled")
        outcome.settled_after = round(clock() - over, 1)
        await look(world, office, orders, outcome)
        office.close()
    outcome.findings += [f"ODD: {odd}" for odd in journal.oddities]
    (orders.folder / "outcome.json").write_text(json.dumps(asdict(outcome), indent=2, ensure_ascii=False))
    return outcome


@dataclass
class Office:
    """Those who work, with what they work with: through doors that may be shut."""

    crowd: Crowd
    desk: Desk
    script: Script
    stock: Stock
    engines: Sequence[Engine]

    @classmethod
    async def open(cls, world: World, journal: Journal, seed: int) -> "Office":
        settings = world.settings_of(OFFICE)
        environment = world.environment_of(OFFICE)
        writing = with_keys(open_engine(settings.database_url, THREADS), SETTINGS)
        reading = with_keys(open_for_reading(settings.database_url), SETTINGS)
        stock = await Client.connect(environment["TEMPORAL_ADDRESS"], runtime=core_runtime())
        client = await world.client(writing, environment["TEMPORAL_ADDRESS"])
        desk = Desk(Journeys(client, settings.task_queue, writing, signature_of), world.book)
        crowd = Crowd(world.book, Lists(reading), journal, seed)
        return cls(crowd, desk, Script(environment), Stock(stock, writing), (writing, reading))

    async def works(self) -> None:
        await work_a_day(self.crowd, self.desk, self.script, self.stock, DESKS)

    def close(self) -> None:
        for engine in self.engines:
            engine.dispose()


async def settle(world: World, office: Office, day: asyncio.Task[None], within: float) -> None:
    """Wait until everybody has their answers and no notice is on its way; not for ever."""
    office.crowd.is_over.set()
    await world.until_up()
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(day), within / 2)
    office.crowd.gives_up.set()
    await day
    with suppress(AssertionError):
        await _all_told(world, within / 2)


async def _all_told(world: World, within: float) -> None:
    waiting = select(func.count()).where(NoticeRow.status == "pending")
    with world.looked_at() as engine, engine.connect() as connection:
        await eventually(lambda: asyncio.to_thread(connection.scalar, waiting), lambda count: count == 0, within)


async def one_more(office: Office, journeys: Sequence[str]) -> set[str]:
    """The journeys that answer one more event."""
    turn, random, answers = asyncio.Semaphore(AT_ONCE), office.crowd.random_of("after all"), set()
    office.crowd.gives_up.clear()

    async def ask(journey: str, dice: Random) -> None:
        async with turn:
            id_ = UUID(int=dice.getrandbits(128), version=4)
            said = event(
                "note_added", event_id=id_, effective_on=day_in_sweden(datetime.now(UTC)), text="After all that."
            )
            if await office.crowd.deliver("after all", office.desk, JourneyId.parse(journey), said, dice) in ANSWERED:
                answers.add(journey)

    asking = asyncio.gather(*(ask(journey, Random(random.random())) for journey in journeys))
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(asking), 60 + len(journeys))
    office.crowd.gives_up.set()
    await asking
    return answers


def keep(evidence: Evidence, folder: Path) -> None:
    """Have the ledger outlive its database, for whoever has to understand a finding."""
    with (folder / "ledger.jsonl").open("w") as file:
        for rows in evidence.ledger.values():
            file.writelines(
                json.dumps({name: str(value) for name, value in vars(row).items() if name not in SEALED}) + "\n"
                for row in rows
            )


SEALED = ("contents", "signature", "worker_signature", "commitment", "digest")

ANSWERED = (Answer.ACCEPTED, Answer.REFUSED)


async def look(world: World, office: Office, orders: Orders, outcome: Outcome) -> None:
    """What the auditor finds, and what the product does."""
    journal = office.crowd.journal
    with world.looked_at() as engine:
        client = await world.client(engine)
        rules = world.book.programmes
        answers = await one_more(office, list(ledger_of(engine)))
        with suppress(AssertionError):
            await _all_told(world, orders.settles_within)
        evidence = await read(engine, client, rules, world.inbox, journal.sent, answers)
        keep(evidence, orders.folder)
    outcome.findings += [str(one) for one in audit(evidence)]
    outcome.journeys, outcome.rows = len(evidence.ledger), sum(map(len, evidence.ledger.values()))
    outcome.notices, outcome.deliveries = len(evidence.notices), len(evidence.deliveries)
    outcome.answers = dict(Counter(str(sent.answer) for sent in journal.sent))
    outcome.starts = {name: part.starts for name, part in world.parts.items()}
    outcome.ended_by_themselves = {name: part.ends for name, part in world.parts.items() if part.ends}
    scripts = (("audit.py", "verify"), ("admin.py", "reconcile", "--settle", "5"))
    for said in await asyncio.gather(*(_said_by(world, orders.settles_within, *script) for script in scripts)):
        outcome.findings += said
    journal.fault("looked at")


async def _said_by(world: World, within: float, *script: str) -> list[str]:
    """Why a script of the product did not end with status 0."""
    ended = await run_script(*script, env=world.environment_past_doors(), within=within)
    said = ended.output + ended.errors
    (world.folder / "logs" / f"{script[0]}-{script[1]}.log").write_text(said)
    return [] if ended.status == 0 else [f"{script[1]} ended with {ended.status}: {said[-3000:]}"]
