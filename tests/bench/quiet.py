"""Whether the machine does anything beside what is measured: the share of its processors that is in use."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

QUIET = 0.1
"""Of all processors: what a machine does that nobody works at, and a bench that looks at itself."""

LOOKED_AT_SECONDS = 2.0
PATIENCE_SECONDS = 120.0

USER, NICE, SYSTEM, IDLE, IO_WAIT = range(5)
"""Columns of the first line of `/proc/stat`, in ticks: see proc(5)."""


def busy(seconds: float = LOOKED_AT_SECONDS) -> float:
    """The share of the processors, from 0 to 1, that is in use for so long, while the caller sleeps."""
    before = _ticks()
    time.sleep(seconds)
    return share(before, _ticks())


def share(before: Sequence[int], after: Sequence[int]) -> float:
    """The share in use between two readings of the ticks, from 0 to 1; waiting for a disk is use of none."""
    passed = [late - early for early, late in zip(before, after, strict=True)]
    idle = passed[IDLE] + passed[IO_WAIT]
    return 1 - idle / sum(passed) if sum(passed) else 0.0


def wait_until_quiet(patience: float = PATIENCE_SECONDS, look: Callable[[], float] = busy) -> float:
    """Wait until the machine is quiet, or no longer than the patience in seconds; the share in use at last."""
    until = time.monotonic() + patience
    while (found := look()) > QUIET and time.monotonic() < until:
        pass
    return found


def _ticks() -> tuple[int, ...]:
    # Guests are counted with the user's already.
    return tuple(map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]))


def load() -> float:
    """Processes that want a processor, on average over the last minute."""
    return os.getloadavg()[0]
