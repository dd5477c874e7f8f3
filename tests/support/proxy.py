"""A door between a server and those who use it, which a test can shut, slow down or let fall silent, also at the worst
moment."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from threading import Thread

from sqlalchemy import make_url

from runtime.local.dev_server import HOST

CHUNK = 65_536
COMMIT, INSERT = b"COMMIT", b"INSERT INTO ledger"
"""As psycopg sends them."""

ANYTHING = b""
"""Part of whatever is said."""


@dataclass
class Door:
    """Passes connections on while it is open, and hangs up on whoever comes while it is shut. While it is silent, it
    takes whoever comes and whatever they say, and answers nothing. One that renames stands there as a pooler does.

    It has a thread of its own: those who use the database here do so from the thread of the test, and wait.
    """

    connect: Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
    """Reaches what is behind it."""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    is_open: bool = True
    is_silent: bool = False
    shuts_after: bytes | None = None
    renames: bool = False
    delay: float = 0.0
    """Seconds that whatever comes is kept before it is passed on."""
    rate: float = inf
    """Bytes a second in each direction of a connection."""
    turned_away: int = 0
    unanswered: int = 0
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def shut(self) -> None:
        """Hang up on everyone, and on whoever comes."""
        self.loop.call_soon_threadsafe(self._shut)

    def shut_after(self, word: bytes) -> None:
        """Shut when a statement with this word has passed: whoever sent it will not hear what became of it."""
        self.shuts_after = word

    def open(self) -> None:
        self.shuts_after = None
        self.is_open = True
        self.is_silent = False
        self.delay, self.rate = 0.0, inf

    def hang_up(self) -> None:
        """Cut off everyone who is connected; whoever comes is let in."""
        self.loop.call_soon_threadsafe(self._hang_up)

    def fall_silent(self) -> None:
        """Take everything from now on, and answer nothing."""
        self.is_silent = True

    def _shut(self) -> None:
        self.is_open = False
        self._hang_up()

    def _hang_up(self) -> None:
        for writer in self.writers:
            writer.transport.abort()

    async def end(self, server: asyncio.Server) -> None:
        """Hang up, and let everything that runs here come to its end."""
        server.close()
        self._shut()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*rest, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.is_open:
            self.turned_away += 1
            writer.transport.abort()
            return
        try:
            from_server, to_server = await self.connect()
        except OSError:
            writer.transport.abort()
            return
        self.writers |= {writer, to_server}
        with suppress(OSError):
            await asyncio.gather(self._pass_on(reader, to_server), self._answer(from_server, writer))
        self.writers -= {writer, to_server}
        to_server.close()
        writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            if self.is_silent:
                self.unanswered += 1
                continue
            if self.shuts_after is not None and self.shuts_after in data:
                self.is_open = False
            await self._passed(data, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            if not self.is_open:
                self._shut()
                return
            if self.is_silent:
                continue
            await self._passed(_by_another_name(data) if self.renames else data, writer)
        writer.close()

    async def _passed(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        if wait := self.delay + len(data) / self.rate:
            await asyncio.sleep(wait)
        writer.write(data)
        await writer.drain()


WHO_ANSWERS = b"K\x00\x00\x00\x0c"
"""How PostgreSQL begins to say which of its processes serves a connection."""


def _by_another_name(data: bytes) -> bytes:
    """What a server has said, under a number that a pooler gave the connection."""
    before, mark, after = data.partition(WHO_ANSWERS)
    return before + mark + bytes(4) + after[4:] if mark else data


@contextmanager
def a_door_to(database_url: str) -> Iterator[tuple[Door, str]]:
    """A door to a PostgreSQL database, and the address behind it."""
    url = make_url(database_url)
    socket = f"{url.query['host']}/.s.PGSQL.5432"
    with _opened(Door(lambda: asyncio.open_unix_connection(socket))) as (door, port):
        yield door, url.set(host=HOST, port=port, query={}).render_as_string(hide_password=False)


@contextmanager
def a_door_to_temporal(address: str) -> Iterator[tuple[Door, str]]:
    """A door to a Temporal server, and the address behind it."""
    host, port = address.rsplit(":", 1)
    with _opened(Door(lambda: asyncio.open_connection(host, int(port)))) as (door, behind):
        yield door, f"{HOST}:{behind}"


@contextmanager
def _opened(door: Door) -> Iterator[tuple[Door, int]]:
    thread = Thread(target=door.loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(door.serve, HOST, 0), door.loop).result()
    try:
        yield door, server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(door.end(server), door.loop).result()
        door.loop.call_soon_threadsafe(door.loop.stop)
        thread.join()
        door.loop.close()
