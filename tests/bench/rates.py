"""Whole journeys beside bare ones and beside the same journey on DBOS, on the same servers in the same run.

`python -m tests.bench.rates [ROUNDS] [JOURNEYS]`. The subjects are measured in turn, each round of each in a process of
its own, which is client and worker: its processor time is theirs, without the servers' and the partner's.
"""

import asyncio
import gc
import json
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from tests.bench.disk import TOLD_LATE_SECONDS, commits_a_second, flushes_so_far
from tests.bench.figures import beside
from tests.bench.journeys import Journey, Subject, bare, whole
from tests.bench.kept import keep
from tests.bench.servers import Servers, client_of, process, said, servers
from tests.support.databases import empty_postgres
from tests.support.sealing import open_keyed

ROUNDS = 5
JOURNEYS = 40
AT_ONCE = 8
WARM_UP = 8
BASELINE = "bare"
OF_MESSAGES, OF_EVENTS = "rival", "rival by event"
SUBJECTS = (BASELINE, "whole", OF_MESSAGES, OF_EVENTS)
LOOKED_INTO = 5
"""Journeys whose history is counted."""

RATE = "journeys_per_second"
FLUSHES = "flushes"
ONE_COMMITS = "commits, 1 connection(s)"


@asynccontextmanager
async def subject_of(name: str, client: Client, database_url: str, address: str, home: Path) -> AsyncIterator[Subject]:
    """What takes journeys, by its name, on a database of its own."""
    if name == BASELINE:
        async with bare(client, database_url, address) as subject:
            yield subject
    elif name == "whole":
        async with whole(client, database_url, address, home) as subject:
            yield subject
    else:
        # Imported by the process alone that measures it: the others are to be as they always are.
        from tests.bench.rival import rival

        async with rival(database_url, address, by_event=name == OF_EVENTS) as subject:
            yield subject


async def take(subject: Subject, journeys: int, at_once: int, events: int = 8) -> list[Journey]:
    """Take so many journeys of so many events, some at a time."""
    turn = asyncio.Semaphore(at_once)

    async def one() -> Journey:
        async with turn:
            return await subject.one(events)

    return await asyncio.gather(*(one() for _ in range(journeys)))


