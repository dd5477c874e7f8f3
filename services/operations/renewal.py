"""Renewing: open journeys continue as new, so that from then on their run is of today's code alone.

A journey can sleep for a year. Until something wakes it, the code of the day on which it fell asleep must stay
replayable. Renewed journeys carry nothing but their events, so that a patch for older runs can be deprecated.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from temporalio.client import Client, WorkflowContinuedAsNewError, WorkflowFailureError
from temporalio.service import RPCError, RPCStatusCode

from runtime.errors import Refused, ServiceUnavailable
from runtime.temporal.runs import OPEN_JOURNEYS, build_ids_of, describe_queue
from workflows.messages import RENEW_SIGNAL
from workflows.search_attributes import PROGRAMME, STAGE

AT_A_TIME = 10
"""Journeys that are woken together: each is replayed whole, and people wait for the same workers meanwhile."""

RENEWED_WITHIN = 30.0
"""Seconds. It takes a tenth of one; a journey that takes longer waits for a database, or its task fails."""


@dataclass(frozen=True)
class Sleeper:
    """An open run with a part that another build wrote. `stage` is None before the referral."""

    journey_id: str
    run_id: str
    stage: str | None
    build_ids: tuple[str, ...]


class Outcome(StrEnum):
    """What came of asking a run to continue as new: it did, it had ended already, or it has not got round to it."""

    RENEWED = "renewed"
    ENDED = "ended"
    NOT_YET = "not yet"


@dataclass(frozen=True)
class Chosen:
    """Which runs to renew: those that another code than `build` has written, wholly or in part.

    Of them at most `limit`, and where said only those of a programme, begun before a moment in UTC, or with a task that
    workers of a build id have `written_by`.
    """

    build: str
    programme: str | None = None
    started_before: datetime | None = None
    written_by: str | None = None
    limit: int | None = None

    @property
    def query(self) -> str:
        """What of it Temporal's list can tell."""
        query = OPEN_JOURNEYS
        if self.programme is not None:
            query += f' AND {PROGRAMME.name} = "{self.programme}"'
        if self.started_before is not None:
            query += f' AND StartTime < "{self.started_before.isoformat()}"'
        return query


async def sleepers(client: Client, chosen: Chosen) -> AsyncIterator[Sleeper]:
    """The open runs to renew. One that is the current build's from its first task on is passed over, and so is one that
    no worker has seen yet. Raises RPCError."""
    left = chosen.limit
    async for run in client.list_workflows(chosen.query):
        if left == 0:
            return
        builds = build_ids_of(run)
        if any(one != chosen.build for one in builds) and chosen.written_by in (None, *builds):
            left = left - 1 if left is not None else None
            yield Sleeper(run.id, run.run_id, run.typed_search_attributes.get(STAGE), builds)


async def refuse_without_workers(client: Client, task_queue: str, build: str) -> None:
    """Make sure that the next runs will be of this build. Raises ServiceUnavailable, Refused, RPCError."""
    at_work = await builds_at_work(client, task_queue)
    if not at_work:
        raise ServiceUnavailable(
            "renewal.no_worker", "No worker is running. Start workers of this version ({build}) first.", build=build
        )
    if at_work != {build}:
        raise Refused(
            "renewal.other_version",
            "This version is {build}, but the running workers are {known}. Wait until all have this version, or"
            " use theirs. A stopped worker is listed for five minutes.",
            build=build,
            known=", ".join(sorted(at_work)),
        )


async def builds_at_work(client: Client, task_queue: str) -> set[str]:
    """The build ids of the workers that get a journey's tasks: Temporal's current version, or else all that ask."""
    found = await describe_queue(client, task_queue)
    current = found.versioning_info.current_deployment_version.build_id
    return {current} if current else {poller.deployment_options.build_id for poller in found.pollers}


async def renew(
    client: Client, asleep: Sequence[Sleeper], done: Callable[[], None] = lambda: None
) -> AsyncIterator[tuple[Sleeper, Outcome]]:
    """Wake them, some at a time, and see each continue as new. Safe to repeat. Raises RPCError."""
    for first in range(0, len(asleep), AT_A_TIME):
        batch = asleep[first : first + AT_A_TIME]
        for sleeper, outcome in zip(
            batch, await asyncio.gather(*(_renewed(client, one) for one in batch)), strict=True
        ):
            done()
            yield sleeper, outcome


async def _renewed(client: Client, sleeper: Sleeper) -> Outcome:
    # To this very run: one that has gone on to its next run meanwhile must not do so once more.
    handle = client.get_workflow_handle(sleeper.journey_id, run_id=sleeper.run_id)
    try:
        await handle.signal(RENEW_SIGNAL)
        await asyncio.wait_for(handle.result(follow_runs=False), RENEWED_WITHIN)
    except WorkflowContinuedAsNewError:
        return Outcome.RENEWED
    except WorkflowFailureError:
        return Outcome.ENDED
    except TimeoutError:
        return Outcome.NOT_YET
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return Outcome.ENDED
