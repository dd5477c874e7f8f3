"""The gateway as a process of its own: `python -m interfaces.gateway`, until it is told to stop."""

import asyncio
import logging
import signal
import sys

import typer

from interfaces.cli.hints import told
from interfaces.cli.process import run_command
from interfaces.gateway.running import running_gateway
from runtime import logs
from runtime.failures import as_user_error
from runtime.settings import load_settings


async def _serve() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings = load_settings()
    async with running_gateway(settings) as server:
        logs.say(f"ready: taking partners' messages on {settings.gateway_host}:{server.port}", sys.stdout)
        await stop.wait()
    logs.say("stopped", sys.stdout)


def main() -> None:
    """Take messages of partners' systems until told to stop."""
    logs.begin(logging.WARNING)
    try:
        asyncio.run(_serve())
    except Exception as error:
        sentence, status = told(error)
        logs.say(sentence, sys.stderr, logging.ERROR, as_user_error(error).message.id)
        raise typer.Exit(status) from error


if __name__ == "__main__":
    run_command(main)