async def measure(name: str, temporal: str, database_url: str, address: str, journeys: int) -> dict[str, Any]:
    """The rate of journeys of which some are under way at once, and the times of journeys that are alone, in seconds;
    how often PostgreSQL flushed its log for a journey; how many events its history has, and of which types."""
    client, engine = await client_of(temporal), open_keyed(database_url)
    with tempfile.TemporaryDirectory() as home:
        async with subject_of(name, client, database_url, address, Path(home)) as subject:
            await take(subject, WARM_UP, AT_ONCE)
            await asyncio.sleep(TOLD_LATE_SECONDS)
            gc.collect()
            flushed, began, used = flushes_so_far(engine), time.perf_counter(), time.process_time()
            taken = await take(subject, journeys, AT_ONCE)
            figures = {
                RATE: journeys / (time.perf_counter() - began),
                "processor_seconds": (time.process_time() - used) / journeys,
            }
            await asyncio.sleep(TOLD_LATE_SECONDS)
            figures[FLUSHES] = (flushes_so_far(engine) - flushed) / journeys
            alone = await take(subject, journeys // 2, 1)
            seconds = statistics.quantiles([second for one in alone for second in one.seconds], n=100)
            figures |= {"p50": seconds[49], "p99": seconds[98]}
            types: Counter[str] = Counter()
            if name in (BASELINE, "whole"):
                for one in taken[:LOOKED_INTO]:
                    types += await history_events(client, one.workflow_id)
                figures["history_events"] = sum(types.values()) / min(journeys, LOOKED_INTO)
    engine.dispose()
    return {"figures": figures, "types": {kind: count / min(journeys, LOOKED_INTO) for kind, count in types.items()}}


async def history_events(client: Client, workflow_id: str) -> Counter[str]:
    """How many events of each type a journey's history has, once nothing more happens in it."""
    handle = client.get_workflow_handle(workflow_id)
    before = -1
    while True:
        history = await handle.fetch_history()
        if len(history.events) == before:
            names = (EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower() for event in history.events)
            return Counter(names)
        before = len(history.events)
        await asyncio.sleep(0.5)


async def bench(folder: Path, rounds: int, journeys: int) -> dict[str, Any]:
    """Some rounds of each in turn, after what the disk allows."""
    async with servers(folder) as stand:
        commits = await asyncio.to_thread(commits_a_second, stand.postgres)
        found: list[dict[str, Any]] = []
        for number in range(rounds):
            # Each goes first in its turn: what one leaves behind must not always be the same one's burden.
            turned = SUBJECTS[number % len(SUBJECTS) :] + SUBJECTS[: number % len(SUBJECTS)]
            of_round = {name: await _in_a_process(stand, name, number, journeys) for name in turned}
            found.append({name: of_round[name] for name in SUBJECTS})
    return summary(found, commits, journeys)


async def _in_a_process(stand: Servers, name: str, number: int, journeys: int) -> dict[str, Any]:
    database_url = empty_postgres(stand.postgres, f"{name} {number}")
    given = (name, stand.temporal, database_url, stand.receiver, str(journeys))
    async with process("tests.bench.rates", *given) as running:
        measured: dict[str, Any] = await said(running)
    return measured


def summary(rounds: list[dict[str, Any]], commits: dict[str, float], journeys: int) -> dict[str, Any]:
    """The figures beside the bare ones, the product's rate beside the faster rival's, and what each takes of the
    disk: flushes of the log a second, of those that one connection reaches with commits alone."""
    figures = beside([{name: one["figures"] for name, one in each.items()} for each in rounds], BASELINE)
    rates = figures[RATE]
    fastest = max(rates[OF_MESSAGES], rates[OF_EVENTS])
    shares = {name: rates[name] * figures[FLUSHES][name] / commits[ONE_COMMITS] for name in SUBJECTS}
    return {
        "figures": {**figures, "whole / faster rival": rates["whole"] / fastest, "share_of_disk": shares, **commits},
        "history_events_of_a_whole_journey": rounds[-1]["whole"]["types"],
        "rounds": rounds,
        "journeys_a_round": journeys,
        "at_once": AT_ONCE,
    }


def show(result: dict[str, Any]) -> None:
    """The figures as tables."""
    out, table = (
        Console(width=140),
        Table("what", *SUBJECTS, "whole / bare", "from – to", title="a journey of 8 events"),
    )
    for name, row in result["figures"].items():
        if isinstance(row, dict):
            ratio = row.get("whole / bare")
            ratios = (f"{ratio['median']:.2f}", f"{ratio['min']:.2f} – {ratio['max']:.2f}") if ratio else ("", "")
            table.add_row(name, *(f"{row[one]:.3f}" if one in row else "–" for one in SUBJECTS), *ratios)
    out.print(table)
    out.print({name: round(value, 2) for name, value in result["figures"].items() if isinstance(value, float)})
    out.print("history events of a whole journey:", result["history_events_of_a_whole_journey"])


def main(arguments: list[str]) -> int:
    """Measure, write the result as JSON, show it; or, told by the parent process to, one round of one subject."""
    if arguments and arguments[0] in SUBJECTS:
        name, temporal, database_url, address, journeys = arguments
        print(json.dumps(asyncio.run(measure(name, temporal, database_url, address, int(journeys)))), flush=True)
        return 0
    rounds, journeys_ = (int(word) for word in (arguments + [ROUNDS, JOURNEYS][len(arguments) :]))
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder:
        result = asyncio.run(bench(Path(folder), rounds, journeys_))
    keep("journeys", result, result["figures"])
    show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
