"""Which workers ask for work: those that Temporal has heard of late, since it goes on listing one that has ended."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.workflowservice.v1 import DescribeTaskQueueResponse
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.temporal.clock import clock_of
from runtime.temporal.runs import describe_queue

ASKS_WITHIN = timedelta(seconds=75)
"""A worker that waits for work asks anew after 60 to 70 seconds; Temporal lists one that has ended for five minutes."""


@dataclass(frozen=True)
class Asking:
    """The workers that ask for a queue's work, and how long ago the latest was heard, also of those that ask no more;
    None where none is listed."""

    workers: Sequence[PollerInfo]
    heard: timedelta | None
    queue: DescribeTaskQueueResponse


async def who_asks(client: Client, task_queue: str) -> Asking:
    """The workers that ask for workflow tasks of a queue: by Temporal's clock, or by this machine's where that is not
    told. Raises RPCError."""
    queue = await describe_queue(client, task_queue)
    if not queue.pollers:
        return Asking((), None, queue)
    now = None
    with suppress(RPCError):  # a worker may have no right to ask
        now = await clock_of(client)
    return asking_at(queue, now or datetime.now(UTC))


def asking_at(queue: DescribeTaskQueueResponse, now: datetime) -> Asking:
    """Those of the listed workers that ask at a moment."""
    ago = [(now - one.last_access_time.ToDatetime(UTC), one) for one in queue.pollers]
    heard = max(min(age for age, _ in ago), timedelta()) if ago else None
    return Asking([one for age, one in ago if age <= ASKS_WITHIN], heard, queue)
