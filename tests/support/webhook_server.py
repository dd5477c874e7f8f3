"""A partner's system, for tests of what is sent to it."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


class Server:
    """A partner's system that answers as it is told to, and remembers what it was sent."""

    def __init__(self, status: int = 204, body: bytes = b"", **headers: str) -> None:
        self.answer = (status, body, headers)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.address = ""
        self.port = 0

    async def receive(self, request: web.Request) -> web.Response:
        """Answer any request, and keep it."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append((request.path_qs, headers, await request.read()))
        status, body, answer_headers = self.answer
        return web.Response(status=status, body=body, headers=answer_headers)


@asynccontextmanager
async def serving(server: Server, context: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """The system at work until the context ends; with TLS by the name localhost."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        server.port = runner.addresses[0][1]
        server.address = f"https://localhost:{server.port}" if context else f"http://127.0.0.1:{server.port}"
        yield server
    finally:
        await runner.cleanup()
