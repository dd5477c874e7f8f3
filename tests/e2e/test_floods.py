"""More than a journey can hold: the journey goes on, and where the server ends it nothing is a finding for ever."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHistory
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from auditing.evidence.findings import Verdict, Verification
from auditing.evidence.history_reading import LOCAL_ACTIVITY
from auditing.evidence.runs import runs_of
from auditing.verification.verifier import live_verifier
from models.identifiers import Actor, Role
from runtime.encryption.payload_codec import MOST_BYTES
from runtime.local.dev_server import start_dev_server
from runtime.local.people import OPERATOR
from services.operations.repair import Repairer
from tests.support.agreeing import assert_agreement, eventually
from tests.support.authority import signature_of
from tests.support.large import TENTH
from tests.support.office import TestOffice, open_office
from worker import running_worker
from workflows.messages import EVENT_SIGNAL
from workflows.pace import AT_ONCE

LARGE = {"x": TENTH}
"""38 of them are more than a run may hold where it may hold a tenth."""

SMALL = ("--dynamic-config-value", "limit.historySize.error=5242880")

MANY = 120
"""Signals that wait for a worker: more than are worked off in one workflow task."""


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


async def test_a_flood_of_small_signals_is_worked_off_in_several_tasks(office: TestOffice) -> None:
    async with running_worker(office.client, office.settings, office.book, office.engine):
        journey = await office.refer()
    handle = office.handle(journey)
    await asyncio.gather(*(handle.signal(EVENT_SIGNAL, {"x": number}) for number in range(MANY)))
    async with running_worker(office.client, office.settings, office.book, office.engine):
        assert (await office.send(journey, "referral_accepted")).accepted
        assert len(office.ledger(journey)) == MANY + 2
        [run] = (await runs_of(office.client, [journey]))[journey]
        assert max(recorded_by_task(run)) == AT_ONCE
        await assert_agreement(office, journey)


async def test_a_signal_that_is_small_while_it_is_packed_is_not_opened(office: TestOffice) -> None:
    """The server lets it in, and the worker takes it for rubbish before it has filled its memory."""
    async with running_worker(office.client, office.settings, office.book, office.engine):
        journey = await office.refer()
        await office.handle(journey).signal(EVENT_SIGNAL, {"x": "y" * MOST_BYTES})
        assert (await office.send(journey, "referral_accepted")).accepted
        assert [line.receipt.accepted for line in office.ledger(journey)] == [True, False, True]
        await assert_agreement(office, journey)


def recorded_by_task(run: WorkflowHistory) -> list[int]:
    """How many results each workflow task has recorded."""
    counted = [0]
    for happened in run.events:
        if happened.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            counted.append(0)
        counted[-1] += happened.marker_recorded_event_attributes.marker_name == LOCAL_ACTIVITY
    return counted


async def test_what_a_flood_that_ends_a_run_has_lost_is_noted_and_no_finding(tmp_path: Path) -> None:
    async with (
        await start_dev_server(more=SMALL) as server,
        open_office(server.client, tmp_path, with_worker=False) as office,
        running_worker(office.client, office.settings, office.book, office.engine),
    ):
        journey = await office.refer()
        await flood(office.client, journey, 60)
        described = await eventually(
            lambda: office.handle(journey).describe(), lambda said: said.status is not WorkflowExecutionStatus.RUNNING
        )
        assert described.status is WorkflowExecutionStatus.TERMINATED
        now = datetime.now(UTC)
        repairer = Repairer(
            office.client, office.settings.task_queue, office.engine, office.book, lambda: now, sign=signature_of
        )
        assert (await repairer.repair(journey, Actor.of(Role.OPERATOR, OPERATOR), "Flooded")).receipt.accepted
        found = await verified(office, journey)
        assert (found.verdict, found.findings) == (Verdict.AGREES, ())
