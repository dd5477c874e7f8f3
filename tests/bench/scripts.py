"""`python -m tests.bench.scripts [TIMES]`: commands of the scripts beside a bare client's same call, in turn.

Each is a process of its own, as somebody types it. Wall and processor time, from the start of Python to its end. The
help pages stand beside Python that does nothing and Python that imports typer.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from runtime.local.dev_server import start_dev_server
from tests.bench.bare_client import NOTE
from tests.bench.journeys import bare
from tests.bench.kept import keep
from tests.support.databases import empty_postgres, migrated_postgres, running_postgres
from tests.support.office import open_office
from tests.support.processes import of_office

TIMES, JOURNEYS = 15, 20

HELPS = {
    "admin.py --help": ("admin.py", "--help"),
    "admin.py signal --help": ("admin.py", "signal", "--help"),
    "admin.py staff add --help": ("admin.py", "staff", "add", "--help"),
    "audit.py --help": ("audit.py", "--help"),
    "audit.py verify --help": ("audit.py", "verify", "--help"),
    "python -c pass": ("-c", "pass"),
    "python -c import typer": ("-c", "import typer"),
}

PAIRS = {
    "admin.py signal": "a bare client's update",
    "admin.py show": "a bare client's description",
    "admin.py list": "a bare client's list",
    "admin.py today": "a bare client's list",
}
"""Each command and the call that it stands beside: of those that read the database, the nearest that Temporal has."""


class Took(NamedTuple):
    """Milliseconds of a process, by the clock and of the processor."""

    wall: float
    processor: float


def took(arguments: Sequence[str], env: Mapping[str, str]) -> Took:
    """Run `python …` to its end. Raises AssertionError where it fails."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        streams = [(os.POSIX_SPAWN_DUP2, output.fileno(), stream) for stream in (1, 2)]
        pid = os.posix_spawn(sys.executable, [sys.executable, *arguments], env, file_actions=streams)
        _, status, used = os.wait4(pid, 0)
        wall = time.perf_counter() - began
        output.seek(0)
        assert os.waitstatus_to_exitcode(status) == 0, (arguments, output.read().decode())
    return Took(1000 * wall, 1000 * (used.ru_utime + used.ru_stime))


def in_turn(each: Mapping[str, Sequence[str]], env: Mapping[str, str], times: int) -> dict[str, list[Took]]:
    """So many times of each, one after another, after one that does not count."""
    rounds = [{name: took(arguments, env) for name, arguments in each.items()} for _ in range(times + 1)]
    return {name: [one[name] for one in rounds[1:]] for name in each}


def figures_of(runs: Mapping[str, list[Took]], pairs: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Medians and spread of each in milliseconds; of a command also its ratio to the bare client's, run by run."""
    figures: dict[str, dict[str, float]] = {}
    for name, times in runs.items():
        figures[name] = {
            "wall_ms": median(one.wall for one in times),
            "wall_min": min(one.wall for one in times),
            "wall_max": max(one.wall for one in times),
            "processor_ms": median(one.processor for one in times),
        }
        if name in pairs:
            others = runs[pairs[name]]
            both = list(zip(times, others, strict=True))
            figures[name]["ratio"] = median(one.wall / other.wall for one, other in both)
            figures[name]["processor_ratio"] = median(one.processor / other.processor for one, other in both)
    return figures


async def measure(client: Client, postgres: str, data: Path, times: int) -> dict[str, dict[str, float]]:
    """The commands on one server of Temporal and one of PostgreSQL, with some journeys of each kind."""
    async with (
        open_office(client, data, migrated_postgres(postgres, "whole", offering=True)) as office,
        bare(client, empty_postgres(postgres, "bare"), "http://nobody") as subject,
    ):
        ours = [await office.refer() for _ in range(JOURNEYS)]
        theirs = [await subject.refer() for _ in range(JOURNEYS)]
        env = of_office(office, HELAVAGEN_ACTOR="anna.berg")
        candidate, bare_client = ours[0].candidate, ("-m", "tests.bench.bare_client")
        commands = {
            "admin.py signal": ("admin.py", "signal", candidate, "note_added", "--text", NOTE),
            "a bare client's update": (*bare_client, "submit", theirs[0]),
            "admin.py show": ("admin.py", "show", candidate),
            "a bare client's description": (*bare_client, "describe", theirs[0]),
            "admin.py list": ("admin.py", "list"),
            "admin.py today": ("admin.py", "today"),
            "a bare client's list": (*bare_client, "list", ""),
        }
        runs = await asyncio.to_thread(in_turn, commands, env, times)
        return figures_of(runs | await asyncio.to_thread(in_turn, HELPS, env, times), PAIRS)


def show(figures: Mapping[str, Mapping[str, float]]) -> None:
    """The figures as a table."""
    table = Table("command", "wall ms", "from – to", "processor ms", "ratio of wall", "of processor")
    for name, one in figures.items():
        ratios = [f"{one[ratio]:.2f}" if ratio in one else "" for ratio in ("ratio", "processor_ratio")]
        spread = f"{one['wall_min']:.0f} – {one['wall_max']:.0f}"
        table.add_row(name, f"{one['wall_ms']:.0f}", spread, f"{one['processor_ms']:.0f}", *ratios)
    Console(width=120).print(table)


async def main(times: int = TIMES) -> int:
    """Measure, write the result as JSON, show it."""
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder, running_postgres() as postgres:
        async with await start_dev_server(file=Path(folder) / "temporal.db") as temporal:
            figures = await measure(temporal.client, postgres.get_uri(), Path(folder), times)
    keep("scripts", figures, figures)
    show(figures)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*map(int, sys.argv[1:]))))
