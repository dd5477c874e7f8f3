"""`python -m tests.bench.importing [REFERRALS]`: a list's import beside as many bare starts, on one PostgreSQL.

They take turns. A bare start is a workflow that an update starts and one activity answers with a row. Both send as many
at a time. An import also enters each person, signs, judges, keeps a ledger and writes a notice.
"""

import asyncio
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
from runtime.local.dev_server import start_dev_server
from services.application import Application
from services.referrals.importer import AT_ONCE
from services.referrals.referring import importer_of
from services.referrals.rows import ImportRow
from tests.bench.journeys import DAY, PARTNER, Bare, bare
from tests.bench.kept import keep
from tests.support.databases import empty_postgres, migrated_postgres, running_postgres
from tests.support.import_files import made_up_number
from tests.support.office import open_office
from tests.support.processes import of_office

REFERRALS, ROUNDS = 200, 3


class Measured(NamedTuple):
    """A round: referrals a second, and milliseconds of this process's processor for each: worker and sender."""

    per_second: float
    processor_ms: float


async def measured(count: int, work: Callable[[], Awaitable[object]]) -> Measured:
    """What so many take."""
    began, used = time.perf_counter(), time.process_time()
    await work()
    return Measured(count / (time.perf_counter() - began), 1000 * (time.process_time() - used) / count)


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


async def measure(client: Client, postgres: str, data: Path, count: int) -> list[tuple[Measured, Measured]]:
    """Rounds of both in turn, bare first, after a short one that does not count."""
    async with (
        open_office(client, data, migrated_postgres(postgres, "whole", offering=True)) as office,
        bare(client, empty_postgres(postgres, "bare"), "http://nobody") as subject,
    ):
        os.environ |= of_office(office, HELAVAGEN_ACTOR="anna.berg")
        application, first, rounds = Application(), 0, []
        for number in (AT_ONCE, *[count] * ROUNDS):
            people = rows(first, number)
            first += number
            of_bare = await measured(number, partial(start_all, subject, number))
            of_import = await measured(number, partial(import_all, application, people))
            rounds.append((of_bare, of_import))
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
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder, running_postgres() as postgres:
        async with await start_dev_server(file=Path(folder) / "temporal.db") as temporal:
            rounds = await measure(temporal.client, postgres.get_uri(), Path(folder), count)
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


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*map(int, sys.argv[1:]))))
