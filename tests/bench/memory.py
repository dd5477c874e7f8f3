"""Peak memory of this process and of those that it begins, as Linux keeps it of each: `VmHWM` in `/proc`.

`ru_maxrss` will not do: it outlives `exec`, so that each process shows at least what the one had that began it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

LOOK_EVERY_SECONDS = 0.05
"""A process that ends is seen as it was so long before."""

FORGET_PEAK = "5"
"""Written to `clear_refs`, it makes the peak what is held now: see proc(5)."""


class Peaks:
    """The highest that each process had, in megabytes, by its id."""

    def __init__(self) -> None:
        self.by_process: dict[int, float] = {}
        self._held = 0.0

    @property
    def highest(self) -> float:
        """Of one process. Raises ValueError where it is a figure that cannot be true."""
        highest = max(self.by_process.values())
        if not self._held <= highest < _of_the_machine():
            raise ValueError(f"a peak of {highest:.0f} MB cannot be true: {self._held:.0f} MB were held at the end")
        return highest

    def look(self) -> None:
        """Take note of this process and its children."""
        self._held = megabytes(os.getpid(), "VmRSS")
        for process in (os.getpid(), *_children(os.getpid())):
            with suppress(OSError, ValueError):  # it has ended
                before = self.by_process.get(process, 0.0)
                self.by_process[process] = max(before, megabytes(process, "VmHWM"))


@contextmanager
def peaks() -> Iterator[Peaks]:
    """The peaks from here on."""
    Path("/proc/self/clear_refs").write_text(FORGET_PEAK)
    found, done = Peaks(), Event()

    def watch() -> None:
        while not done.wait(LOOK_EVERY_SECONDS):
            found.look()

    watching = Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield found
    finally:
        done.set()
        watching.join()
        found.look()


def megabytes(process: int, what: str) -> float:
    """A line of a process's status, such as `VmRSS`. Raises OSError and ValueError where it has ended."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    said = dict(line.split(":", 1) for line in lines)
    if what not in said:
        raise ValueError(f"the process {process} has no {what}")
    return int(said[what].split()[0]) / 1024


def _children(process: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                yield child
                yield from _children(child)


def _of_the_machine() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20
