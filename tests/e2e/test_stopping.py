"""A worker that is told to stop ends within its grace and a margin, with status 0, whatever hangs."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

import pytest
from temporalio.testing import WorkflowEnvironment

from runtime.local.dev_server import HOST
from runtime.stopping import BEYOND_GRACE
from tests.support.databases import migrated_postgres
from tests.support.office import full_way, open_office
from tests.support.processes import Forked, environment, in_log, of_office, running
from tests.support.proxy import Door, a_door_to, a_door_to_temporal
from tests.support.waiting import until

DAY = date(2026, 3, 2)
GRACE = 1
LONGEST = BEYOND_GRACE * GRACE + 2
"""Seconds; the rest is for a machine that has much to do."""


@pytest.fixture
def database(postgres_server: str, tmp_path: Path) -> Iterator[tuple[Door, str]]:
    with a_door_to(migrated_postgres(postgres_server, tmp_path.name)) as (door, url):
        yield door, url


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """Takes connections, and says nothing on them."""
    with socket.create_server((HOST, 0)) as server:
        yield server


async def test_with_a_database_a_mail_server_and_temporal_that_are_silent(
    temporal: WorkflowEnvironment, tmp_path: Path, database: tuple[Door, str], silent_server: socket.socket
) -> None:
    door, url = database
    mail = {"HELAVAGEN_SMTP_HOST": HOST, "HELAVAGEN_SMTP_PORT": silent_server.getsockname()[1]}
    with a_door_to_temporal(temporal.client.service_client.config.target_host) as (cluster, address):
        async with open_office(temporal.client, tmp_path, url, with_worker=False) as office:
            env = of_office(office, HELAVAGEN_GRACE=GRACE, TEMPORAL_ADDRESS=address, **mail)
            async with running("worker.py", env=env, errors=tmp_path / "log") as worker:
                journey = await office.refer(effective_on=DAY)
                accepted, checked, agreed, completed, *_ = full_way(DAY)
                for said in (accepted, checked, agreed):
                    await office.journeys.submit(journey, said)
                with (await asyncio.to_thread(silent_server.accept))[0]:
                    heard = door.unanswered
                    door.fall_silent()
                    pending = asyncio.create_task(office.journeys.submit(journey, completed))
                    await until(lambda: door.unanswered > heard)
                    cluster.fall_silent()
                    began = monotonic()
                    ended = await worker.stop()
                    assert monotonic() - began < LONGEST
                    assert ended.status == 0, ended
                pending.cancel()
                with suppress(asyncio.CancelledError):
                    await pending
            door.open()


async def test_that_has_not_even_begun_since_its_database_is_silent(
    temporal: WorkflowEnvironment, tmp_path: Path, silent_server: socket.socket
) -> None:
    env = environment(
        HELAVAGEN_DATA=tmp_path,
        HELAVAGEN_GRACE=GRACE,
        HELAVAGEN_DATABASE_URL=f"postgresql://nobody@{HOST}:{silent_server.getsockname()[1]}/none?connect_timeout=2",
        TEMPORAL_ADDRESS=temporal.client.service_client.config.target_host,
    )
    output, errors = tmp_path / "output", tmp_path / "errors"
    with TemporaryFile() as nothing, output.open("w") as said, errors.open("w") as wrong:
        worker = await Forked.begun(("worker.py",), env, [one.fileno() for one in (nothing, said, wrong)])
        with (await asyncio.to_thread(silent_server.accept))[0]:
            worker.terminate()
            status = await asyncio.wait_for(worker.wait(), LONGEST)
    assert (status, in_log(output.read_text())) == (0, "stopped"), errors.read_text()
