"""`python -m tests.bench.nth [LONGEST]`: what the nth event of a journey costs, for n = 10, 100 and 1,000.

Three journeys of these lengths are sent the same notes in turn, so that all three have the same minutes of the machine.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from models.events.events import Event
from models.identifiers import JourneyId
from tests.bench.figures import beside
from tests.bench.journeys import DAY, Whole, whole
from tests.bench.kept import keep
from tests.bench.servers import servers
from tests.support.databases import empty_postgres
from tests.support.office import event

LENGTHS = (10, 100, 1_000)
ROUNDS = 8
EVENTS = 10
"""Sent to each journey in a round, one after another."""

AT_ONCE = 8
"""Temporal takes ten updates of a workflow at a time."""
SETTLES_SECONDS = 0.5
"""Until the notices of the last event are out."""


def note() -> Event:
    return event("note_added", effective_on=DAY, text="Allt går bra på avdelningen.")


async def of_length(subject: Whole, length: int) -> JourneyId:
    """A journey of so many events."""
    journey = await subject.one(2)
    for start in range(2, length, AT_ONCE):
        await asyncio.gather(*(subject.send(journey.workflow_id, note()) for _ in range(min(AT_ONCE, length - start))))
    return JourneyId(journey.workflow_id)


async def cost(subject: Whole, journey: JourneyId) -> dict[str, float]:
    """Of each of some events the processor time of client and worker, and the median until its receipt. Seconds."""
    used, seconds = time.process_time(), []
    for _ in range(EVENTS):
        began = time.perf_counter()
        await subject.send(journey, note())
        seconds.append(time.perf_counter() - began)
    await asyncio.sleep(SETTLES_SECONDS)
    return {
        "processor_seconds": (time.process_time() - used) / EVENTS,
        "receipt_seconds": statistics.median(seconds),
    }


async def bench(folder: Path, lengths: tuple[int, ...]) -> dict[str, Any]:
    """Some rounds of each length in turn; the shortest journey is another one each time, so that it stays short."""
    shortest, *longer = lengths
    async with (
        servers(folder) as stand,
        whole(stand.client, empty_postgres(stand.postgres, "nth"), stand.receiver, folder) as subject,
    ):
        journeys = {length: await of_length(subject, length) for length in longer}
        rounds = []
        for _ in range(ROUNDS):
            journeys[shortest] = await of_length(subject, shortest - EVENTS // 2)
            rounds.append({str(length): await cost(subject, journeys[length]) for length in lengths})
    return {"figures": beside(rounds, str(shortest)), "rounds": rounds}


def main(arguments: list[str]) -> int:
    """Measure, keep, show."""
    lengths = tuple(length for length in LENGTHS if not arguments or length <= int(arguments[0]))
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder:
        result = asyncio.run(bench(Path(folder), lengths))
    keep("nth", result, result["figures"])
    Console().print(result["figures"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
