"""A worker whose workflow fails its task with somebody's name, until Temporal's core has said so.

It is a process of its own: a runtime that is silent, as for replays, silences every other of its process.
"""

import asyncio
import logging
import sys
from uuid import uuid4

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from interfaces.cli.process import leave
from runtime.logs import CORE, begin
from runtime.temporal.client import core_runtime


@workflow.defn
class Broken:
    """Fails its first task."""

    @workflow.run
    async def run(self, name: str) -> None:
        raise ValueError(f"no place for {name}")


async def main(address: str, name: str) -> None:
    """Log what is logged of the failure, and end."""
    begin(logging.WARNING)
    said, loop = asyncio.Event(), asyncio.get_running_loop()

    class Listener(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            loop.call_soon_threadsafe(said.set)

    logging.getLogger(CORE).addHandler(Listener())
    client, queue = await Client.connect(address, runtime=core_runtime()), f"broken-{uuid4()}"
    async with Worker(client, task_queue=queue, workflows=[Broken], workflow_runner=UnsandboxedWorkflowRunner()):
        handle = await client.start_workflow(Broken.run, name, id=queue, task_queue=queue)
        await said.wait()
        await handle.terminate()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
    leave(0)
