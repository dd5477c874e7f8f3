"""Replaying histories through the workflow code that is checked out, and noticing each task that it fails."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from temporalio.api.failure.v1 import Failure
from temporalio.client import WorkflowHistory
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import (
    Interceptor,
    Replayer,
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
)

from auditing.evidence.history_reading import LOCAL_ACTIVITY
from auditing.evidence.runs import is_journeys
from auditing.verification.core_replay import CoreReplay
from runtime.build import build_id
from runtime.temporal.client import data_converter
from workflows.candidate_journey import CandidateJourney

History = TypeVar("History", bound=WorkflowHistory)


class WatchedRunner(UnsandboxedWorkflowRunner):
    """Keeps what kind of error the code fails a task with, and begins nothing that the history does not hold.

    Of an error the SDK's replayer tells the text, which may be about a person: here its kind alone is kept. And where a
    workflow task is under way, the code would ask for activities that no replay carries out, and wait without end. So
    it would where a worker has kept its task beyond the server's patience, to write into a database that lets it wait:
    the history then has the task as completed, and of the local activity that it is at nothing yet.

    Without the sandbox, as workers run it: what that forbids is found in the test run.
    """

    def __init__(self) -> None:
        super().__init__()
        self._errors: dict[str, str] = {}
        self._recorded: frozenset[int] = frozenset()

    def takes(self, history: History) -> History:
        """The history that is replayed next: of local activities none begins but those that it has an end of."""
        self._recorded = frozenset(_local_activities(history))
        return history

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = super().create_instance(det)
        instance.activate = self._watching(instance.activate)  # type: ignore[method-assign, assignment]
        return instance

    def _watching(self, activate: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def watched(activation: Any) -> Any:
            completion = activate(activation)
            if completion.HasField("failed"):
                self._errors.setdefault(activation.run_id, kinds_of(completion.failed.failure))
            elif not activation.is_replaying:
                del completion.successful.commands[:]
            else:
                self._leave_out_unrecorded(completion.successful.commands)
            return completion

        return watched

    def _leave_out_unrecorded(self, commands: Any) -> None:
        for number in reversed(range(len(commands))):
            asked = commands[number]
            if asked.HasField("schedule_local_activity") and asked.schedule_local_activity.seq not in self._recorded:
                del commands[number]

    def error_of(self, run_id: str) -> str | None:
        """The kinds of error that a run met, forgotten once told."""
        return self._errors.pop(run_id, None)


def _local_activities(history: WorkflowHistory) -> Iterator[int]:
    """The numbers that the SDK gave the local activities of whose end a history tells."""
    for event in history.events:
        marker = event.marker_recorded_event_attributes
        if marker.marker_name == LOCAL_ACTIVITY:
            for payload in marker.details["data"].payloads:
                # Somebody may have written it by hand.
                with suppress(ValueError, KeyError, TypeError, OverflowError, RecursionError):
                    yield int(json.loads(payload.data)["seq"])


def replayable(history: WorkflowHistory) -> WorkflowHistory | None:
    """What of a history the SDK's replayer can take: all of it, or, where a task is under way, until that begins.

    None where no task has begun yet: there is nothing to replay, and the replayer would wait without end. With
    `WatchedRunner` the task under way is tried too, up to the first thing that it would do.
    """
    begun = _last(history, "workflow_task_started_event_attributes")
    if begun is None:
        return None
    if begun < (_last(history, "workflow_task_completed_event_attributes") or 0):
        return history
    return replace(history, events=history.events[: begun + 1])


def _last(history: WorkflowHistory, kind: str) -> int | None:
    events = enumerate(reversed(history.events), 1)
    return next((len(history.events) - number for number, event in events if event.HasField(kind)), None)  # type: ignore[arg-type]


def kinds_of(failure: Failure) -> str:
    """`RuntimeError, from ValidationError`: the kind of an error, and those behind it."""
    kinds = [failure.application_failure_info.type or "error"]
    while failure.HasField("cause"):
        failure = failure.cause
        kinds.append(failure.application_failure_info.type or "error")
    return ", from ".join(kinds)


def replayer(
    journey: type, namespace: str, runner: UnsandboxedWorkflowRunner, interceptors: Sequence[Interceptor] = ()
) -> Replayer:
    """A replayer of journeys that keeps its own log to itself: it would stand amid what a program reads."""
    return Replayer(
        workflows=[journey],
        data_converter=data_converter(),
        namespace=namespace,
        workflow_runner=runner,
        interceptors=list(interceptors),
        build_id=build_id(),
        runtime=_silent_runtime(),
    )


@cache
def _silent_runtime() -> Runtime:
    """One, never taken down: while one is, its threads and Python's can wait for one another for ever."""
    return Runtime(telemetry=TelemetryConfig(logging=None))


@contextmanager
def silent_sdk() -> Iterator[None]:
    """What fails in a replay is told as a finding. The SDK would log it too, with texts that may tell of a person."""
    logger = logging.getLogger("temporalio")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


class JourneyReplayer:
    """Replays runs one after another through one worker: making a worker for each costs more than most replays."""

    def __init__(self, namespace: str) -> None:
        self._runner = WatchedRunner()
        self._replayer = replayer(CandidateJourney, namespace, self._runner)

    async def failures(self, runs: Sequence[WorkflowHistory]) -> dict[str, str]:
        """Why today's code does not take the same way through a run, by run id; nothing of those where it does."""
        try:
            return await self._failures(runs)
        except Exception as error:  # of a history that somebody has meddled with: the others say what they say
            if len(runs) == 1:
                return {runs[0].run_id: type(error).__name__}
            each = [await self.failures([run]) for run in runs]
            return {run_id: why for one in each for run_id, why in one.items()}

    async def _failures(self, runs: Iterable[WorkflowHistory]) -> dict[str, str]:
        failed: dict[str, str] = {}
        async with CoreReplay(self._replayer) as replaying:
            for run in runs:
                if not is_journeys(run):
                    continue  # somebody else's, under a journey's id
                # Of a run that is at work just now, what its workers have done so far.
                if (part := replayable(run)) is None:
                    continue
                if (failure := await replaying.failure(self._runner.takes(part))) is not None:
                    failed[run.run_id] = " ".join(str(failure).split())[:LONGEST_REASON]
        return failed


LONGEST_REASON = 500
"""Characters of a replay failure that are kept: the commands that differ are named first."""
