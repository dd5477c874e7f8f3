"""What breaks: which fault, when, whom it meets and for how long, all drawn from the seed before anything begins."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from random import Random

from tests.chaos import disk
from tests.chaos.journal import Journal
from tests.chaos.world import MAIL, OFFICE, POSTGRESQL, TEMPORAL, WEBHOOKS, World
from tests.support.proxy import Door

WORKERS = ("worker-1", "worker-2")
PARTS = (TEMPORAL, POSTGRESQL, MAIL, WEBHOOKS, *WORKERS)
DOORS = tuple(f"{worker} → {service}" for worker in WORKERS for service in (TEMPORAL, POSTGRESQL, MAIL, WEBHOOKS))
DOORS = (*DOORS, f"{OFFICE} → {TEMPORAL}", f"{OFFICE} → {POSTGRESQL}")
MOVES = ("+7m", "-7m", "+20h", "-20h")
"""By how much the clock of a worker is moved."""

MEETS = {
    "kill": PARTS,
    "pause": PARTS,
    **dict.fromkeys(("cut", "refuse", "delay", "throttle", "swallow", "lose the answer"), DOORS),
    "fill the disk": (POSTGRESQL,),
    "move the clock": tuple(f"{worker} {move}" for worker in WORKERS for move in MOVES),
}
"""Classes of faults, and whom each can meet."""

SHORTEST, LONGEST = 1.0, 12.0
"""Seconds that a fault lasts."""

OF_A_RUN = 8
"""No fault lasts longer than this part of a run."""

A_START = 4.0
"""Seconds more for a worker whose clock is moved: it must have time to begin."""

SLOW, TRICKLE = 0.4, 20_000.0
"""Seconds by which a slow door delays, and bytes a second that a narrow one lets through."""


@dataclass(frozen=True)
class Fault:
    """A fault of a class: `at` is when it begins, in seconds, and `lasts` how long it stays."""

    at: float
    fault: str
    meets: str
    lasts: float


def plan(seed: int, seconds: float, a_minute: float, without: Sequence[str] = ()) -> list[Fault]:
    """The faults of a run: each part killed and paused once and every other class once, in some order, as soon as there
    is time for it, and then any."""
    random = Random(f"{seed} faults")
    classes = [one for one in MEETS if one not in without]
    first = [(one, meets) for one in classes if one in ("kill", "pause") for meets in MEETS[one]]
    first += [(one, random.choice(MEETS[one])) for one in classes if one not in ("kill", "pause")]
    random.shuffle(first)
    faults: list[Fault] = []
    at = 0.0
    while (at := at + random.uniform(0.5, 1.5) * 60 / a_minute) < seconds:
        of = random.choice(classes)
        of, meets = first[len(faults)] if len(faults) < len(first) else (of, random.choice(MEETS[of]))
        lasts = random.uniform(SHORTEST, max(SHORTEST, min(LONGEST, seconds / OF_A_RUN)))
        faults.append(Fault(round(at, 2), of, meets, round(lasts, 2)))
    return faults


@dataclass
class Breaker:
    """Carries out a plan on a world. What is broken already is broken a second time once it is whole."""

    world: World
    journal: Journal
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    impossible: set[str] = field(default_factory=set)
    """Classes that could not be tried here."""

    async def carry_out(self, faults: Sequence[Fault], seconds: float) -> None:
        """Let each fault come at its time, several at once where they overlap, and wait until all are over and so many
        seconds have passed."""
        clock = asyncio.get_running_loop().time
        began = clock()
        async with asyncio.TaskGroup() as group:
            for fault in faults:
                await asyncio.sleep(max(0.0, began + fault.at - clock()))
                group.create_task(self._meet(fault))
            await asyncio.sleep(max(0.0, began + seconds - clock()))

    async def _meet(self, fault: Fault) -> None:
        async with self.turns[fault.meets.split(" +")[0].split(" -")[0]]:
            if not self._is_possible(fault.fault):
                self.impossible.add(fault.fault)
                self.journal.fault("impossible", **asdict(fault))
                return
            self.journal.fault("begins", **asdict(fault))
            await DONE.get(fault.fault, _at_a_door)(self.world, fault)
            self.journal.fault("ends", **asdict(fault))

    def _is_possible(self, fault: str) -> bool:
        needs = {"fill the disk": self.world.disk, "move the clock": faketime()}
        return needs.get(fault, True) is not None


async def _kill(world: World, fault: Fault) -> None:
    part = world.parts[fault.meets]
    await part.kill()
    await asyncio.sleep(fault.lasts)
    part.wanted = True


async def _pause(world: World, fault: Fault) -> None:
    part = world.parts[fault.meets]
    part.pause()
    await asyncio.sleep(fault.lasts)
    part.resume()


async def _fill(world: World, fault: Fault) -> None:
    assert world.disk is not None
    await asyncio.to_thread(disk.fill, world.disk)
    await asyncio.sleep(fault.lasts)
    disk.empty(world.disk)


async def _move(world: World, fault: Fault) -> None:
    worker, by = fault.meets.split()
    part = world.parts[worker]
    await part.stop()
    part.more |= {"LD_PRELOAD": str(faketime()), "FAKETIME": by, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    part.wanted = True
    await asyncio.sleep(fault.lasts + A_START)
    await part.stop()
    part.more.clear()
    part.wanted = True


def faketime() -> Path | None:
    """The library that moves a process's clock; None where it is not installed."""
    found = find_spec("libfaketime")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "vendor" / "libfaketime" / "src" / "libfaketime.so.1"


def _slow(door: Door) -> None:
    door.delay = SLOW


def _narrow(door: Door) -> None:
    door.rate = TRICKLE


BEHAVIOUR: dict[str, Callable[[Door], None]] = {
    "cut": Door.hang_up,
    "refuse": Door.shut,
    "delay": _slow,
    "throttle": _narrow,
    "swallow": Door.fall_silent,
    "lose the answer": lambda door: door.shut_after(b""),
}
"""What a fault does to a door."""


async def _at_a_door(world: World, fault: Fault) -> None:
    door = world.doors.by_name[fault.meets]
    BEHAVIOUR[fault.fault](door)
    await asyncio.sleep(fault.lasts)
    if door.is_silent:
        door.hang_up()  # what was swallowed is missing in the middle of what they say
    door.open()


DONE: dict[str, Callable[[World, Fault], Awaitable[None]]] = {
    "kill": _kill,
    "pause": _pause,
    "fill the disk": _fill,
    "move the clock": _move,
}
