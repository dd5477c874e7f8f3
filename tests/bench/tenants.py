"""`python -m tests.bench.tenants COUNT`: what so many idle tenants take of one machine, each with a worker of its own.

Of each worker its memory, shared parts counted once (`Pss`) and not at all (`Private`), its processor time in a minute
and its connections to PostgreSQL; of the Temporal server and of PostgreSQL their processor time in that minute.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from runtime.local.dev_server import start_dev_server
from tests.bench.kept import ROOT, keep
from tests.bench.load_temporal import server_of
from tests.bench.loaded import postmaster, seconds_of
from tests.support.databases import running_postgres
from tests.support.tenants import Tenant, new_tenant

MINUTE = 60


async def measure(count: int, folder: Path) -> dict[str, Any]:
    """Begin them, wait until they are ready and a minute more."""
    with running_postgres() as postgres, ExitStack() as stack:
        async with await start_dev_server(file=folder / "temporal.db") as temporal:
            tenants = [await new_tenant(temporal.client, postgres.get_uri(), folder / f"{n}") for n in range(count)]
            workers = [stack.enter_context(_worker(one)) for one in tenants]
            for process in workers:
                stack.callback(process.terminate)
            for one in tenants:
                await _ready(one)
            servers = {"Temporal": server_of(temporal.client), "PostgreSQL": postmaster(tenants[0].engine)}
            processes = [process.pid for process in workers]
            before = {one: seconds_of(one) for one in (*servers.values(), *processes)}
            await asyncio.sleep(MINUTE)
            used = {one: seconds_of(one) - seconds for one, seconds in before.items()}
            found = [
                {**_memory(process), "cpu_s": used[process], "connections": _connections(one)}
                for one, process in zip(tenants, processes, strict=True)
            ]
            for one in tenants:
                one.engine.dispose()
            return {"workers": found, **{name: {"cpu_s": used[process]} for name, process in servers.items()}}


def _worker(tenant: Tenant) -> subprocess.Popen[bytes]:
    """A process that shares nothing with this one."""
    with (tenant.folder / "worker.log").open("w") as log:
        return subprocess.Popen([sys.executable, "worker.py"], cwd=ROOT, env=tenant.environment, stdout=log, stderr=log)


async def _ready(tenant: Tenant) -> None:
    async with aiohttp.ClientSession() as browser:
        while True:
            try:
                async with browser.get(f"http://{tenant.metrics}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(1)


def _memory(process: int) -> dict[str, float]:
    """Megabytes."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:])
    kilobytes = {name: int(said.split()[0]) for name, said in lines.items()}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return {"rss_mb": kilobytes["Rss"] / 1024, "pss_mb": kilobytes["Pss"] / 1024, "private_mb": private / 1024}


def _connections(tenant: Tenant) -> int:
    """Those of the worker: this process has one."""
    query = text("select count(*) from pg_stat_activity where datname = current_database()")
    with tenant.engine.connect() as connection:
        return (connection.scalar(query) or 0) - 1


def main(count: int) -> int:
    """Measure, show."""
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder:
        result = asyncio.run(measure(count, Path(folder)))
    keep("tenants", result, {"tenants": count, **{f"worker {n}": one for n, one in enumerate(result["workers"])}})
    table = Table("", "RSS MB", "PSS MB", "private MB", "cpu s a minute", "connections", title=f"{count} idle tenants")
    for number, one in enumerate(result["workers"]):
        cells = (f"{one[name]:.1f}" for name in ("rss_mb", "pss_mb", "private_mb", "cpu_s"))
        table.add_row(f"worker {number}", *cells, f"{one['connections']}")
    for name in ("Temporal", "PostgreSQL"):
        table.add_row(name, "", "", "", f"{result[name]['cpu_s']:.1f}", "")
    Console(width=100).print(table)
    return 0


if __name__ == "__main__":
    os.environ.pop("HELAVAGEN_MASTER_KEY", None)
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 2))
