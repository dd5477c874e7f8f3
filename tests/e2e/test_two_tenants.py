"""Two authorities on one Temporal and one PostgreSQL, each with a namespace, a database and keys of its own, and all
else as it comes: neither learns anything of the other, nor could it open what it got hold of."""

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.sealing import MasterKeyFailed, sealer_on
from models.identifiers import CandidateNumber, JourneyId
from models.tables.base import table_of
from models.tables.people import CandidateKeyRow
from runtime.database import open_engine
from runtime.encryption.payload_codec import SealedPayloads, is_sealed, payloads_in
from runtime.encryption.sealers import with_keys
from runtime.local.dev_server import HOST
from runtime.local.stack import free_port
from runtime.settings import Settings
from runtime.temporal.runs import describe_queue
from tests.support.agreeing import eventually
from tests.support.authority import found, keep_keys
from tests.support.databases import migrated_postgres
from tests.support.import_files import made_up_number
from tests.support.namespaces import in_a_namespace_of_its_own
from tests.support.processes import BY, environment, run, running
from tests.support.programmes import RULES

QUEUE = Settings().task_queue
SOMEBODY = ("--identity-number", made_up_number("19900314"), "--name", "Test Person")


@dataclass
class Tenant:
    """An authority at work: its client of Temporal, its database with its keys, and what its scripts are told."""

    client: Client
    engine: Engine
    environment: dict[str, str]
    metrics: str

    async def does(self, script: str, *words: str, status: int = 0) -> str:
        ended = await run(script, *words, env=self.environment)
        assert ended.status == status, ended
        return ended.output

    async def refers(self) -> CandidateNumber:
        """The same person in every tenant; returns the number."""
        await self.does("admin.py", "refer", "--programme", "service_division", *SOMEBODY, *BY)
        [line] = json.loads(await self.does("admin.py", "list", "--json"))
        return CandidateNumber.parse(line["candidate"])


@pytest.fixture
async def tenants(
    temporal: WorkflowEnvironment, postgres_server: str, tmp_path: Path
) -> AsyncIterator[tuple[Tenant, Tenant]]:
    """Two, each with a worker process, on a task queue of one name."""
    async with AsyncExitStack() as stack:
        one, other = [await _tenant(stack, temporal.client, postgres_server, tmp_path / name) for name in "ab"]
        yield one, other


async def _tenant(stack: AsyncExitStack, client: Client, postgres_server: str, folder: Path) -> Tenant:
    folder.mkdir()
    keep_keys(folder / "keys")
    url = migrated_postgres(postgres_server, f"tenant_{uuid4().hex[:8]}", offering=False)
    master_key, metrics = b64encode(os.urandom(32)).decode(), f"{HOST}:{free_port()}"
    engine = with_keys(open_engine(url), Settings(master_key=SecretStr(master_key)))
    stack.callback(engine.dispose)
    found(engine, RULES)
    own = await in_a_namespace_of_its_own(client)
    told = environment(
        TEMPORAL_ADDRESS=client.service_client.config.target_host,
        TEMPORAL_NAMESPACE=own.namespace,
        HELAVAGEN_DATABASE_URL=url,
        HELAVAGEN_MASTER_KEY=master_key,
        HELAVAGEN_DATA=folder,
        HELAVAGEN_KEYS=folder / "keys",
        HELAVAGEN_METRICS_ADDRESS=metrics,
        HELAVAGEN_ACTOR="anna.berg",
    )
    await stack.enter_async_context(running("worker.py", env=told, errors=folder / "worker.log"))
    return Tenant(own, engine, told, metrics)


async def test_the_same_person_is_a_stranger_to_the_other_tenant(tenants: tuple[Tenant, Tenant]) -> None:
    numbers = await asyncio.gather(*(one.refers() for one in tenants))
    assert numbers[0] != numbers[1]
    for tenant, own, others in zip(tenants, numbers, reversed(numbers), strict=True):
        assert own in await tenant.does("admin.py", "find", "Test Person")
        await tenant.does("admin.py", "show", others, status=2)
        runs = [run.id async for run in tenant.client.list_workflows('WorkflowType = "CandidateJourney"')]
        assert runs == [JourneyId.of(own, "service_division")]
        await eventually(partial(_agrees, tenant))


async def _agrees(tenant: Tenant) -> bool:
    """Whether an audit of the one journey finds nothing; Temporal's list lags behind."""
    ended = await run("audit.py", "verify", env=tenant.environment)
    return ended.status == 0 and "1" in ended.output


async def test_what_one_tenant_keeps_opens_with_no_key_of_the_others(tenants: tuple[Tenant, Tenant]) -> None:
    one, other = tenants
    candidate = await one.refers()
    row = table_of(CandidateKeyRow)
    with one.engine.connect() as connection:
        key = connection.execute(select(row).where(row.c.candidate == candidate)).mappings().one()
    with other.engine.begin() as connection:
        connection.execute(insert(row).values(**key))  # as somebody would who has both databases
    with pytest.raises(MasterKeyFailed):
        sealer_on(other.engine).known(candidate)

    journey = JourneyId.of(candidate, "service_division")
    history = await one.client.get_workflow_handle(journey).fetch_history()
    sealed = [payload for event in history.events for payload in payloads_in(event) if is_sealed(payload)]
    assert sealed
    codec = SealedPayloads(sealer_on(one.engine))
    there, elsewhere = (codec.of_workflow(tenant.client.namespace, journey) for tenant in tenants)
    assert not any(map(is_sealed, await there.decode(sealed)))
    assert all(map(is_sealed, await elsewhere.decode(sealed)))  # not in the other's namespace even with the key


async def test_workers_on_queues_of_one_name_work_for_their_own_tenant(tenants: tuple[Tenant, Tenant]) -> None:
    await tenants[0].refers()
    pollers = [{poller.identity for poller in (await describe_queue(t.client, QUEUE)).pollers} for t in tenants]
    assert [len(identities) for identities in pollers] == [1, 1]
    assert pollers[0] != pollers[1]
    async with aiohttp.ClientSession() as browser:
        told = [await (await browser.get(f"http://{tenant.metrics}/metrics")).text() for tenant in tenants]
    recorded = 'helavagen_events_total{kind="referred",outcome="accepted"} 1.0'
    assert [recorded in metrics for metrics in told] == [True, False]
    for tenant, metrics, foreign in zip(tenants, told, reversed(tenants), strict=True):
        assert f'namespace="{tenant.client.namespace}"' in metrics
        assert foreign.client.namespace not in metrics
