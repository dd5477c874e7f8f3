"""Rehearsing a deployment: every open journey is replayed through the code that is checked out here."""

import asyncio
import re
from collections import Counter, deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC

from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.client import Client, WorkflowExecution, WorkflowHistory
from temporalio.workflow import NondeterminismError

from auditing.evidence.runs import history_of, sdk_versions, written_by
from auditing.verification.replay import WatchedRunner, kinds_of, replayable, replayer, silent_sdk
from models.calendar.swedish_day import in_swedish_time
from models.message import Message, msg
from runtime.stopping import let_go
from runtime.temporal.runs import OPEN_JOURNEYS
from workflows.candidate_journey import CandidateJourney
from workflows.search_attributes import STAGE

AHEAD = 8
"""Histories that are fetched while one is replayed: enough to keep a processor busy, few enough to fit in memory."""

REPEATED_BY_THE_SERVER = (
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE,
)
"""Tasks that the server itself gives up, for instance where a message came while a run ended, and repeats at once."""


@dataclass(frozen=True)
class Rehearsed:
    """An open journey: why it would break under this code, and why it stands still now; None where it does not."""

    journey_id: str
    stage: str | None
    build_ids: tuple[str, ...]
    sdk_versions: tuple[str, ...]
    breaks: Message | None
    wedged: Message | None


@dataclass
class Rehearsal:
    """What came of it under the code of `build`: counts, and only the journeys that somebody must look at."""

    build: str
    journeys: int = 0
    would_break: list[Rehearsed] = field(default_factory=list)
    wedged: list[Rehearsed] = field(default_factory=list)
    build_ids: Counter[str] = field(default_factory=Counter)
    sdk_versions: Counter[str] = field(default_factory=Counter)

    def add(self, one: Rehearsed) -> None:
        self.journeys += 1
        self.build_ids.update(one.build_ids)
        self.sdk_versions.update(one.sdk_versions)
        if one.breaks:
            self.would_break.append(one)
        if one.wedged:
            self.wedged.append(one)


@dataclass(frozen=True)
class _Replayable(WorkflowHistory):
    """What can be replayed of an open run, and what is known of the run without that."""

    known: Rehearsed


async def rehearse(client: Client, journey: type[CandidateJourney] = CandidateJourney) -> AsyncIterator[Rehearsed]:
    """Replay each open journey of the namespace. Writes nothing. Raises RPCError.

    One replayer takes them all, one after another: a replay is Python at work, so that several at a time in one process
    are no faster.
    """
    runner = WatchedRunner()
    fresh: list[Rehearsed] = []
    with silent_sdk():
        async with (
            aclosing(_histories(client, runner, fresh)) as histories,
            replayer(journey, client.namespace, runner).workflow_replay_iterator(histories) as results,
        ):
            async for result in results:
                assert isinstance(result.history, _Replayable)
                why = why_it_breaks(result.replay_failure, runner.error_of(result.history.run_id))
                yield replace(result.history.known, breaks=why)
                while fresh:
                    yield fresh.pop()
    for one in fresh:
        yield one


async def _histories(client: Client, runner: WatchedRunner, fresh: list[Rehearsed]) -> AsyncGenerator[_Replayable]:
    """The histories of all open journeys, some fetched ahead; into `fresh` go those that have only just begun.

    Constant memory: neither the histories nor Temporal's list are kept.
    """
    ahead: deque[asyncio.Task[_Replayable | Rehearsed | None]] = deque()

    async def next_ones(at_most: int) -> AsyncIterator[_Replayable]:
        while len(ahead) > at_most:
            one = await ahead.popleft()
            if isinstance(one, _Replayable):
                yield runner.takes(one)
            elif one is not None:
                fresh.append(one)

    try:
        async for run in client.list_workflows(OPEN_JOURNEYS):
            ahead.append(asyncio.create_task(_fetch(client, run)))
            async for one in next_ones(AHEAD):
                yield one
        async for one in next_ones(0):
            yield one
    finally:
        for task in ahead:
            let_go(task)


async def _fetch(client: Client, run: WorkflowExecution) -> _Replayable | Rehearsed | None:
    """The history of a run; of one that has only just begun nothing but its name; None where it has been deleted."""
    history = await history_of(client, run.id, run.run_id)
    if history is None:
        return None
    stage = run.typed_search_attributes.get(STAGE)
    known = Rehearsed(run.id, stage, written_by(history), sdk_versions(history), None, why_wedged(history))
    part = replayable(history)
    return _Replayable(run.id, part.events, known) if part else known


def why_it_breaks(failure: Exception | None, error: str | None) -> Message | None:
    """Why a journey would stand still: what the replayer says, or the error that the code failed a task with."""
    if isinstance(failure, NondeterminismError):
        told = " ".join(str(failure).split())
        where = re.sub(r"^.*Nondeterminism error: ", "", told).split('", source:')[0][:300]
        return msg("rehearsal.other_way", "this code takes another way than its history: {where}", where=where)
    if error is not None:
        return msg("rehearsal.fails", "this code fails on what is in its history: {error}", error=error)
    if failure is not None:
        return msg("rehearsal.not_replayable", "its history cannot be replayed: {error}", error=type(failure).__name__)
    return None


def why_wedged(history: WorkflowHistory) -> Message | None:
    """Why a journey stands still: the workers that run now have failed its latest workflow task."""
    for event in reversed(history.events):
        if event.HasField("workflow_task_completed_event_attributes"):
            return None
        failed = event.workflow_task_failed_event_attributes
        if event.HasField("workflow_task_failed_event_attributes") and failed.cause not in REPEATED_BY_THE_SERVER:
            since = in_swedish_time(event.event_time.ToDatetime(UTC))
            return msg(
                "rehearsal.wedged",
                "its workflow task fails since {since}: {error}",
                since=since,
                error=kinds_of(failed.failure),
            )
    return None
