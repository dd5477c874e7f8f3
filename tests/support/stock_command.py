"""The stock `temporal` command, as anybody may run it who reaches the server."""

import asyncio

from temporalio.client import Client

from runtime.local.dev_server import temporal_program
from tests.support.codec import Codec


async def stock_command(client: Client, *arguments: str, codec: Codec | None = None) -> tuple[int, str]:
    """Run it to its end: its exit status and all that it said. With a codec server it reads what is sealed."""
    process = await asyncio.create_subprocess_exec(
        *(temporal_program("temporal"), *arguments, *(codec.options(arguments) if codec else ())),
        *("--address", client.service_client.config.target_host),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return await process.wait(), output.decode()
