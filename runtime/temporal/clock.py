"""What time it is where Temporal runs."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import PollWorkflowTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.temporal.runs import describe_queue

QUEUE = "hela-vagen-clock"
"""A task queue on which nothing is ever started."""

LOOKS, LOOK_AGAIN_AFTER = 30, 0.1

LONG_POLL = timedelta(seconds=10)
"""A poll that is given much less is refused."""


async def clock_of(client: Client) -> datetime | None:
    """The server's clock, in UTC; None where it does not tell. Raises RPCError.

    No call asks for it. Yet the server notes when somebody asks for work, so we ask for some, and look what it noted.
    """
    identity = f"clock-{uuid4()}"
    request = PollWorkflowTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=QUEUE), identity=identity
    )
    polling = asyncio.ensure_future(client.workflow_service.poll_workflow_task_queue(request, timeout=LONG_POLL))
    try:
        for _ in range(LOOKS):
            for poller in (await describe_queue(client, QUEUE)).pollers:
                if poller.identity == identity:
                    return poller.last_access_time.ToDatetime(UTC)
            await asyncio.sleep(LOOK_AGAIN_AFTER)
        return None
    finally:
        polling.cancel()
        with suppress(asyncio.CancelledError, RPCError):
            await polling
