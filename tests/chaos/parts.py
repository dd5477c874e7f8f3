"""The processes of a world: started, kept at work, killed, held up and let go on, from outside."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.processes import ROOT, Forked

LOOK_EVERY = 0.2


@dataclass
class Part:
    """One process and what it has begun. While it is `wanted` it is started again whenever it has ended, as an
    orchestrator does; `more` is what its environment has besides, for its next start."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    user: str | None = None
    more: dict[str, str] = field(default_factory=dict)
    wanted: bool = False
    starts: int = 0
    ends: list[int] = field(default_factory=list)
    """How it has ended by itself."""
    process: asyncio.subprocess.Process | Forked | None = None

    async def keep(self) -> None:
        """Have it run whenever it is wanted, until cancelled."""
        while True:
            if self.wanted and not self.runs:
                if self.process is not None:
                    self.ends.append(self.process.returncode or 0)
                await self._start()
            await asyncio.sleep(LOOK_EVERY)

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def _start(self) -> None:
        self.starts += 1
        environment = {**self.environment, **self.more}
        with self.log.open("ab") as log:
            if self.command[0] == sys.executable and "LD_PRELOAD" not in self.more:  # which a fork would not obey
                self.process = await Forked.begun(self.command[1:], environment, [log.fileno()] * 3)
                return
            self.process = await asyncio.create_subprocess_exec(
                *(*_ending_with_us(self.user), *self.command),
                cwd=ROOT,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def kill(self) -> None:
        """End it without a word, with everything that it has begun, and leave it so."""
        self.wanted = False
        await self._gone(signal.SIGKILL)

    async def stop(self, how: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
        """End it in order, or else without a word."""
        self.wanted = False
        self.resume()
        if self.process is not None and self.runs:
            self.process.send_signal(how)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), patience)
        await self._gone(signal.SIGKILL)

    async def _gone(self, how: signal.Signals) -> None:
        self._signal(how)
        if self.process is not None:
            await self.process.wait()
        self.process = None

    def pause(self) -> None:
        """Hold it up, with everything that it has begun."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, how: signal.Signals) -> None:
        if self.process is None or not self.runs:
            return
        # The first one first: then it begins no others. What it has begun has sessions of its own.
        for pid in (self.process.pid, *children_of(self.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, how)


def _ending_with_us(user: str | None) -> tuple[str, ...]:
    """What begins a process that is somebody's, and that is killed where whoever broke the world was."""
    as_user = ("--reuid", user, "--regid", user, "--clear-groups") if user else ()
    return ("setpriv", "--pdeathsig", "KILL", *as_user)


def children_of(pid: int) -> list[int]:
    """The processes that one has begun, and those that they have."""
    try:
        own = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*own, *(each for one in own for each in children_of(one))]
