"""How fast journeys are verified, beside the SDK's replayer with its defaults on the same histories in the same run.

`python -m tests.bench.audit JOURNEYS [FOLDER]`: real journeys, some just referred, some in an internship, some gone the
whole way; in a folder they are kept, and another run begins with them. They are read from the server, which shares the
machine; from the archive, beside a server that has nothing; and from a bundle, without any. The baseline reads the same
histories from the same place, opens them as an audit does and replays them, one by one, in the sandbox. Verifying also
folds anew and holds ledger, lists, places, notices and a checkpoint against it. Each is measured in a process of its
own, on one core and, verifying, on two.
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
from unittest.mock import patch

from aiohttp import web
from rich.console import Console
from rich.table import Table

from auditing.evidence.evidence import journey_ids
from auditing.transparency.checkpointing import make_checkpoint
from auditing.transparency.signing import make_key, read_key
from runtime.local.dev_server import HOST, start_dev_server
from tests.bench.audit_sources import ARCHIVE, BUNDLE, SERVER, database, put_aside
from tests.bench.journeys import whole
from tests.bench.kept import keep
from tests.bench.servers import receiving
from tests.support.sealing import MASTER_KEY, open_keyed_for_reading

LENGTHS = (1, 4, 8, 8)
"""Events of a journey, in turn: referred, in an internship, and twice the whole way."""

AT_ONCE = 8
BASELINE = 1_000
"""Journeys that the baseline replays at most: it goes through them one by one, and its rate does not change."""

SMALL = 1_000
"""Journeys after which memory is looked at first: it must be no less than at the end."""

ROOT = Path(__file__).resolve().parents[2]

REPLAYER, ONE, TWO, FEW = "replayer with its defaults, 1 core", "verify, 1 core", "verify, 2 cores", "verify, few"

Figure = dict[str, float]
Figures = dict[str, dict[str, Figure]]


async def fill(folder: Path, journeys: int, client: Any, told: Callable[[str], None]) -> None:
    """Take as many journeys as are missing."""
    receiver = web.AppRunner(receiving())
    await receiver.setup()
    await web.TCPSite(receiver, HOST, 0).start()
    address = f"http://{HOST}:{receiver.addresses[0][1]}"
    url = f"sqlite:///{database(folder)}"
    async with whole(client, url, address, folder) as subject:
        reading = open_keyed_for_reading(url)
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
    """Fill, put aside, then measure each in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    figures: Figures = {}
    async with await start_dev_server(file=folder / "temporal.db") as temporal:
        await fill(folder, journeys, temporal.client, told)
        checkpoint, address = _checkpoint(folder), temporal.client.service_client.config.target_host
        with patch.dict(os.environ, _environment(folder, SERVER, address)):
            await put_aside(folder, checkpoint)
        figures[SERVER] = _measured_from(SERVER, folder, address, journeys, checkpoint)
    async with await start_dev_server() as empty:
        address = empty.client.service_client.config.target_host
        figures[ARCHIVE] = _measured_from(ARCHIVE, folder, address, journeys, checkpoint)
    figures[BUNDLE] = _measured_from(BUNDLE, folder, "", journeys, checkpoint)
    return {"journeys": journeys, "measured": figures, "ratios": {one: _ratios(figures[one]) for one in figures}}


def _measured_from(source: str, folder: Path, address: str, journeys: int, checkpoint: Path) -> dict[str, Figure]:
    """The figures of one source, by what was measured."""

    def measured(cores: int, *arguments: object) -> Figure:
        what, *rest = map(str, arguments)
        environment = {**os.environ, **_environment(folder, source, address)}
        return _measured(environment, cores, what, str(folder), source, *rest)

    figures = {
        REPLAYER: measured(1, "replayer", min(journeys, BASELINE)),
        ONE: measured(1, "verify", journeys, 1, checkpoint),
        TWO: measured(2, "verify", journeys, 2, checkpoint),
    }
    if journeys > SMALL:
        figures[FEW] = measured(1, "verify", SMALL, 1, checkpoint)
    return figures


def _checkpoint(folder: Path) -> Path:
    key, file = folder / "auditor.pem", folder / "checkpoint.json"
    for old in (key, file):
        old.unlink(missing_ok=True)
    make_key(key)
    reading = open_keyed_for_reading(f"sqlite:///{database(folder)}")
    make_checkpoint(reading, file, ledger="bench", key=read_key(key), now=lambda: datetime.now(UTC))
    reading.dispose()
    return file


def _environment(folder: Path, source: str, address: str) -> dict[str, str]:
    return {
        "HELAVAGEN_MASTER_KEY": MASTER_KEY.get_secret_value(),
        "HELAVAGEN_DATABASE_URL": f"sqlite:///{database(folder, source)}",
        "HELAVAGEN_DATA": str(folder),
        "TEMPORAL_ADDRESS": address,
    }


def _measured(environment: dict[str, str], cores: int, *arguments: str) -> Figure:
    """What `tests.bench.audited` says of itself, kept on so many cores."""
    some = sorted(os.sched_getaffinity(0))[:cores]
    done = subprocess.run(
        ["taskset", "--cpu-list", ",".join(map(str, some)), sys.executable, "-m", "tests.bench.audited", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    measured: Figure = json.loads(done.stdout.splitlines()[-1])
    return measured


def _ratios(figures: dict[str, Figure]) -> dict[str, float]:
    """Of rates by the clock, and of processor time, which others on the machine disturb less."""
    baseline, one, two = (figures[name] for name in (REPLAYER, ONE, TWO))
    ratios = {
        "one core / replayer": one["journeys_per_second"] / baseline["journeys_per_second"],
        "one core / replayer, by processor time": baseline["processor_ms"] / one["processor_ms"],
        "two cores / one core": two["journeys_per_second"] / one["journeys_per_second"],
    }
    if FEW in figures:
        ratios["memory / memory of a thousand"] = one["peak_mb"] / figures[FEW]["peak_mb"]
    return ratios


def show(result: dict[str, Any]) -> None:
    """The figures as a table, then the ratios."""
    out = Console()
    table = Table("from", "", "journeys a second", "ms of processors a journey", "journeys", "peak MB a process")
    for source, figures in result["measured"].items():
        for name, figure in figures.items():
            rate, processor, peak = (figure[one] for one in ("journeys_per_second", "processor_ms", "peak_mb"))
            table.add_row(source, name, f"{rate:.1f}", f"{processor:.1f}", f"{figure['journeys']:.0f}", f"{peak:.0f}")
    out.print(table)
    for source, ratios in result["ratios"].items():
        for name, value in ratios.items():
            out.print(f"from the {source}, {name}: {value:.2f}")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else SMALL
    with tempfile.TemporaryDirectory() as temporary:
        where = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(temporary)
        measured = asyncio.run(bench(where, wanted))
        keep("audit", measured, measured)
        show(measured)
