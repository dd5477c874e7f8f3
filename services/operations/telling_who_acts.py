"""A worker looks for what the register says of who acts for whom, and has those told who are to be told."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from itertools import groupby

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.acting_mail import WhoActs
from activities.authority import KnownRegister
from models.access.acting import to_tell
from models.identifiers import TELL_WHO_ACTS

LOGGER = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds."""


class TellsWhoActs:
    """Starts a workflow for each statement of which somebody is to be told. However many workers look, and whichever is
    killed, there is one: its id is that of the statement, and Temporal keeps it for longer than anybody is told."""

    def __init__(
        self, client: Client, task_queue: str, engine: Engine, known: KnownRegister, now: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._task_queue = task_queue
        self._engine = engine
        self._known = known
        self._now = now
        self._begun: set[WhoActs] = set()

    async def run(self) -> None:
        """Look until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.look()

    async def look(self) -> None:
        """Have whoever is to be told now told."""
        try:
            for one in await asyncio.to_thread(self._due):
                await self._start(one)
        except (SQLAlchemyError, RPCError) as error:
            LOGGER.warning("who acts for whom is not told yet: %s", type(error).__name__)

    def _due(self) -> list[WhoActs]:
        with Session(self._engine) as session:
            register = self._known.register(session)
        wanted = set(to_tell(register.acting, self._now()))
        told = (
            WhoActs(statement=statement, which=n)
            for statement, said in groupby(register.acting, lambda one: one.statement)
            for n, one in enumerate(said)
            if one in wanted
        )
        return [one for one in told if one not in self._begun]

    async def _start(self, one: WhoActs) -> None:
        try:
            await self._client.start_workflow(
                TELL_WHO_ACTS,
                one,
                id=one.id,
                task_queue=self._task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            LOGGER.debug("it is being told already")
        self._begun.add(one)
