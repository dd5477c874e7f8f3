"""Questions asked while events come in must leave a history that any worker can go on from.

temporalio 1.32.0 to 1.35.0 may end a workflow task that has a question in it before the journey has heard of its local
activity's result, though the result stands in the history. Replay hears of it in that task and sends the receipt one
task earlier than the history has it, which is an error: such a journey stands still for ever once its worker was
started anew. 1.31.0 does not do so.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from models.events.events import Event
from models.identifiers import JOURNEY_WORKFLOW
from models.ledger.receipt import Receipt
from models.projections.status import Status
from runtime.encryption.opened import opened
from runtime.temporal.client import data_converter
from tests.support.office import TestOffice, event, open_office
from workflows.candidate_journey import CandidateJourney
from workflows.messages import STATUS_QUERY
from workflows.running import LetsGoOfFirstTasks
from workflows.starting import NO_INPUT

JOURNEYS, NOTES = 2, 30


@workflow.defn(name=JOURNEY_WORKFLOW)
class Thoughtful(CandidateJourney):
    """A journey that takes its time to answer a question, as on a busy machine."""

    @workflow.init
    def __init__(self, given: RawValue = NO_INPUT) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> Status:
        return await super().run(given)

    @workflow.query(name=STATUS_QUERY)
    def status(self) -> Status:
        sum(range(1_000_000))
        return super().status()


async def submit_all(office: TestOffice, journey: str, notes: Iterator[Event]) -> list[Receipt]:
    return [await office.journeys.submit(journey, note) for note in notes]


async def ask_until(stopped: asyncio.Event, office: TestOffice, journey: str) -> None:
    while not stopped.is_set():
        await office.journeys.status(journey)


async def test_a_journey_that_was_asked_while_events_came_in_can_be_replayed(
    temporal: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.CandidateJourney", Thoughtful)
    monkeypatch.setattr("worker.LetsGoOfFirstTasks", LetsGoOfFirstTasks)
    replayer = Replayer(workflows=[CandidateJourney], data_converter=data_converter())
    async with open_office(temporal.client, tmp_path) as office:
        for _ in range(JOURNEYS):
            journey, stopped = await office.refer(), asyncio.Event()
            notes = iter([event("note_added", text=f"Note {number}") for number in range(NOTES)])
            asking = [asyncio.create_task(ask_until(stopped, office, journey)) for _ in range(3)]
            receipts = await asyncio.gather(*(submit_all(office, journey, notes) for _ in range(2)))
            stopped.set()
            await asyncio.gather(*asking)
            assert all(receipt.accepted for some in receipts for receipt in some)
            async with asyncio.timeout(10):
                await replayer.replay_workflow(
                    await opened(office.client, await office.handle(journey).fetch_history())
                )
