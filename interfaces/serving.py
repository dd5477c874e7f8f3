"""An ASGI application served by uvicorn inside a process that has other things to do as well."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from runtime.errors import UsageError

SECONDS_TO_FINISH = 35
"""For requests under way when the server stops: as long as anybody waits for a receipt, and a little."""

MOST_AT_ONCE = 200
"""Connections and requests under way: what comes beyond is answered with 503 at once."""

SECONDS_IDLE = 10
"""For which a connection without a request is kept."""


@dataclass(frozen=True)
class Serving:
    """A server that listens."""

    port: int


class _Embedded(uvicorn.Server):
    """Leaves signals to the process that it is in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int, stopping: Callable[[], None]) -> AsyncIterator[Serving]:
    """Listen on `host` and `port` (0 for any free one) until the context ends, and let requests under way finish.
    `stopping` is called first. Raises UsageError where the port is taken."""
    listener = _listening(host, port)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        ws="none",
        http="h11",
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=SECONDS_IDLE,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    server = _Embedded(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield Serving(int(listener.getsockname()[1]))
    finally:
        stopping()
        server.should_exit = True
        await task
        listener.close()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise UsageError("serving.port", "Nothing can be served on {host}:{port}.", host=host, port=port) from error
    listener.setblocking(False)
    return listener
