"""Verifying many journeys: on all cores, a chunk at a time, each verdict written down as it comes."""

import asyncio
import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import count, islice
from multiprocessing import get_context
from typing import Protocol

from auditing.evidence.findings import Verification
from auditing.evidence.reading import in_chunks
from auditing.verification.results import Results
from auditing.verification.verifier import Verifier
from runtime.garbage import collect_seldom

CHUNK = 40
"""Journeys that are read and replayed together: enough that no query is for one, few enough to be held in memory."""

AHEAD = 2
"""Chunks a process that are handed out before one is back: no process waits, and memory does not grow."""

LAST_ONES = 2
"""Chunks a process that those left are cut into towards the end, so that none ends much later than the others."""


COLLECT_EVERY = 10
"""Chunks after which what is left in circles is let go of: otherwise memory grows by ten kilobytes a journey."""


class VerifierFactory(Protocol):
    """Everything that a process needs to begin: it is sent to each of them."""

    async def open(self) -> Verifier:
        """Raises ServiceUnavailable, and UsageError where something cannot be opened."""
        ...


def verify_many(
    factory: VerifierFactory, journey_ids: Sequence[str], results: Results, cores: int, done: Callable[[int], None]
) -> None:
    """Verify these journeys and add their verdicts to the results. `done` is told how many each time."""
    if cores == 1 or len(journey_ids) <= CHUNK:
        asyncio.run(_together(factory, in_chunks(journey_ids, CHUNK), None, results, done))
        return
    chunks = _chunks(journey_ids, cores)
    # Spawned, not forked: a process that has spoken to Temporal holds threads that a fork would leave behind.
    with ProcessPoolExecutor(
        cores - 1, mp_context=get_context("spawn"), initializer=_open, initargs=(factory,)
    ) as others:
        asyncio.run(_together(factory, chunks, _Handed(others, AHEAD * (cores - 1)), results, done))


def _chunks(journey_ids: Sequence[str], processes: int) -> Iterator[list[str]]:
    """Smaller ones towards the end."""
    at = 0
    while at < len(journey_ids):
        size = min(CHUNK, -(-(len(journey_ids) - at) // (LAST_ONES * processes)))
        yield list(journey_ids[at : at + size])
        at += size


class _Handed:
    """The chunks that other processes have."""

    def __init__(self, others: ProcessPoolExecutor, most: int) -> None:
        self._others = others
        self._most = most
        self._waiting: set[Future[list[Verification]]] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def hand_out(self, chunks: Iterator[list[str]]) -> None:
        """As many as there is room for."""
        with _uninterrupted():
            self._waiting |= {
                self._others.submit(_verify, chunk) for chunk in islice(chunks, self._most - len(self._waiting))
            }

    def ready(self, timeout: float | None) -> Iterator[list[Verification]]:
        """What has come back; waits for one at most so many seconds."""
        finished, self._waiting = wait(self._waiting, timeout, FIRST_COMPLETED)
        return (one.result() for one in finished)


async def _together(
    factory: VerifierFactory,
    chunks: Iterator[list[str]],
    handed: _Handed | None,
    results: Results,
    done: Callable[[int], None],
) -> None:
    """This process takes a chunk in turn with the others: it has imported everything before they have."""

    def add(found: list[Verification]) -> None:
        results.add(found)
        done(len(found))

    collect_seldom()
    if handed is not None:
        handed.hand_out(chunks)
    verifier = await factory.open()
    mine = next(chunks, None)
    while mine is not None or handed:
        if mine is not None:
            add(await _verified(verifier, mine))
        if handed is not None:
            for found in handed.ready(0 if mine is not None else None):
                add(found)
            handed.hand_out(chunks)
        mine = next(chunks, None)


class _Process:
    """What a process of the pool has opened, for all of its chunks."""

    runner: asyncio.Runner
    verifier: Verifier


def _open(factory: VerifierFactory) -> None:
    collect_seldom()
    _Process.runner = asyncio.Runner()
    _Process.verifier = _Process.runner.run(factory.open())


def _verify(chunk: list[str]) -> list[Verification]:
    return _Process.runner.run(_verified(_Process.verifier, chunk))


_VERIFIED = count(1)


async def _verified(verifier: Verifier, chunk: list[str]) -> list[Verification]:
    found = await verifier.verify(chunk)
    if next(_VERIFIED) % COLLECT_EVERY == 0:
        gc.collect()
    return found


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes begun here know nothing of Ctrl-C: whoever began them hears it, and lets them finish what they do."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
