"""`python -m tests.bench.cached [JOURNEYS]`: memory of a worker whose cache is full of journeys, beside bare ones.

Each worker is a process of its own that also sends the events, two a journey, and holds every journey open. What it
grows by counts from a cache that has some already, so that what is made once for all is not counted.
"""

import asyncio
import gc
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench.kept import keep
from tests.bench.memory import megabytes
from tests.bench.rates import AT_ONCE, BASELINE, subject_of, take
from tests.bench.servers import Servers, client_of, process, said, servers
from tests.support.databases import empty_postgres

JOURNEYS = 1_000
"""As many as a worker keeps in its cache by default."""

WARM_UP = 50
EVENTS = 2
WHOLE = "whole"
WORKFLOWS = ("BareJourney", "CandidateJourney")


async def measure(name: str, temporal: str, database_url: str, address: str, journeys: int) -> dict[str, float]:
    """Megabytes before and after, the most that there ever were, and the growth a thousand journeys. Raises ValueError
    where not all of them are in the cache."""
    with tempfile.TemporaryDirectory() as home:
        client = await client_of(temporal)
        async with subject_of(name, client, database_url, address, Path(home)) as subject:
            await take(subject, WARM_UP, AT_ONCE, EVENTS)
            before = await _held()
            await take(subject, journeys - WARM_UP, AT_ONCE, EVENTS)
            after = await _held()
            if (cached := in_cache()) != journeys:
                raise ValueError(f"{cached} journeys are in the cache where {journeys} should be")
            most = megabytes(os.getpid(), "VmHWM")
    growth = 1_000 * (after - before) / (journeys - WARM_UP)
    return {"before_mb": before, "after_mb": after, "peak_mb": most, "growth": growth}


def in_cache() -> int:
    """How many workflows there are: the sandbox makes the class anew for each, so they are known by its name."""
    return sum(type(one).__name__ in WORKFLOWS for one in gc.get_objects())


async def _held() -> float:
    """Megabytes once all notices are sent and nothing more is to be freed."""
    await asyncio.sleep(2)
    gc.collect()
    return megabytes(os.getpid(), "VmRSS")


async def bench(folder: Path, journeys: int) -> dict[str, Any]:
    """Both, one after the other."""
    async with servers(folder) as stand:
        of_bare = await _in_a_process(stand, BASELINE, journeys)
        of_whole = await _in_a_process(stand, WHOLE, journeys)
    ratios = {name: {f"{WHOLE} / {BASELINE}": of_whole[name] / of_bare[name]} for name in of_bare}
    return {name: {BASELINE: of_bare[name], WHOLE: of_whole[name], **ratios[name]} for name in of_bare}


async def _in_a_process(stand: Servers, name: str, journeys: int) -> dict[str, float]:
    database_url = empty_postgres(stand.postgres, f"cached {name}")
    given = (name, stand.temporal, database_url, stand.receiver, str(journeys))
    async with process("tests.bench.cached", *given) as running:
        measured: dict[str, float] = await said(running)
    return measured


def main(arguments: list[str]) -> int:
    """Measure, keep, show; or, told by the parent process to, one of the two."""
    if arguments and arguments[0] in (BASELINE, WHOLE):
        name, temporal, database_url, address, journeys = arguments
        print(json.dumps(asyncio.run(measure(name, temporal, database_url, address, int(journeys)))), flush=True)
        return 0
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder:
        found = asyncio.run(bench(Path(folder), int(arguments[0]) if arguments else JOURNEYS))
    keep("memory", found, found)
    Console().print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
