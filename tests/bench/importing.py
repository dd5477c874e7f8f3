"""`python -m tests.bench.importing [REFERRALS]`: a list's import beside as many bare starts, on one PostgreSQL.

They take turns, and each goes first as often. A bare start is a workflow that an update starts and one activity answers
with a row. Both send as many at a time. An import also enters each person, signs, judges, keeps a ledger and posts a
notice. Client and worker are one process, which has neither server nor the partner's receiver in it.
"""

import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from models.identifiers import Actor, Role
from services.application import Application
from services.referrals.importer import AT_ONCE
from services.referrals.referring import importer_of
from services.referrals.rows import ImportRow
from tests.bench.disk import TOLD_LATE_SECONDS
from tests.bench.journeys import DAY, PARTNER, Bare, bare
from tests.bench.kept import keep
from tests.bench.servers import client_of, process, said, servers
from tests.support.databases import empty_postgres, migrated_postgres
from tests.support.import_files import made_up_number
from tests.support.office import open_office
from tests.support.processes import of_office

REFERRALS, ROUNDS = 200, 3


class Measured(NamedTuple):
    """A round: referrals a second until the last receipt, and milliseconds of the processor for each until the last
    notice, of worker and sender."""

    per_second: float
    processor_ms: float


async def measured(count: int, work: Callable[[], Awaitable[object]]) -> Measured:
    """What so many take."""
    gc.collect()
    began, used = time.perf_counter(), time.process_time()
    await work()
    seconds = time.perf_counter() - began
    await asyncio.sleep(TOLD_LATE_SECONDS)
    return Measured(count / seconds, 1000 * (time.process_time() - used) / count)


def rows(first: int, count: int) -> list[ImportRow]:
    """So many people whom nobody has referred yet."""
    return [
        ImportRow(
            line=number - first + 2,
            identity_number=made_up_number(
                f"{date(1980, 1, 1) + timedelta(days=number // 20):%Y%m%d}", 980 + number % 20
            ),
            name=f"Test Påhittsson {number}",
            email=f"test{number}@example.se",
            phone="070-174 06 05",
            programme="service_division",
            referring_partner=PARTNER,
            site="2480",
            coordinator="anna.berg",
            referred_on=DAY,
        )
        for number in range(first, first + count)
    ]


async def import_all(application: Application, rows: list[ImportRow]) -> None:
    """As `admin.py import` does, once the file has been read."""
    actor = Actor.of(Role.COORDINATOR, "anna.berg")
    result = await importer_of(application, await application.journeys(), actor).run(rows, application.now())
    assert len(result.started) == len(rows), result.bad[:3]


async def start_all(subject: Bare, count: int) -> None:
    """Bare starts, as many at a time as an import has."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with turn:
            await subject.refer()

    await asyncio.gather(*(one() for _ in range(count)))


async def measure(
    client: Client, postgres: str, address: str, data: Path, count: int
) -> list[tuple[Measured, Measured]]:
    """Rounds of both, bare and import, after a short one that does not count."""
    database = migrated_postgres(postgres, "whole", offering=True)
    async with (
        open_office(client, data, database, webhook_catch_all=address) as office,
        bare(client, empty_postgres(postgres, "bare"), address) as subject,
    ):
        os.environ |= of_office(office, HELAVAGEN_ACTOR="anna.berg")
        application, first, rounds = Application(), 0, []
        for turn, number in enumerate((AT_ONCE, *[count] * ROUNDS)):
            subjects = {
                "bare": partial(start_all, subject, number),
                "import": partial(import_all, application, rows(first, number)),
            }
            first += number
            found = {name: await measured(number, subjects[name]) for name in sorted(subjects, reverse=turn % 2 == 1)}
            rounds.append((found["bare"], found["import"]))
        return rounds[1:]


def figures_of(rounds: list[tuple[Measured, Measured]]) -> dict[str, dict[str, float]]:
    """Medians of both, and the ratio of each round, import to bare."""
    figures = {}
    for name in Measured._fields:
        pairs = [(getattr(of_bare, name), getattr(of_import, name)) for of_bare, of_import in rounds]
        ratios = [ours / theirs for theirs, ours in pairs]
        figures[name] = {
            "bare": median(theirs for theirs, _ in pairs),
            "import": median(ours for _, ours in pairs),
            "ratio": median(ratios),
            "ratio_min": min(ratios),
            "ratio_max": max(ratios),
        }
    return figures


async def main(count: int = REFERRALS) -> int:
    """Measure, write the result as JSON, show it."""
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder:
        async with servers(Path(folder)) as stand:
            where = (stand.temporal, stand.postgres, stand.receiver, folder, str(count))
            async with process("tests.bench.importing", *where) as running:
                rounds = [(Measured(*one), Measured(*other)) for one, other in await said(running)]
    figures = figures_of(rounds)
    keep("importing", {"referrals": count, "figures": figures}, figures)
    table = Table(
        "what", "bare", "import", "ratio", "from – to", title=f"import of {count} referrals beside bare starts"
    )
    for name, one in figures.items():
        spread = f"{one['ratio_min']:.2f} – {one['ratio_max']:.2f}"
        table.add_row(name, f"{one['bare']:.2f}", f"{one['import']:.2f}", f"{one['ratio']:.2f}", spread)
    Console().print(table)
    return 0


async def measure_here(temporal: str, postgres: str, address: str, folder: str, count: str) -> int:
    """In a process of its own: measure, and say the rounds as JSON."""
    rounds = await measure(await client_of(temporal), postgres, address, Path(folder), int(count))
    print(json.dumps(rounds), flush=True)
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(asyncio.run(measure_here(*arguments) if len(arguments) > 1 else main(*map(int, arguments))))
