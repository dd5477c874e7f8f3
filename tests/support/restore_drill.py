"""Restores as the runbook says them, on real servers: load, back-ups under it, a crash, and what is there after it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from temporalio.client import Client
from temporalio.service import RPCError

from models.discrepancy import DifferenceKind
from models.ledger.receipt import Receipt
from runtime.errors import UserError
from runtime.local.dev_server import FAST_AND_DURABLE, HOST, temporal_program
from runtime.local.stack import free_port
from runtime.temporal.client import core_runtime, data_converter
from runtime.temporal.namespace import SEARCH_ATTRIBUTES
from services.operations.nightly import reconcile_now
from tests.support.agreeing import eventually
from tests.support.backups import KEPT_OFTENER, copy_of_sqlite, dump, put_back
from tests.support.databases import migrated_postgres
from tests.support.office import TestOffice, event, full_way, open_office
from tests.support.processes import Ended, Running, of_office, run, running
from tests.support.recording import rows_of
from tests.support.waiting import until

DAY = date(2026, 3, 2)
ACTOR = "kim.dahl"

SENT_ANEW = {"id", "contents"}
"""What of a row of the ledger is another where it is written anew: its number in the table, and what is sealed."""


@dataclass
class Sent:
    """What senders were told."""

    receipts: dict[tuple[str, UUID], Receipt] = field(default_factory=dict)
    unanswered: int = 0

    @property
    def accepted(self) -> set[tuple[str, UUID]]:
        return {key for key, receipt in self.receipts.items() if receipt.accepted}


@dataclass(frozen=True)
class Round:
    """What came of one restore.

    `lost` are accepted events that were answered and are in the ledger no more, and `missing` those of them that one of
    the two back-ups, or what was not put back, still held. `changed` are rows that say something else than before, and
    `unknown` workflows that were begun as everything was killed, and of which nothing was recorded.
    `restored_later` are the journeys of which Temporal told more once a worker ran.
    """

    name: str
    senders: int
    answered: int
    rows_before: int
    rows_put_back: int
    rows_after: int
    changed: int
    lost: int
    missing: int
    differences: int
    unknown: int
    repaired: int
    restored: int
    restored_later: int
    verify: str
    seconds: float


@dataclass(frozen=True)
class Site:
    """A place of work whose servers can be killed: PostgreSQL, Temporal on a file, a worker as a process of its own."""

    office: TestOffice
    folder: Path
    address: str

    @property
    def file(self) -> Path:
        return self.folder / "temporal.db"

    @property
    def temporals(self) -> Path:
        """Temporal's back-up; and the database's, whole, and of what is backed up oftener."""
        return self.folder / "temporal-backup.db"

    @property
    def whole(self) -> Path:
        return self.folder / "whole.dump"

    @property
    def younger(self) -> Path:
        return self.folder / "younger.dump"

    @property
    def environment(self) -> dict[str, str]:
        return of_office(self.office, TEMPORAL_ADDRESS=self.address, HELAVAGEN_ACTOR=ACTOR)

    @asynccontextmanager
    async def temporal(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """Temporal until the context ends: its process."""
        attributes = [word for key in SEARCH_ATTRIBUTES for word in ("--search-attribute", f"{key.name}=Keyword")]
        host, port = self.address.split(":")
        where = ("--db-filename", str(self.file), "--ip", host, "--port", port, "--headless", "--log-level", "error")
        words = ("server", "start-dev", *where, *attributes, *FAST_AND_DURABLE)
        with (self.folder / "temporal.log").open("a") as log:
            process = await asyncio.create_subprocess_exec(temporal_program("temporal"), *words, stdout=log, stderr=log)
        try:
            await eventually(self._answers)
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _answers(self) -> bool:
        try:
            return await self.office.client.service_client.check_health()
        except (RPCError, RuntimeError):
            return False

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[Running]:
        """A worker until the context ends."""
        async with running("worker.py", env=self.environment, errors=self.folder / "worker.log") as worker:
            yield worker


@asynccontextmanager
async def open_site(server: str, folder: Path) -> AsyncIterator[Site]:
    """A site on a new database of a server of PostgreSQL, with nothing running yet."""
    address = f"{HOST}:{free_port()}"
    client = await Client.connect(address, data_converter=data_converter(), runtime=core_runtime(), lazy=True)
    url = migrated_postgres(server, folder.name)
    async with open_office(client, folder, url, with_worker=False) as office:
        yield Site(office, folder, address)


async def send(office: TestOffice, sent: Sent, over: asyncio.Event) -> None:
    """Send events to one journey after the other, good ones, refused ones and notes, until it is over or all breaks."""
    while not over.is_set():
        try:
            journey = await office.refer(effective_on=DAY)
            for said in (*full_way(DAY)[:3], event("resumed"), event("note_added", text="Called."), *full_way(DAY)[3:]):
                if over.is_set():
                    return
                receipt = await office.journeys.submit(journey, said)
                sent.receipts[journey, said.event_id] = receipt
        except (UserError, RPCError, AssertionError):
            sent.unanswered += 1
            return


Rows = dict[tuple[str, UUID], dict[str, Any]]


def ledger_of(office: TestOffice) -> Rows:
    """What each row of the ledger says, by journey and event."""
    return {
        (row["journey_id"], UUID(str(row["event_id"]))): {name: row[name] for name in row.keys() - SENT_ANEW}
        for row in rows_of(office.engine, "ledger", "id")
    }


@dataclass(frozen=True)
class Older:
    """What is put back, in the order in which it was backed up: `temporal`, `database`."""

    name: str
    backups: tuple[str, ...]


DATABASE_OLDER = Older("database older", ("database",))
TEMPORAL_OLDER = Older("Temporal older", ("temporal",))
BOTH_OLDER = Older("both older, Temporal first", ("temporal", "database"))
BOTH_REVERSED = Older("both older, database first", ("database", "temporal"))


async def drill(site: Site, older: Older, *, senders: int, events: int) -> Round:
    """Work under load, back up while it goes on, crash, put back, restore by the runbook; between all moments as many
    `events` are answered."""
    began, sent, url = monotonic(), Sent(), site.office.settings.database_url
    safe = await _crash(site, older, sent, senders, events)
    before = ledger_of(site.office)
    if "database" in older.backups:
        await asyncio.to_thread(put_back, url, site.whole, site.younger)
        site.office.engine.dispose()  # its connections have ended with the database that stood there
    if "temporal" in older.backups:
        _put_back_file(site)
    rows_put_back = len(ledger_of(site.office))
    done = await _restored(site, older)
    after = ledger_of(site.office)
    return Round(
        name=older.name,
        senders=senders,
        answered=len(sent.receipts),
        rows_before=len(before),
        rows_put_back=rows_put_back,
        rows_after=len(after),
        changed=sum(id_ in after and after[id_] != before[id_] for id_ in before.keys() & sent.receipts),
        lost=len(sent.accepted - after.keys()),
        missing=len(safe - after.keys()),
        **done,
        seconds=round(monotonic() - began, 1),
    )


async def _crash(site: Site, older: Older, sent: Sent, senders: int, events: int) -> set[tuple[str, UUID]]:
    """Load, back-ups, more load, and the end of all processes. Which accepted events must not be lost by that."""
    over, url = asyncio.Event(), site.office.settings.database_url
    async with site.temporal() as temporal, site.worker() as worker:
        at_work = [asyncio.create_task(send(site.office, sent, over)) for _ in range(senders)]
        for what in older.backups:
            await _answered(sent, events)
            safe = sent.accepted
            if what == "temporal":
                await asyncio.to_thread(copy_of_sqlite, site.file, site.temporals)
            else:
                await asyncio.to_thread(dump, url, site.whole)
        await _answered(sent, events)
        if "database" in older.backups:
            await asyncio.to_thread(dump, url, site.younger, *KEPT_OFTENER)
        for process in (worker.process, temporal):
            process.kill()
        over.set()
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
    return safe if len(older.backups) == 2 else sent.accepted  # what is not put back knows everything


def _put_back_file(site: Site) -> None:
    for end in ("-wal", "-shm"):
        Path(f"{site.file}{end}").unlink(missing_ok=True)
    site.temporals.replace(site.file)


async def _answered(sent: Sent, more: int) -> None:
    there = len(sent.receipts)
    await until(lambda: len(sent.receipts) - there, lambda count: count >= more)


async def _restored(site: Site, older: Older) -> dict[str, Any]:
    """The runbook's steps 3 to 6."""
    async with site.temporal():
        restored = await _restore(site) if "database" in older.backups else 0
        async with site.worker():
            found = await _differences(site)
            unknown = [one.journey_id for one in found if one.kind is DifferenceKind.WORKFLOW_UNKNOWN]
            for journey in unknown:  # begun as everything was killed: whoever sent it was not answered
                await site.office.client.get_workflow_handle(journey).terminate("Nothing of it was recorded")
            if len(found) > len(unknown):
                await _does(site, "admin.py", "reconcile", "--repair-all", "--because", "Put back", "--settle", "0")
            # Temporal keeps back what was reported to it while a task of a dead worker was open.
            again = await _restore(site) if "database" in older.backups else 0
            left = await _differences(site)
            would = json.loads((await _does(site, "admin.py", "restore", "--dry-run", "--json")).output)["journeys"]
            verified = await _says(site, "audit.py", "verify")
    return {
        "differences": len(left) + len(would),
        "unknown": len(unknown),
        "repaired": len({one.journey_id for one in found} - {*unknown}),
        "restored": restored,
        "restored_later": again,
        "verify": verified.output.strip() if verified.status else "agrees",
    }


async def _restore(site: Site) -> int:
    """The runbook's steps 3 and 4. How many journeys were restored."""
    await _does(site, "admin.py", "erase", "--again")
    said = await _does(site, "admin.py", "restore", "--json", "--because", "Put back")
    return len(json.loads(said.output)["journeys"])


async def _does(site: Site, *words: str) -> Ended:
    done = await _says(site, *words)
    assert done.status == 0, done
    return done


async def _differences(site: Site) -> list[Any]:
    found = await reconcile_now(site.office.client, site.office.settings.task_queue, timedelta(0))
    return list(found.differences)


async def _says(site: Site, *words: str) -> Ended:
    return await run(*words, env=site.environment)
