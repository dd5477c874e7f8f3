"""Scripts run as an operator or a coordinator runs them: as processes of their own, ended by who started them."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple, Self

from tests.support.office import TestOffice
from tests.support.sealing import MASTER_KEY
from tests.support.waiting import GIVE_UP_AFTER

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ("worker.py", "--local")
PORTS = ("temporal", "ui", "smtp", "codec", "webhook", "desk", "sign-in", "gateway")

FREE_PORTS = tuple(word for name in PORTS for word in (f"--{name}-port", "0"))
BY = ("--partner", "samhall", "--town", "2480", "--coordinator", "anna.berg")
OURS = ("HELAVAGEN_", "TEMPORAL_")
SCRIPTS = ("admin.py", "audit.py", "worker.py")


class Ended(NamedTuple):
    """How a process ended, and what it said."""

    status: int
    output: str
    errors: str


class Running(NamedTuple):
    """A process at work, and the line by which it said so."""

    process: "asyncio.subprocess.Process | Forked"
    output: asyncio.StreamReader
    ready: str
    errors: Path

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> Ended:
        """End it, and wait for its end."""
        if self.process.returncode is None:
            self.process.send_signal(how)
        output = await asyncio.wait_for(self.output.read(), GIVE_UP_AFTER)
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
    """Run `python …`, without a terminal, to its end. What is ours begins where all is imported already."""
    with TemporaryFile() as output, TemporaryFile() as errors:
        process = await _begun(arguments, env, cwd, output.fileno(), errors.fileno())
        try:
            await asyncio.wait_for(process.wait(), within)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode is not None
        output.seek(0)
        errors.seek(0)
        return Ended(process.returncode, output.read().decode(), errors.read().decode())


async def _begun(
    arguments: Sequence[str], env: Mapping[str, str], cwd: Path, output: int, errors: int
) -> "asyncio.subprocess.Process | Forked":
    with TemporaryFile() as nothing:
        if arguments[0] in (*SCRIPTS, "-m") and cwd == ROOT:
            return await Forked.begun(arguments, env, [nothing.fileno(), output, errors])
        return await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments), env=env, cwd=cwd, stdin=nothing, stdout=output, stderr=errors
        )


class Forked:
    """A script as a fork of the process that waits for it, see `ready_process`; used as one of asyncio's own."""

    def __init__(self, pid: int, told: asyncio.StreamReader) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._end = asyncio.create_task(self._ends(told))

    @classmethod
    async def begun(cls, arguments: Sequence[str], env: Mapping[str, str], streams: Sequence[int]) -> Self:
        """Begin it with these streams as its own."""
        told = await reader_of(begun(arguments, env, streams))
        return cls(int(await told.readline()), told)

    async def _ends(self, told: asyncio.StreamReader) -> int:
        self.returncode = int(await told.readline())
        return self.returncode

    async def wait(self) -> int:
        """Wait for its end, which may have been."""
        return await asyncio.shield(self._end)

    def send_signal(self, how: int) -> None:
        """Send it, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, how)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


async def reader_of(file: IO[Any]) -> asyncio.StreamReader:
    """What is written to a pipe, read without a thread."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), file)
    return reader


def begun(arguments: Sequence[str], env: Mapping[str, str], streams: Sequence[int]) -> IO[str]:
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
    read, written = os.pipe()
    with errors.open("a") as file:
        process = await _begun(arguments, env, cwd, written, file.fileno())
    os.close(written)
    output = await reader_of(os.fdopen(read, "rb"))
    try:
        ready = await asyncio.wait_for(_ready(output), GIVE_UP_AFTER)
        assert ready, f"it did not start: {errors.read_text()[-2000:]}"
        yield Running(process, output, ready, errors)
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
