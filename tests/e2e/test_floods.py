"""More than a journey can hold: the journey goes on, and where the server ends it nothing is a finding for ever."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from auditing.evidence.findings import Verification
from auditing.verification.live import live_verifier
from tests.support.agreeing import assert_agreement
from tests.support.office import TestOffice, open_office
from worker import running_worker
from workflows.messages import EVENT_SIGNAL

LARGE = {"x": "y" * 1_400_000}
"""Just below the 2 MB that a server takes unless told otherwise: 27 of them are more than a run may hold."""


@pytest.fixture
async def office(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    """An office whose worker the test starts."""
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        yield office


async def flood(client: Client, journey: str, signals: int) -> int:
    """Send large signals one after another; returns how many were taken."""
    for sent in range(signals):
        try:
            await client.get_workflow_handle(journey).signal(EVENT_SIGNAL, LARGE)
        except RPCError:
            return sent
    return signals


async def verified(office: TestOffice, journey: str) -> Verification:
    [found] = await live_verifier(office.client, office.lists.engine).verify([journey])
    return found


async def test_a_journey_outlives_a_flood_of_large_signals(office: TestOffice) -> None:
    async with running_worker(office.client, office.settings, office.book, office.engine):
        journey = await office.refer()
        began = (await office.handle(journey).describe()).run_id
        sent = await flood(office.client, journey, 60)
        assert sent == 60
        assert (await office.send(journey, "referral_accepted")).accepted
        described = await office.handle(journey).describe()
        assert (described.status, described.run_id != began) == (WorkflowExecutionStatus.RUNNING, True)
        assert len(office.ledger(journey)) == 62
        await assert_agreement(office, journey)
