"""The bare journey, the baseline of the bench: the same messages, no machine and no rules.

One activity inserts a row, one posts the notice; what is left is what Temporal, the database and HTTP cost anybody.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
from sqlalchemy import Engine, text
from temporalio import activity, workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows import policies

CREATE = "create table bare (id serial primary key, journey text, said text)"
INSERT = text("insert into bare (journey, said) values (:journey, :said)")
LAST = "permanent_role_agreed"


@dataclass
class Said:
    """A message and the journey that it belongs to."""

    journey: str
    said: dict[str, Any]


class BareActivities:
    """A row and a notice."""

    def __init__(self, engine: Engine, session: aiohttp.ClientSession, address: str) -> None:
        self._engine = engine
        self._session = session
        self._address = address

    @activity.defn
    def insert(self, message: Said) -> int:
        with self._engine.begin() as connection:
            return connection.execute(INSERT, {"journey": message.journey, "said": str(message.said)}).rowcount

    @activity.defn
    async def post(self, message: Said) -> None:
        async with self._session.post(self._address, json=message.said) as response:
            response.raise_for_status()


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
                retry_policy=RetryPolicy(maximum_interval=policies.RECORDING),
            )
            self._posting.append(asyncio.create_task(self._post(message)))
            self._done = said["kind"] == LAST
            return rows

    async def _post(self, message: Said) -> None:
        await workflow.execute_activity_method(BareActivities.post, message, start_to_close_timeout=policies.ANNOUNCING)
