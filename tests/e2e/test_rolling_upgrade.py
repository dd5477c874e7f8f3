"""New workers take over from old ones under load: nothing fails, nothing is lost, and every event has its answer.

`python -m tests.bench.upgrade` does the same for longer, with more workers, and without versions of workers too.
"""

from pathlib import Path

from runtime.local.dev_server import start_dev_server
from tests.support.databases import migrated_postgres
from tests.support.rolling import DRAINS_FAST, SOUND, roomy_office, upgrade


async def test_a_changed_workflow_takes_over_under_load_and_nothing_is_lost(
    postgres_server: str, tmp_path: Path
) -> None:
    url = migrated_postgres(postgres_server, tmp_path.name)
    async with (
        await start_dev_server(more=DRAINS_FAST) as environment,
        roomy_office(environment.client, tmp_path, url) as office,
    ):
        seen = await upgrade(office, versioning=True)

    assert (seen.refused, seen.undelivered, seen.stumbles) == (0, 0, 0)
    assert seen.verdicts == SOUND
