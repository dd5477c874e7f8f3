"""A desk as the settings want it, from its start to the end of a context."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn

from interfaces.desk.app import desk_app
from interfaces.desk.begun import let_go
from interfaces.desk.signing_in import BACK
from runtime.channels import tls_of
from runtime.database import open_for_watching
from runtime.errors import UsageError
from runtime.observation.health import Health, has_todays_form
from runtime.open_id import Provider
from runtime.settings import Settings, require_database
from services.office import Office

if TYPE_CHECKING:
    from temporalio.client import Client

SECONDS_TO_FINISH = 5
"""For requests under way when the desk stops."""

SECONDS_KEPT_ALIVE = 15

MOST_AT_ONCE = 200
"""Connections; whoever comes beyond is told to try again."""


class _Server(uvicorn.Server):
    """A server that leaves signals to the process that it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def running_desk(settings: Settings, client: Client | None = None) -> AsyncIterator[str]:
    """A desk that listens; gives the address under which people reach it. Raises UsageError where a setting is missing
    or wrong, ServiceUnavailable."""
    listening = _listening(settings)
    with listening:
        address = (settings.desk_url or f"http://{settings.desk_host}:{listening.getsockname()[1]}").rstrip("/")
        provider = Provider(settings, tls_of(settings), f"{address}{BACK}")
        office = Office(settings, client)
        watching = open_for_watching(require_database(settings))
        health = Health({"database": partial(has_todays_form, watching)})
        try:
            app = desk_app(office, provider, address, health)
            async with _served(app, listening):
                yield address
            let_go(app)
        finally:
            health.close()
            watching.dispose()
            office.close()


def _listening(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.desk_host, settings.desk_port))
    except OSError as error:
        raise UsageError(
            "desk.port",
            "The desk cannot listen on {host}:{port}.",
            host=settings.desk_host,
            port=settings.desk_port,
        ) from error


@asynccontextmanager
async def _served(app: Any, listening: socket.socket) -> AsyncIterator[None]:
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=SECONDS_KEPT_ALIVE,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
            limit_concurrency=MOST_AT_ONCE,
            proxy_headers=False,
            lifespan="off",
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving
