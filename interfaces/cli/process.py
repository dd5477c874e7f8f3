"""What the scripts share: how they end. One sentence on stderr, a documented exit status, no traceback."""

import logging
import os
import resource
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer
from typer.exceptions import TyperException

from activities.tracing import span
from interfaces.cli.parser import CALLED, INTERRUPTION, LEFT, OnlyCommand, fault_in_words, translated
from runtime.asking import ask_by, confirm_by
from runtime.errors import UsageError, first_of
from runtime.garbage import collect_seldom
from runtime.logs import begin
from runtime.observation import tracing

if TYPE_CHECKING:  # a help page is shown without what a message needs
    from models.message import Message

T = TypeVar("T")

INTERRUPTED = 130
"""The exit status of whatever Ctrl-C ended, as shells have it."""

SILENT = logging.CRITICAL + 1
"""The level of what scripts log: people read sentences, and what a library has to say is not for them."""


def keep_to_oneself() -> None:
    """Let no other user of the machine read what the process writes, and nobody what it had in memory: opened keys and
    names stand there, so it leaves no core dump."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(app: typer.Typer) -> None:
    """Run a script's command and end with its exit status."""
    keep_to_oneself()
    ask_by(_passphrase_of)
    sure = "--sure" in sys.argv
    confirm_by((lambda _about: True) if sure else _is_sure)
    if sure:
        sys.argv.remove("--sure")
    debug = "--debug" in sys.argv
    begin(logging.ERROR if debug else SILENT)
    if debug:
        sys.argv.remove("--debug")
    tracing.begin("hela-vagen-scripts")
    try:
        with span(Path(sys.argv[0]).name) as whole:
            try:
                status = app(standalone_mode=False)
            finally:
                whole.say(command=" ".join(CALLED))
    except typer.Abort:  # at a question: nothing is sent before the last one is answered
        _end(translated(LEFT), INTERRUPTED)
    except KeyboardInterrupt:
        _end(translated(INTERRUPTION), INTERRUPTED)
    except TyperException as error:
        _end(fault_in_words(error.format_message()), UsageError.status)
    except Exception as error:
        if debug:
            raise
        from interfaces.cli.hints import told  # reads catalogues, which a command that succeeds need not wait for

        _end(*told(error))
    leave(status if isinstance(status, int) else 0)


def _passphrase_of(name: str) -> str | None:
    from interfaces.cli.passphrases import passphrase_of  # opens keys, which most commands do not

    return passphrase_of(name)


def _is_sure(about: "Message") -> bool:
    from interfaces.cli.passphrases import is_sure

    return is_sure(about)


def run_command(command: Callable[..., None]) -> NoReturn:
    """Run a script that is one command, which ends by itself or with typer.Exit, and end with its status."""
    keep_to_oneself()
    collect_seldom()
    app = typer.Typer(add_completion=False)
    app.command(cls=OnlyCommand)(command)
    try:
        status = app(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        _end(translated(INTERRUPTION), INTERRUPTED)
    except TyperException as error:
        _end(fault_in_words(error.format_message()), UsageError.status)
    except SystemExit as end:
        status = end.code
    leave(status if isinstance(status, int) else 0)


def run_async(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine; a group's error is that of its first member."""
    import asyncio  # a fifth of what a help page would import

    try:
        return asyncio.run(work())
    except BaseExceptionGroup as group:
        raise first_of(group) from group


def leave(status: int) -> NoReturn:
    """End the process at once, with all output written.

    Temporal's runtime has threads that may call into an interpreter that is being taken down: about one run in some
    hundreds was aborted by that after all was done, with the exit status of a crash.
    """
    tracing.end()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _end(sentence: str, status: int) -> NoReturn:
    sys.stderr.write(sentence.rstrip() + "\n")
    leave(status)
