"""Verifying many journeys: on all cores, a chunk at a time, each verdict written down as it comes."""

import asyncio
import gc
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from runtime.archives import archived_by
from runtime.auditing.bundle.verifier import bundle_verifier
from runtime.auditing.checkpoint import read_checkpoint
from runtime.auditing.evidence import LiveSource, Source
from runtime.auditing.findings import Verification
from runtime.auditing.held import outside
from runtime.auditing.replays import Replays
from runtime.auditing.results import Results
from runtime.auditing.verifying import HeldAgainst, Verifier, nothing_outside
from runtime.connection import connect
from runtime.converter import data_converter
from runtime.engine import open_for_reading
from runtime.settings import Settings, require_database_to_audit
from runtime.version import build_id

CHUNK = 40
"""Journeys that are read and replayed together: enough that no query is for one, few enough to be held in memory."""

AHEAD = 2
"""Chunks a process that are handed out before one is back: no process waits, and memory does not grow."""


@dataclass(frozen=True)
class Task:
    """What to verify against what: everything that a process needs to begin. `key` must have signed the proofs that a
    bundle brings along."""

    settings: Settings
    checkpoint: Path | None = None
    bundle: Path | None = None
    key: str | None = None


async def open_verifier(task: Task) -> Verifier:
    """A verifier of what the task names. Raises Unreachable, and WrongUse where something cannot be opened."""
    if task.bundle is not None:
        return bundle_verifier(task.bundle, _outside(task), task.key)
    client = await connect(task.settings)
    engine = open_for_reading(require_database_to_audit(task.settings))
    source: Source = LiveSource(engine, client, archived_by(task.settings, engine))
    build = build_id(task.settings.build_id)
    return Verifier(source, Replays(client.namespace, data_converter()), data_converter(), _outside(task), build)


def _outside(task: Task) -> HeldAgainst:
    return outside(read_checkpoint(task.checkpoint)) if task.checkpoint else nothing_outside


def verify_many(
    task: Task, journey_ids: Sequence[str], results: Results, cores: int, done: Callable[[int], None]
) -> None:
    """Verify these journeys and add their verdicts to the results. `done` is told how many each time."""
    chunks = _chunks(journey_ids)
    if cores == 1 or len(journey_ids) <= CHUNK:
        asyncio.run(_here(task, chunks, results, done))
        return
    # Spawned, not forked: a process that has spoken to Temporal holds threads that a fork would leave behind.
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=_open, initargs=(task,)) as processes:
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


async def _here(task: Task, chunks: Iterator[list[str]], results: Results, done: Callable[[int], None]) -> None:
    _settle_memory()
    verifier = await open_verifier(task)
    for chunk in chunks:
        found = await verifier.verify(chunk)
        results.add(found)
        done(len(found))


def _chunks(journey_ids: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(journey_ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


class _Process:
    """What a process of the pool has opened, for all of its chunks."""

    runner: asyncio.Runner
    verifier: Verifier


def _open(task: Task) -> None:
    _settle_memory()
    _Process.runner = asyncio.Runner()
    _Process.verifier = _Process.runner.run(open_verifier(task))


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
