"""A server as a process of its own: the desk, the gateway, the codec server, and what takes replies by mail."""

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import NoReturn, TypeVar

import typer

from interfaces.cli.hints import told
from interfaces.cli.process import run_command
from runtime import logs
from runtime.failures import as_user_error
from runtime.settings import Settings, load_settings
from runtime.stopping import until_told_to_stop

T = TypeVar("T")


def run_server(
    about: str, running: Callable[[Settings], AbstractAsyncContextManager[T]], ready: Callable[[Settings, T], str]
) -> NoReturn:
    """Serve until told to stop, and end with a status. `about` is what `--help` says, `ready` what is said once
    requests are taken."""

    async def serve() -> None:
        stopped, settings = until_told_to_stop(), load_settings()
        async with running(settings) as server:
            logs.say(f"ready: {ready(settings, server)}", sys.stdout)
            await stopped()
        logs.say("stopped", sys.stdout)

    def main() -> None:
        logs.begin(logging.WARNING)
        try:
            asyncio.run(serve())
        except Exception as error:
            sentence, status = told(error)
            logs.say(sentence, sys.stderr, logging.ERROR, as_user_error(error).message.id)
            raise typer.Exit(status) from error

    main.__doc__ = about
    run_command(main)
