"""One measurement of the audit bench, in a process of its own.

`replayer FOLDER SOURCE JOURNEYS`, or `verify FOLDER SOURCE JOURNEYS CORES CHECKPOINT`.
Prints the figures as one line of JSON. What is imported and opened before the first journey is not counted.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from auditing.evidence.findings import Verdict
from auditing.verification.parallel import verify_many
from auditing.verification.results import Results, ResultsHeader
from runtime.temporal.client import data_converter
from tests.bench.audit_sources import histories, verifier
from tests.bench.memory import peaks
from workflows.candidate_journey import CandidateJourney


@dataclass
class Took:
    """Seconds by the clock, and of processors, those of processes that were begun and ended included."""

    wall: float = 0.0
    processor: float = 0.0


@contextmanager
def taking() -> Iterator[Took]:
    """What goes by in here."""
    took, began, before = Took(), time.perf_counter(), _processor_seconds()
    yield took
    took.wall, took.processor = time.perf_counter() - began, _processor_seconds() - before


def _processor_seconds() -> float:
    used = [getrusage(whose) for whose in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


async def replayer(folder: Path, source: str, journeys: int) -> Took:
    """The SDK's replayer as its documentation shows it, of histories that are read and opened as an audit does."""
    replayed = 0

    async def counted() -> AsyncIterator[WorkflowHistory]:
        nonlocal replayed
        async for history in histories(folder, source, journeys):
            yield history
            replayed += 1

    with taking() as took:
        await Replayer(workflows=[CandidateJourney], data_converter=data_converter()).replay_workflows(counted())
    assert replayed == journeys, replayed
    return took


def verify(folder: Path, source: str, journeys: int, cores: int, checkpoint: Path) -> Took:
    """All that `audit.py verify --checkpoint` does of each journey."""
    factory, ids = verifier(folder, source, checkpoint)
    with TemporaryDirectory() as temporary:
        results = Results(Path(temporary) / "verdicts", ResultsHeader(source="bench", build="bench"))
        with taking() as took:
            verify_many(factory, ids[:journeys], results, cores, lambda _n: None)
        verdicts = [one.verdict for one in results.read()]
    assert verdicts == [Verdict.AGREES] * journeys, set(verdicts)
    return took


if __name__ == "__main__":
    what, place, source, count, *rest = sys.argv[1:]
    folder, many = Path(place), int(count)
    with peaks() as used:
        if what == "replayer":
            took = asyncio.run(replayer(folder, source, many))
        else:
            took = verify(folder, source, many, int(rest[0]), Path(rest[1]))
    figures = {
        "journeys": many,
        "journeys_per_second": many / took.wall,
        "processor_ms": 1_000 * took.processor / many,
        "peak_mb": used.highest,
    }
    print(json.dumps(figures))
