"""Two authorities on one Temporal and one PostgreSQL, each with a namespace, a database and keys of its own, and all
else as it comes: neither learns anything of the other, nor could it open what it got hold of."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import insert, select
from temporalio.testing import WorkflowEnvironment

from activities.sealing import MasterKeyFailed, sealer_on
from models.identifiers import JourneyId
from models.tables.base import table_of
from models.tables.people import CandidateKeyRow
from runtime.encryption.opened import payloads_in
from runtime.encryption.payload_codec import SealedPayloads, is_sealed
from runtime.settings import Settings
from runtime.temporal.runs import describe_queue
from tests.support.agreeing import eventually
from tests.support.processes import run, running
from tests.support.tenants import Tenant, new_tenant

QUEUE = Settings().task_queue


@pytest.fixture
async def tenants(
    temporal: WorkflowEnvironment, postgres_server: str, tmp_path: Path
) -> AsyncIterator[tuple[Tenant, Tenant]]:
    """Two, each with a worker process, on a task queue of one name."""
    async with AsyncExitStack() as stack:
        one, other = [await new_tenant(temporal.client, postgres_server, tmp_path / name) for name in "ab"]
        for tenant in (one, other):
            stack.callback(tenant.engine.dispose)
            log = tenant.folder / "worker.log"
            await stack.enter_async_context(running("worker.py", env=tenant.environment, errors=log))
        yield one, other


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
