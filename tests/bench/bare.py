"""The bare journey, the baseline of the bench: the same messages, no machine and no rules."""

import asyncio
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from tests.bench.bare_activities import BareActivities, Said
    from workflows import policies

LAST = "permanent_role_agreed"


@workflow.defn
class BareJourney:
    """Takes messages one after another, as the journey does."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._posting: list[asyncio.Task[None]] = []
        self._done = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._done and workflow.all_handlers_finished())
        await asyncio.gather(*self._posting)

    @workflow.update
    async def submit(self, said: dict[str, Any]) -> int:
        async with self._turn:
            message = Said(workflow.info().workflow_id, said)
            rows = await workflow.execute_activity_method(
                BareActivities.insert,
                message,
                start_to_close_timeout=policies.RECORDING,
            )
            self._posting.append(asyncio.create_task(self._post(message)))
            self._done = said["kind"] == LAST
            return rows

    async def _post(self, message: Said) -> None:
        await workflow.execute_activity_method(BareActivities.post, message, start_to_close_timeout=policies.ANNOUNCING)


@workflow.defn
class BareReferral:
    """Answers each message with a row, and stays open, as a journey that has begun."""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def submit(self, said: dict[str, Any]) -> int:
        return await workflow.execute_activity_method(
            BareActivities.insert, Said(workflow.info().workflow_id, said), start_to_close_timeout=policies.RECORDING
        )
