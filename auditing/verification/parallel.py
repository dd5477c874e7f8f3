"""Verifying many journeys: on all cores, a chunk at a time, each verdict written down as it comes."""

import asyncio
import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context
from typing import Protocol

from auditing.evidence.findings import Verification
from auditing.evidence.reading import in_chunks
from auditing.verification.results import Results
from auditing.verification.verifier import Verifier

CHUNK = 40
"""Journeys that are read and replayed together: enough that no query is for one, few enough to be held in memory."""

AHEAD = 2
"""Chunks a process that are handed out before one is back: no process waits, and memory does not grow."""


class VerifierFactory(Protocol):
    """Everything that a process needs to begin: it is sent to each of them."""

    async def open(self) -> Verifier:
        """Raises ServiceUnavailable, and UsageError where something cannot be opened."""
        ...


def verify_many(
    factory: VerifierFactory, journey_ids: Sequence[str], results: Results, cores: int, done: Callable[[int], None]
) -> None:
    """Verify these journeys and add their verdicts to the results. `done` is told how many each time."""
    chunks = in_chunks(journey_ids, CHUNK)
    if cores == 1 or len(journey_ids) <= CHUNK:
        asyncio.run(_here(factory, chunks, results, done))
        return
    # Spawned, not forked: a process that has spoken to Temporal holds threads that a fork would leave behind.
    with ProcessPoolExecutor(
        cores, mp_context=get_context("spawn"), initializer=_open, initargs=(factory,)
    ) as processes:
        waiting: set[Future[list[Verification]]] = set()
        while True:
            with _uninterrupted():
                waiting |= {processes.submit(_verify, chunk) for chunk in islice(chunks, cores * AHEAD - len(waiting))}
            if not waiting:
                return
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for one in finished:
                found = one.result()
                results.add(found)
                done(len(found))


async def _here(
    factory: VerifierFactory, chunks: Iterator[list[str]], results: Results, done: Callable[[int], None]
) -> None:
    _settle_memory()
    verifier = await factory.open()
    for chunk in chunks:
        found = await verifier.verify(chunk)
        results.add(found)
        done(len(found))


class _Process:
    """What a process of the pool has opened, for all of its chunks."""

    runner: asyncio.Runner
    verifier: Verifier


def _open(factory: VerifierFactory) -> None:
    _settle_memory()
    _Process.runner = asyncio.Runner()
    _Process.verifier = _Process.runner.run(factory.open())


def _verify(chunk: list[str]) -> list[Verification]:
    return _Process.runner.run(_Process.verifier.verify(chunk))


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes begun here know nothing of Ctrl-C: whoever began them hears it, and lets them finish what they do."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle_memory() -> None:
    """What is imported stays: looking through it again for garbage takes a tenth of the time."""
    with suppress(AttributeError):
        gc.freeze()
    gc.set_threshold(100_000, 20, 20)
