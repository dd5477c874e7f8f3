"""Reconciliation on real servers: each kind of difference made, found, and repaired; and nothing found where all is well."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.reconciling.records import Records
from models.differences import DifferenceKind
from models.stages import Stage
from runtime.errors import Refused
from runtime.local.dev_server import start_dev_server
from runtime.reconciliation import Repair, Repairer, journey_of, reconcile_now
from tests.end_to_end.agreeing import assert_agreement, eventually, place_of
from tests.end_to_end.office import TestOffice, full_way, open_office
from tests.end_to_end.processes import of_office
from tests.end_to_end.processes import run as run_script
from tests.end_to_end.waiting import until
from workflows.candidate_journey import CandidateJourney
from workflows.messages import JourneyStart
from workflows.reconcile import Reconciliation

K = DifferenceKind
DAY = date(2026, 3, 2)
KIM = "operator:kim.dahl"
AT_ONCE = timedelta(0)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

REPORTED_SOON = ("--dynamic-config-value", "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=2")
"""So that the server says within a second that a workflow's tasks keep failing; by itself after a minute."""


@dataclass
class Night:
    """An office, and what an operator does in it."""

    office: TestOffice

    async def placed(self) -> str:
        """A journey in its internship, with a place and everybody told."""
        journey = await self.office.refer(effective_on=DAY)
        for said in full_way(DAY)[:3]:
            assert (await self.office.journeys.submit(journey, said)).accepted
        return journey

    def breaks(self, statement: str, journey: str, **values: Any) -> None:
        """Somebody changes the database by hand."""
        with self.office.engine.begin() as connection:
            done = connection.execute(text(statement), {"journey": journey, **values})
            assert done.rowcount

    async def reconciled(self) -> Reconciliation:
        return await reconcile_now(self.office.client, self.office.settings.task_queue, AT_ONCE)

    async def found(self, journey: str) -> list[str]:
        """What the reconciliation tells of a journey."""
        return [one.kind.value for one in (await self.reconciled()).differences if one.journey_id == journey]

    async def finds(self, journey: str, *kinds: DifferenceKind) -> None:
        """It tells exactly this; Temporal's lists, by which it looks first, lag a little behind."""
        wanted = [kind.value for kind in kinds]
        assert await eventually(lambda: self.found(journey), lambda seen: seen == wanted) == wanted

    async def repairs(self, journey: str) -> Repair:
        """It is repaired; and then there is nothing left to repair, and an audit agrees."""
        done = await self.repairer().repair(journey, KIM, "Found at night")
        assert done.receipt.accepted, done
        with pytest.raises(Refused, match="nothing to repair"):
            await self.repairer().repair(journey, KIM, "Once more")
        line = self.office.ledger(journey)[-1]
        assert (line.kind, line.actor) == ("repaired", KIM)
        assert line.event
        assert set(line.event["found"]) == {one.kind.value for one in done.found}
        return done

    def repairer(self, now: datetime | None = None) -> Repairer:
        office = self.office
        records = Records(office.engine, office.book.programmes.get)
        return Repairer(office.client, office.settings.task_queue, records, lambda: now or datetime.now(UTC))


@pytest.fixture(scope="module")
async def night(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Night]:
    data = tmp_path_factory.mktemp("night")
    async with await start_dev_server(more=REPORTED_SOON) as server, open_office(server.client, data) as office:
        yield Night(office)


async def test_nothing_is_found_where_nothing_is_broken(night: Night) -> None:
    journey = await night.placed()
    result = await night.reconciled()
    assert result.differences == ()
    assert result.journeys >= 1
    assert await night.repairer().differences(journey) == []


async def test_a_journey_whose_workflow_was_terminated_goes_on_from_the_ledger(night: Night) -> None:
    journey = await night.placed()
    await night.office.handle(journey).terminate("by mistake")
    await night.finds(journey, K.WORKFLOW_LOST)
    done = await night.repairs(journey)
    assert done.begun
    assert (await night.office.send(journey, "internship_completed", effective_on=DAY)).stage is Stage.EVALUATION
    await night.finds(journey)
    await assert_agreement(night.office, journey)
