"""A worker that is told to stop ends within its grace and a margin, with status 0, whatever hangs."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from temporalio.testing import WorkflowEnvironment

from runtime.stopping import MARGIN_SECONDS
from tests.support.databases import migrated_postgres
from tests.support.office import open_office
from tests.support.processes import Running, of_office, running
from tests.support.proxy import Door, a_door_to
from tests.support.waiting import until

GRACE = 1
LONGEST = GRACE + MARGIN_SECONDS + 2
"""Seconds. The rest is for a machine that has much to do."""


@pytest.fixture
def door(postgres_server: str, tmp_path: Path) -> Iterator[tuple[Door, str]]:
    with a_door_to(migrated_postgres(postgres_server, tmp_path.name)) as (door, url):
        yield door, url


async def ends_in_time(worker: Running) -> None:
    began = monotonic()
    ended = await worker.stop()
    print("took", monotonic() - began, ended)
    assert monotonic() - began < LONGEST
    assert ended.status == 0, ended


async def test_with_a_database_that_is_silent(
    temporal: WorkflowEnvironment, tmp_path: Path, door: tuple[Door, str]
) -> None:
    database, url = door
    async with open_office(temporal.client, tmp_path, url, with_worker=False) as office:
        env = of_office(office, HELAVAGEN_GRACE=GRACE)
        async with running("worker.py", env=env, errors=tmp_path / "log") as worker:
            journey = await office.refer()
            heard = database.unanswered
            database.fall_silent()
            pending = asyncio.create_task(office.send(journey, "referral_accepted"))
            await until(lambda: database.unanswered > heard)
            await ends_in_time(worker)
            pending.cancel()
        database.open()
