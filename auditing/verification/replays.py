"""Replaying histories through the workflow code that is checked out."""

from collections.abc import AsyncIterator, Iterable

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer

from auditing.verification.replay import WatchedRunner, replayable
from workflows.candidate_journey import CandidateJourney


class Replays:
    """Replays runs one after another through one worker: making a worker for each costs more than most replays."""

    def __init__(self, namespace: str, converter: DataConverter) -> None:
        # Replay in the sandbox takes twice as long and finds nothing more: the code that ran was in the sandbox.
        self._replayer = Replayer(
            workflows=[CandidateJourney],
            data_converter=converter,
            namespace=namespace,
            workflow_runner=WatchedRunner(),
        )

    async def failures(self, runs: Iterable[WorkflowHistory]) -> dict[str, str]:
        """Why today's code does not take the same way through a run, by run id; nothing of those where it does."""
        failed: dict[str, str] = {}
        async with self._replayer.workflow_replay_iterator(_one_by_one(runs)) as results:
            async for result in results:
                if result.replay_failure is not None:
                    failed[result.history.run_id] = " ".join(str(result.replay_failure).split())[:LONGEST_REASON]
        return failed


LONGEST_REASON = 500
"""Characters of a replay failure that are kept: the commands that differ are named first."""


async def _one_by_one(runs: Iterable[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for run in runs:
        # Of a run that is at work just now, what its workers have done so far.
        if (part := replayable(run)) is not None:
            yield part
