"""Whether this process lives, and whether it can work: what Kubernetes and compose ask."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import Engine
from temporalio.client import Client
from temporalio.worker import Worker

from activities.sealing import MasterKey
from runtime.encryption.sealers import refuse_other_master_key
from runtime.error_names import name_of
from runtime.migrations import refuse_other_form
from runtime.observation.sampling import Sampled
from runtime.temporal.runs import describe_queue

EVERY, SECONDS = 5.0, 3.0
"""A probe asks every few seconds, of each process: the database is asked no more often than this."""

Question = Callable[[], Awaitable[bool]]
"""Whether something is as it must be. Raises whatever keeps it from being told."""

SOUND = "sound"


class Health:
    """The answers to `/healthz` and `/readyz`. Questions may be added while a process is on its way to its work.

    What an error says is not told, only which one it is: whoever may ask here need not be known.
    """

    def __init__(self, questions: Mapping[str, Question], every: float = EVERY, seconds: float = SECONDS) -> None:
        self._every, self._seconds = every, seconds
        self._asked = {name: self._sampled(question) for name, question in questions.items()}
        self.alive: Callable[[], bool] = lambda: True

    def _sampled(self, question: Question) -> Sampled[bool]:
        return Sampled(question, self._every, self._seconds)

    async def ready(self) -> tuple[bool, dict[str, str]]:
        """Whether everything is as it must be, and each by its name."""
        await asyncio.gather(*(one.refresh() for one in self._asked.values()))
        told = {name: _verdict(one) for name, one in self._asked.items()}
        return all(verdict == SOUND for verdict in told.values()), told

    def close(self) -> None:
        for one in self._asked.values():
            one.close()


def _verdict(asked: Sampled[bool]) -> str:
    if asked.failure is not None:
        return name_of(asked.failure)
    return SOUND if asked.value else "not yet"


class Work:
    """What a worker is on its way to: the client, once it is connected, and the worker, once it works."""

    def __init__(self, task_queue: str) -> None:
        self._task_queue = task_queue
        self.client: Client | None = None
        self.worker: Worker | None = None

    async def reaches_temporal(self) -> bool:
        """Raises RPCError where there is no answer."""
        return self.client is not None and await self.client.service_client.check_health()

    async def polls(self) -> bool:
        """Whether Temporal has heard this worker ask for work. Raises RPCError."""
        if self.client is None or self.worker is None or not self.worker.is_running:
            return False
        found = await describe_queue(self.client, self._task_queue)
        return any(one.identity == self.client.identity for one in found.pollers)

    def lives(self) -> bool:
        """Whether the worker goes on, once it has begun."""
        return self.worker is None or self.worker.is_running


async def opens_keys(engine: Engine, master: Callable[[], MasterKey]) -> bool:
    """Whether the master key opens the newest key of a candidate. Raises UsageError, MasterKeyFailed, DBAPIError."""
    await asyncio.to_thread(lambda: refuse_other_master_key(engine, master()))
    return True


async def has_todays_form(engine: Engine) -> bool:
    """Whether the database answers and has the form that this version needs. Raises UsageError, DBAPIError."""
    await asyncio.to_thread(refuse_other_form, engine)
    return True
