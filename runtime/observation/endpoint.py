"""Where a worker is observed: `/metrics`, `/healthz` and `/readyz` on one address."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest

from runtime.errors import UsageError
from runtime.observation.health import Health
from runtime.observation.health_routes import healthy_routes
from runtime.temporal.client import cannot_offer

CORE_SECONDS = 2.0
"""For the metrics of Temporal's core, which lie in this process's own memory."""

SECONDS_TO_FINISH = 1.0


def parts_of(address: str) -> tuple[str, int]:
    """The host and the port of an address such as `0.0.0.0:9464`. Raises UsageError."""
    with suppress(ValueError):
        parts = urlsplit(f"//{address}")
        if parts.hostname and parts.port is not None:
            return parts.hostname, parts.port
    raise UsageError(
        "settings.metrics_form",
        "HELAVAGEN_METRICS_ADDRESS must be an address and a port such as 0.0.0.0:9464: {address}.",
        address=address,
    )


class Endpoint:
    """Offers the metrics of a registry, and after them those that Temporal's core offers at `core` on this machine.

    `refresh` is awaited before: the registry itself waits for nothing.
    """

    def __init__(
        self, registry: CollectorRegistry, refresh: Callable[[], Awaitable[None]], health: Health, core: str
    ) -> None:
        self._registry = registry
        self._refresh = refresh
        self._health = health
        self._core = f"http://{core}/metrics"

    @asynccontextmanager
    async def listening(self, address: str) -> AsyncIterator[int]:
        """Listen on `host:port`, until the context ends; tells the port. Raises UsageError."""
        app = web.Application()
        app.add_routes([*healthy_routes(self._health), web.get("/metrics", self._metrics)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SECONDS_TO_FINISH)
        await runner.setup()
        try:
            host, port = parts_of(address)
            await web.TCPSite(runner, host, port).start()
        except UsageError:
            await runner.cleanup()
            raise
        except OSError as error:
            await runner.cleanup()
            raise cannot_offer(address) from error
        try:
            yield int(runner.addresses[0][1])
        finally:
            self._health.close()
            await runner.cleanup()

    async def _metrics(self, _request: web.Request) -> web.Response:
        core, _ = await asyncio.gather(self._of_core(), self._refresh())
        body = generate_latest(self._registry) + core
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def _of_core(self) -> bytes:
        """Nothing while the core does not answer: it begins when the worker connects."""
        try:
            timeout = aiohttp.ClientTimeout(total=CORE_SECONDS)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(self._core) as answer:
                return await answer.read()
        except (aiohttp.ClientError, TimeoutError):
            return b""
