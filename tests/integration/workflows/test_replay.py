"""Golden histories: whatever has run once must take the same way through today's code."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from auditing.evidence.history_model import Answered
from auditing.evidence.history_reading import read_runs
from models.events.events import EVENT_CLASSES
from models.journey.transitions import moves_of
from models.programme.way import USUAL
from runtime.temporal.client import data_converter
from tests.support.changed_journeys import HastyJourney, PatchedJourney
from tests.support.histories import HISTORIES, read_history
from workflows.candidate_journey import CandidateJourney

FILES = sorted(HISTORIES.glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
async def test_what_was_recorded_takes_the_same_way_today(file: Path) -> None:
    replayer = Replayer(workflows=[CandidateJourney], data_converter=data_converter())
    await replayer.replay_workflow(read_history(file))


async def test_the_histories_have_every_kind_of_event_accepted() -> None:
    accepted: Counter[str] = Counter()
    for file in FILES:
        told = (await read_runs([read_history(file)])).steps
        receipts = [step.receipt for step in told if isinstance(step, Answered)]
        accepted.update(receipt.kind for receipt in receipts if receipt.accepted)
    assert set(EVENT_CLASSES) == set(accepted)


async def test_the_histories_take_every_move_from_every_stage() -> None:
    taken = set()
    for file in FILES:
        told = (await read_runs([read_history(file)])).steps
        receipts = [step.receipt for step in told if isinstance(step, Answered) and step.receipt.accepted]
        taken |= {(after.kind, before.stage, after.stage) for before, after in pairwise(receipts)}
    moves = {
        (move.kind, source, move.to)
        for move in moves_of(USUAL)
        for source in move.sources
        if move.to not in (None, source)
    }
    assert moves - taken == set()


def test_no_history_names_a_machine_or_a_process() -> None:
    for file in FILES:
        assert set(identities(json.loads(file.read_text()))) <= {"hela-vagen"}


def identities(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [str(inner) for key, inner in value.items() if key == "identity"]
        return own + [found for inner in value.values() for found in identities(inner)]
    return [found for inner in value for found in identities(inner)] if isinstance(value, list) else []


async def recorded() -> AsyncIterator[WorkflowHistory]:
    for file in FILES:
        yield read_history(file)


def unsandboxed(journey: type[CandidateJourney]) -> Replayer:
    runner = UnsandboxedWorkflowRunner()
    return Replayer(workflows=[journey], data_converter=data_converter(), workflow_runner=runner)


async def test_a_careless_change_of_the_workflow_is_found() -> None:
    found = await unsandboxed(HastyJourney).replay_workflows(recorded(), raise_on_replay_failure=False)
    assert len(found.replay_failures) == len(FILES)
    assert {type(failure) for failure in found.replay_failures.values()} == {workflow.NondeterminismError}


async def test_the_same_change_behind_a_patch_passes() -> None:
    await unsandboxed(PatchedJourney).replay_workflows(recorded())
