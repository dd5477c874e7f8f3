"""How fast journeys are verified, beside the SDK's replayer with its defaults on the same histories in the same run.

`python -m tests.bench.audit JOURNEYS [FOLDER]`: real journeys, some just referred, some in an internship, some gone the
whole way; in a folder they are kept, and another run begins with them. Both read from the same server and share the
machine with it. The baseline replays; verifying also folds anew and holds ledger, lists, places, notices and a
checkpoint against it. Each is measured in a process of its own, on one core and, verifying, on two.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from rich.console import Console
from rich.table import Table

from auditing.evidence.evidence import journey_ids
from auditing.transparency.checkpointing import make_checkpoint
from auditing.transparency.signing import make_key, read_key
from runtime.local.dev_server import HOST, start_dev_server
from tests.bench.journeys import whole
from tests.bench.kept import keep
from tests.bench.servers import receiving
from tests.support.sealing import MASTER_KEY, open_keyed_for_reading

LENGTHS = (1, 4, 8, 8)
"""Events of a journey, in turn: referred, in an internship, and twice the whole way."""

AT_ONCE = 8
BASELINE = 2_000
"""Journeys that the baseline replays at most: it goes through them one by one, and its rate does not change."""

SMALL = 1_000
"""Journeys after which memory is looked at first: it must be no less than at the end."""

ROOT = Path(__file__).resolve().parents[2]


def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'ledger.db'}"


async def fill(folder: Path, journeys: int, client: Any, told: Callable[[str], None]) -> None:
    """Take as many journeys as are missing."""
    receiver = web.AppRunner(receiving())
    await receiver.setup()
    await web.TCPSite(receiver, HOST, 0).start()
    address = f"http://{HOST}:{receiver.addresses[0][1]}"
    async with whole(client, database(folder), address, folder) as subject:
        reading = open_keyed_for_reading(database(folder))
        missing = journeys - len(list(journey_ids(reading)))
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with turn:
                await subject.one(LENGTHS[number % len(LENGTHS)])
                if number % SMALL == 0:
                    told(f"{journeys - missing + number} of {journeys} journeys are there")

        await asyncio.gather(*(one(number) for number in range(missing)))
        reading.dispose()
    await receiver.cleanup()


async def bench(folder: Path, journeys: int, told: Callable[[str], None] = print) -> dict[str, Any]:
    """Fill, then measure each in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    async with await start_dev_server(file=folder / "temporal.db") as temporal:
        await fill(folder, journeys, temporal.client, told)
        checkpoint = _checkpoint(folder)
        address = temporal.client.service_client.config.target_host
        some = str(min(journeys, BASELINE))
        figures = {
            "replayer with its defaults, 1 core": _measured(folder, address, 1, "replayer", some),
            "verify, 1 core": _measured(folder, address, 1, "verify", str(journeys), "1", str(checkpoint)),
            "verify, 2 cores": _measured(folder, address, 2, "verify", str(journeys), "2", str(checkpoint)),
        }
        if journeys > SMALL:
            small = _measured(folder, address, 1, "verify", str(SMALL), "1", str(checkpoint))
            figures[f"verify, 1 core, {SMALL} journeys"] = small
    return {"journeys": journeys, "measured": figures, **_ratios(figures)}


def _checkpoint(folder: Path) -> Path:
    key, file = folder / "auditor.pem", folder / "checkpoint.json"
    for old in (key, file):
        old.unlink(missing_ok=True)
    make_key(key)
    reading = open_keyed_for_reading(database(folder))
    make_checkpoint(reading, file, ledger="bench", key=read_key(key), now=lambda: datetime.now(UTC))
    reading.dispose()
    return file


def _measured(folder: Path, address: str, cores: int, *arguments: str) -> dict[str, float]:
    """What `tests.bench.audited` says of itself, kept on so many cores."""
    environment = {
        **os.environ,
        "HELAVAGEN_MASTER_KEY": MASTER_KEY.get_secret_value(),
        "HELAVAGEN_DATABASE_URL": database(folder),
        "HELAVAGEN_DATA": str(folder),
        "TEMPORAL_ADDRESS": address,
    }
    some = sorted(os.sched_getaffinity(0))[:cores]

    done = subprocess.run(
        ["taskset", "--cpu-list", ",".join(map(str, some)), sys.executable, "-m", "tests.bench.audited", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _ratios(figures: dict[str, dict[str, float]]) -> dict[str, float]:
    baseline, one, two = (figures[name]["journeys_per_second"] for name in list(figures)[:3])
    ratios = {"one core / replayer": one / baseline, "two cores / one core": two / one}
    memory = [figure["peak_mb"] for name, figure in figures.items() if name.startswith("verify, 1 core")]
    return {**ratios, "memory / memory of a thousand": memory[0] / memory[-1]} if len(memory) > 1 else ratios


def show(result: dict[str, Any]) -> None:
    """The figures as a table, then the ratios."""
    out = Console()
    table = Table("", "journeys a second", "journeys", "peak MB a process")
    for name, figure in result["measured"].items():
        table.add_row(
            name, f"{figure['journeys_per_second']:.1f}", f"{figure['journeys']:.0f}", f"{figure['peak_mb']:.0f}"
        )
    out.print(table)
    for name, value in result.items():
        if "/" in name:
            out.print(f"{name}: {value:.2f}")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else SMALL
    with tempfile.TemporaryDirectory() as temporary:
        where = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(temporary)
        measured = asyncio.run(bench(where, wanted))
        keep("audit", measured, measured)
        show(measured)
