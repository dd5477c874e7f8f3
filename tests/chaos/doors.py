"""The doors of a world: one between each two who speak with each other, all in one thread."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from threading import Thread

from runtime.local.dev_server import HOST
from tests.support.proxy import Door

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Doors:
    """Doors by who goes through them to what, such as `worker-1 → temporal`, each with its port."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._servers: dict[str, asyncio.Server] = {}
        self.by_name: dict[str, Door] = {}
        self.ports: dict[str, int] = {}

    def make(self, name: str, connect: Connect) -> int:
        """A door that is open; returns its port."""
        door = Door(connect, loop=self._loop)
        server = self._done(asyncio.start_server(door.serve, HOST, 0))
        self._servers[name], self.by_name[name] = server, door
        self.ports[name] = int(server.sockets[0].getsockname()[1])
        return self.ports[name]

    def end(self) -> None:
        for name, server in self._servers.items():
            self._done(self.by_name[name].end(server))

    def _done(self, awaitable: "Awaitable[asyncio.Server] | Awaitable[None]") -> "asyncio.Server":
        return asyncio.run_coroutine_threadsafe(awaitable, self._loop).result()  # type: ignore[arg-type]


@contextmanager
def doors() -> Iterator[Doors]:
    """Doors until the context ends."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    made = Doors(loop)
    try:
        yield made
    finally:
        made.end()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
