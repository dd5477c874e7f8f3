"""An outgoing proxy as organisations have it: it tunnels what is asked with CONNECT, for those who log in."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from runtime.local.dev_server import HOST

USER = "worker:hemligt-losen"


@dataclass
class ConnectProxy:
    """Passes every tunnel on to `target`, whatever name is asked, or answers `status`; keeps what it was asked."""

    target: tuple[str, int]
    status: int = 200
    port: int = 0
    asked: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head.splitlines()[0])
        knows = base64.b64encode(USER.encode()).decode() in head
        status = self.status if knows else 407
        writer.write(f"HTTP/1.1 {status} Whatever\r\n\r\n".encode())
        if status == 200:
            there, to_there = await asyncio.open_connection(*self.target)
            with suppress(OSError):
                await asyncio.gather(_pass_on(reader, to_there), _pass_on(there, writer))
        writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def a_proxy(target: tuple[str, int], status: int = 200) -> AsyncIterator[ConnectProxy]:
    """A proxy that listens until the context ends."""
    proxy = ConnectProxy(target, status)
    server = await asyncio.start_server(proxy.serve, HOST, 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
