"""Scripts run as an operator or a coordinator runs them: as processes of their own, ended by who started them."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple, TextIO

from tests.support.office import TestOffice
from tests.support.sealing import MASTER_KEY
from tests.support.waiting import GIVE_UP_AFTER

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ("worker.py", "--local")
FREE_PORTS = tuple(word for name in ("temporal", "ui", "smtp", "codec", "webhook") for word in (f"--{name}-port", "0"))
BY = ("--partner", "samhall", "--town", "2480", "--coordinator", "anna.berg")
OURS = ("HELAVAGEN_", "TEMPORAL_")


class Ended(NamedTuple):
    """How a process ended, and what it said."""

    status: int
    output: str
    errors: str


class Running(NamedTuple):
    """A process at work, and the line by which it said so."""

    process: asyncio.subprocess.Process
    ready: str
    errors: Path

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> Ended:
        """End it, and wait for its end."""
        if self.process.returncode is None:
            self.process.send_signal(how)
        assert self.process.stdout is not None
        output = await asyncio.wait_for(self.process.stdout.read(), GIVE_UP_AFTER)
        return Ended(await self.process.wait(), output.decode(), self.errors.read_text())


def environment(**ours: object) -> dict[str, str]:
    """This process's environment with nothing of ours in it but what is given."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**bare, "PYTHONWARNINGS": "ignore", **{name: str(value) for name, value in ours.items()}}


def of_office(office: TestOffice, **more: object) -> dict[str, str]:
    """The environment in which a script works with a test's office."""
    names = (
        "data",
        "database_url",
        "task_queue",
        "smtp_host",
        "smtp_port",
        "webhook_secrets",
        "webhook_catch_all",
        "keys",
    )
    settings = {f"HELAVAGEN_{name.upper()}": getattr(office.settings, name) for name in names}
    address = office.client.service_client.config.target_host
    settings["TEMPORAL_NAMESPACE"] = office.client.namespace
    settings["HELAVAGEN_MASTER_KEY"] = MASTER_KEY.get_secret_value()
    return environment(**{"TEMPORAL_ADDRESS": address, **settings, **more})


async def run(*arguments: str, env: Mapping[str, str], cwd: Path = ROOT, within: float = GIVE_UP_AFTER) -> Ended:
    """Run `python …`, without a terminal, to its end. A script of ours begins where all is imported already."""
    if arguments[0] in SCRIPTS and cwd == ROOT:
        return await _run_ready(arguments, env, within)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *arguments),
        env=env,
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), within)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return Ended(process.returncode, output.decode(), errors.decode())


SCRIPTS = ("admin.py", "audit.py")


async def _run_ready(arguments: Sequence[str], env: Mapping[str, str], within: float) -> Ended:
    """As a fork of the process that waits for it; see `ready_process`."""
    with TemporaryFile() as nothing, TemporaryFile() as output, TemporaryFile() as errors:
        with begun(arguments, env, [nothing.fileno(), output.fileno(), errors.fileno()]) as ended:
            pid = int(await asyncio.to_thread(ended.readline))
            try:
                status = int(await asyncio.wait_for(asyncio.to_thread(ended.readline), within))
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise
        output.seek(0)
        errors.seek(0)
        return Ended(status, output.read().decode(), errors.read().decode())


def begun(arguments: Sequence[str], env: Mapping[str, str], streams: Sequence[int]) -> TextIO:
    """A script of ours begun at once, with these streams of its own: a line tells its id, and one its exit status."""
    request = json.dumps({"arguments": arguments, "environment": dict(env), "folder": str(ROOT)}).encode()
    told, telling = os.pipe()
    socket.send_fds(_ready_process(), [request], [*streams, telling])
    os.close(telling)
    return os.fdopen(told)


@cache
def _ready_process() -> socket.socket:
    """The socket of a process that forks for each script; it ends with this process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        number = theirs.fileno()
        command = [sys.executable, "-m", "tests.support.ready_process", str(number)]
        subprocess.Popen(command, cwd=ROOT, env=environment(), pass_fds=[number])
    return ours


@asynccontextmanager
async def running(*arguments: str, env: Mapping[str, str], errors: Path, cwd: Path = ROOT) -> AsyncIterator[Running]:
    """`python …` at work, from its line `ready: …` to the end of the context. Its stderr goes to the file `errors`."""
    with errors.open("a") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments), env=env, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=file
        )
    assert process.stdout is not None
    try:
        ready = await asyncio.wait_for(_ready(process.stdout), GIVE_UP_AFTER)
        assert ready, f"it did not start, see {errors}"
        yield Running(process, ready, errors)
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), GIVE_UP_AFTER)
        except TimeoutError:
            process.kill()
            raise


async def _ready(output: asyncio.StreamReader) -> str:
    """The line that says so; empty where there is none. Temporal's dev server has lines of its own before it."""
    while line := (await output.readline()).decode():
        if (said := in_log(line)).startswith("ready: "):
            return said
    return ""


def in_log(line: str) -> str:
    """What a line of a process says, which may be one of the log's form."""
    return str(json.loads(line)["message"]) if line.startswith("{") else line


def said_clearly(ended: Ended, status: int) -> str:
    """The one sentence on stderr."""
    assert ended.status == status, ended
    assert "Traceback" not in ended.errors
    assert len(ended.errors.strip().splitlines()) == 1
    return ended.errors
