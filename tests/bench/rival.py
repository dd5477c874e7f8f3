"""The same journey as somebody would do it with DBOS, in the PostgreSQL that is there anyway.

As its documentation does it: what writes a row is a transaction of the datasource, which happens once; what tells
somebody is a step. The row stands before the receipt, the notice goes out after it, as in the journeys beside it.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp
from dbos import DBOS, AsyncSQLAlchemyDatasource, DBOSConfig, SetWorkflowID, WorkflowHandleAsync
from sqlalchemy import make_url, text

from tests.bench.bare import LAST
from tests.bench.bare_activities import CREATE, INSERT
from tests.bench.journeys import PARTNER, Journey, events
from tests.support.sealing import open_keyed

CONNECTIONS = 25
"""As many as the product's worker has."""

WAITS_SECONDS = 60
RECEIPT = "receipt"

Handle = WorkflowHandleAsync[None]
Insert = Callable[[str, dict[str, Any]], Awaitable[int]]
Post = Callable[[dict[str, Any]], Awaitable[None]]
Send = Callable[[str, int, dict[str, Any]], Awaitable[Any]]
"""Send an event of a journey, by its number in it; returns when its receipt is there."""


class Rival:
    """Journeys on DBOS. `handles` are of the workflows that were begun."""

    def __init__(self, begin: Callable[[str], Awaitable[Any]], send: Send, handles: list[Handle]) -> None:
        self._begin = begin
        self._send = send
        self._handles = handles

    async def one(self, so_far: int = 8) -> Journey:
        journey, seconds = f"rival/{uuid4()}", []
        for number, event in enumerate(events()[:so_far]):
            began = time.perf_counter()
            if number == 0:
                await self._begin(journey)
            await self._send(journey, number, event.model_dump(mode="json"))
            seconds.append(time.perf_counter() - began)
        return Journey(journey, seconds)

    async def ended(self) -> None:
        """Wait until every workflow has ended."""
        for handle in self._handles:
            await handle.get_result()


@asynccontextmanager
async def rival(database_url: str, address: str, *, by_event: bool = False) -> AsyncIterator[Rival]:
    """DBOS at work on a database of its own: a workflow a journey, that is sent messages, or a workflow an event.

    Once a process: DBOS puts the event loop's threads away when it ends.
    """
    engine = open_keyed(database_url)
    with engine.begin() as connection:
        connection.execute(text(CREATE))
    engine.dispose()
    url = make_url(database_url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    DBOS(config=_config(url))
    rows = await AsyncSQLAlchemyDatasource.create(url, {"pool_size": CONNECTIONS})
    async with aiohttp.ClientSession() as session:

        @rows.transaction(isolation_level="READ COMMITTED")
        async def insert(journey: str, said: dict[str, Any]) -> int:
            found = await rows.sql_session().execute(INSERT, {"journey": journey, "said": str(said)})
            return int(found.rowcount)  # type: ignore[attr-defined]

        @DBOS.step(retries_allowed=True)
        async def post(said: dict[str, Any]) -> None:
            async with session.post(f"{address}/{PARTNER}", json=said) as response:
                response.raise_for_status()

        subject = (_by_event if by_event else _by_journey)(insert, post)
        DBOS.launch()
        yield subject
        await subject.ended()
        DBOS.destroy()
        await rows.engine.dispose()


def _by_journey(insert: Insert, post: Post) -> Rival:
    @DBOS.workflow()
    async def journey_of_messages() -> None:
        journey, number, said = str(DBOS.workflow_id), 0, {"kind": ""}
        while said["kind"] != LAST:
            said = await DBOS.recv_async(timeout_seconds=WAITS_SECONDS)
            await DBOS.set_event_async(str(number), await insert(journey, said))
            await post(said)
            number += 1

    handles: list[Handle] = []

    async def begin(journey: str) -> None:
        with SetWorkflowID(journey):
            handles.append(await DBOS.start_workflow_async(journey_of_messages))

    async def send(journey: str, number: int, said: dict[str, Any]) -> None:
        await DBOS.send_async(journey, said)
        assert await DBOS.get_event_async(journey, str(number), WAITS_SECONDS) == 1

    return Rival(begin, send, handles)


def _by_event(insert: Insert, post: Post) -> Rival:
    @DBOS.workflow()
    async def event_of_journey(journey: str, said: dict[str, Any]) -> None:
        await DBOS.set_event_async(RECEIPT, await insert(journey, said))
        await post(said)

    handles: list[Handle] = []

    async def begin(_journey: str) -> None:
        return None

    async def send(journey: str, _number: int, said: dict[str, Any]) -> None:
        handle = await DBOS.start_workflow_async(event_of_journey, journey, said)
        handles.append(handle)
        assert await DBOS.get_event_async(handle.workflow_id, RECEIPT, WAITS_SECONDS) == 1

    return Rival(begin, send, handles)


def _config(url: str) -> DBOSConfig:
    return DBOSConfig(
        name="rival",
        system_database_url=url,
        sys_db_pool_size=CONNECTIONS,
        notification_coalesce_sec=0.001,
        log_level="WARNING",
        run_migrations=True,
    )
