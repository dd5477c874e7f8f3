"""Replaying through the core alone: it says what the SDK's replayer says, and ends whatever the code does."""

import asyncio

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.common import RawValue

from auditing.verification.core_replay import CoreReplay
from auditing.verification.replay import WatchedRunner, replayer, silent_sdk
from models.identifiers import JOURNEY_WORKFLOW
from tests.support.histories import HISTORIES, read_history
from workflows.candidate_journey import CandidateJourney
from workflows.starting import NO_INPUT

A_MOMENT = 0.1
"""Seconds that the code is given that never ends."""


@workflow.defn(name=JOURNEY_WORKFLOW)
class Endless:
    @workflow.run
    async def run(self, _given: RawValue = NO_INPUT) -> None:
        while True:
            pass


@workflow.defn(name=JOURNEY_WORKFLOW)
class Failing:
    @workflow.run
    async def run(self, _given: RawValue = NO_INPUT) -> None:
        raise RuntimeError("of the code")


def as_it_is(history: WorkflowHistory) -> WorkflowHistory:
    return history


def with_another_activity(history: WorkflowHistory) -> WorkflowHistory:
    for event in history.events:
        if event.HasField("activity_task_scheduled_event_attributes"):
            event.activity_task_scheduled_event_attributes.activity_type.name = "another"
    return history


def without_its_first_answer(history: WorkflowHistory) -> WorkflowHistory:
    for event in history.events:
        if event.HasField("marker_recorded_event_attributes"):
            event.marker_recorded_event_attributes.details["result"].payloads[0].data = b"{}"
            break
    return history


CHANGED = [as_it_is, with_another_activity, without_its_first_answer]


def of_the_sdk(history: WorkflowHistory, journey: type) -> str:
    async def replay() -> str:
        runner = WatchedRunner()
        replaying = replayer(journey, "default", runner)
        found = await replaying.replay_workflow(runner.takes(history), raise_on_replay_failure=False)
        return str(found.replay_failure)

    with silent_sdk():
        return asyncio.run(replay())


def of_the_core(*histories: WorkflowHistory, journey: type, patience: float = 10.0) -> list[str]:
    async def replay() -> list[str]:
        runner = WatchedRunner()
        async with CoreReplay(replayer(journey, "default", runner), patience) as replaying:
            return [str(await replaying.failure(runner.takes(history))) for history in histories]

    with silent_sdk():
        return asyncio.run(replay())


@pytest.mark.parametrize("journey", [CandidateJourney, Failing])
@pytest.mark.parametrize("changed", CHANGED)
@pytest.mark.parametrize("name", ["converted", "corrected_thrice", "renewed-1"])
def test_the_core_alone_says_what_the_sdks_replayer_says(name: str, changed, journey: type) -> None:  # type: ignore[no-untyped-def]
    history = changed(read_history(HISTORIES / f"{name}.json"))
    [found] = of_the_core(history, journey=journey)
    assert found == of_the_sdk(history, journey)
    assert (found == "None") == (changed is as_it_is and journey is CandidateJourney)


def test_code_that_never_ends_is_interrupted_and_told_and_what_comes_after_it_is_replayed() -> None:
    history = read_history(HISTORIES / "converted.json")
    for found in of_the_core(history, history, journey=Endless, patience=A_MOMENT):
        assert "the workflow did not yield" in found


def test_a_core_that_has_not_let_go_at_the_end_says_nothing_of_the_history(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_worker: object) -> None:
        raise ValueError("Cannot finalize, expected 1 reference, got 2")

    monkeypatch.setattr("temporalio.bridge.worker.Worker.finalize_shutdown", refuse)
    assert of_the_core(read_history(HISTORIES / "converted.json"), journey=CandidateJourney) == ["None"]
