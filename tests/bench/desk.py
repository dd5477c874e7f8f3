"""`python -m tests.bench.desk [JOURNEYS]`: the desk's pages at so many open journeys, each beside the service it shows.

A server of Temporal, a worker, a database on the disk and the desk in this process. Some journeys are real and in one
coordinator's charge; the others stand in the lists. From a click to its receipt is measured beside the script.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any, NamedTuple

import httpx2
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from models.identifiers import JourneyId
from models.stages import ENDED_STAGES
from models.tables.journeys import JourneyRow
from runtime.local.dev_server import start_dev_server
from services.application import Application
from services.charge import in_charge_of
from services.identities.finding import find
from services.identities.register import Person, Register
from services.queries.lines import JourneyLine
from services.reading import may_list
from services.recording.approving import approvals
from services.recording.step import step_of
from services.reports.issuing import own_report
from services.showing import shown_to
from services.working import beside, todays_work, weeks_work
from tests.bench.kept import keep
from tests.bench.people import make_up
from tests.support.authority import TestKeyring
from tests.support.desk import TestDesk, Visitor, open_desk, session_of
from tests.support.desk_pages import Browsing
from tests.support.import_files import made_up_number
from tests.support.office import TestOffice, full_way, open_office
from tests.support.processes import of_office, run
from tests.support.sealing import MASTER_KEY
from tests.support.values import COORDINATOR

JOURNEYS, REAL, TIMES, CLICKS = 5_000, 40, 60, 10
COORDINATOR_NAME, MANAGER_NAME = "anna.berg", "lena.strand"
PROGRAMME, KIND = "service_division", "check_in_recorded"
NOTE = "Ringde, allt går bra."
SOUGHT = "Påhittsson 7"


class Measured(NamedTuple):
    """A page: milliseconds of each time, those of its service, and its size in bytes."""

    page: list[float]
    service: list[float]
    size: int


async def real_journeys(office: TestOffice) -> list[JourneyId]:
    """People with names, by events of their own: the first is in an internship, the others wait for one."""
    register, day = Register(office.engine, Random(1), TestKeyring()), Application().today()
    found: list[JourneyId] = []
    for number in range(REAL):
        person = Person(made_up_number(f"1990{1 + number // 28:02}{1 + number % 28:02}"), f"Test Påhittsson {number}")
        candidate = register.number_of(person, datetime.now(UTC), COORDINATOR)
        journey = JourneyId.parse(await office.refer(candidate=candidate))
        for event in full_way(day)[: 2 if found else 3]:
            later = {"ends_on": day + timedelta(days=60)} if event.kind == "internship_agreed" else {}
            receipt = await office.journeys.submit(journey, event.model_copy(update=later))
            assert receipt.accepted, receipt
        found.append(journey)
    return found


def fill(office: TestOffice, journeys: int) -> int:
    """So many open journeys that stand in the lists alone, with their ended ones; returns how many are open."""
    rules, made, is_open = office.book.programme(PROGRAMME), 0, JourneyRow.stage.not_in(ENDED_STAGES)
    while True:
        with office.engine.connect() as connection:
            found = connection.scalar(select(func.count()).select_from(JourneyRow).where(is_open)) or 0
        if found >= journeys:
            return found
        make_up(office.engine, rules, journeys // 2, Application().today(), seed=made + 2, first=made)
        made += journeys // 2


async def timed(work: Callable[[], Awaitable[Any]]) -> list[float]:
    """Milliseconds of each time, after three that do not count."""
    took = []
    for number in range(TIMES + 3):
        began = time.perf_counter()
        await work()
        if number >= 3:
            took.append(1000 * (time.perf_counter() - began))
    return took


def _day(application: Application, coordinator: str | None) -> object:
    today = application.today()
    work = todays_work(application, None, until=today, page=1, size=25, coordinator=coordinator)
    return beside(application, None, work.page.lines, work.becoming)


def _week(application: Application) -> object:
    return beside(application, None, weeks_work(application, None, coordinator=COORDINATOR_NAME).lines, [])


def _positions(application: Application) -> object:
    open_to = may_list(application, None)
    lists = application.lists
    return (
        lists.positions(application.today(), only_free=False),
        lists.free_from(),
        lists.waiting(application.today(), programme=open_to),
    )


async def _person(application: Application, line: JourneyLine) -> object:
    shown = await asyncio.to_thread(shown_to, application, None, line)
    return shown, await (await application.journeys()).status(line.journey_id)


async def measure(desk: TestDesk, journey: JourneyId) -> dict[str, Measured]:
    """Each page, and the services that it shows, in turn."""
    anna, manager = desk.visitor(COORDINATOR_NAME, "sv"), desk.visitor(MANAGER_NAME, "sv")
    person = f"/person/{journey.candidate}"

    def of(who: str) -> Application:
        return desk.office.application(session_of(who))

    def asked(work: Callable[[Application], object], who: str = COORDINATOR_NAME) -> Callable[[], Awaitable[Any]]:
        return lambda: asyncio.to_thread(lambda: work(of(who)))

    def line() -> JourneyLine:
        return of(COORDINATOR_NAME).find(journey.candidate, PROGRAMME)

    pages: dict[str, tuple[Callable[[], Awaitable[httpx2.Response]], Callable[[], Awaitable[Any]]]] = {
        "my day": (lambda: anna.get("/"), asked(lambda one: _day(one, COORDINATOR_NAME))),
        "everybody's day": (lambda: anna.get("/", alla="1"), asked(lambda one: _day(one, None))),
        "my week": (lambda: anna.get("/vecka"), asked(_week)),
        "search": (lambda: anna.send("/sok", q=SOUGHT), asked(lambda one: find(one, SOUGHT, None, None))),
        "person": (lambda: anna.get(person), lambda: _person(of(COORDINATOR_NAME), line())),
        "form": (
            lambda: anna.get(f"{person}/registrera/{KIND}"),
            asked(lambda one: step_of(one, line(), KIND, {}).form),
        ),
        "hand over": (lambda: anna.get("/lamna-over"), asked(lambda one: in_charge_of(one, COORDINATOR_NAME))),
        "positions": (lambda: anna.get("/platser"), asked(_positions)),
        "approvals": (lambda: anna.get("/godkannanden"), asked(lambda one: approvals(one, None))),
        "programme": (
            lambda: manager.get(f"/program/{PROGRAMME}/intern"),
            asked(lambda one: own_report(one, one.book.programme(PROGRAMME), None), MANAGER_NAME),
        ),
    }
    found = {}
    for name, (page, service) in pages.items():
        answer = await page()
        assert answer.status_code == 200, (name, answer.status_code, answer.text[-800:])
        found[name] = Measured(await timed(page), await timed(service), len(answer.content))
    return found


async def click(visitor: Visitor, journey: JourneyId) -> None:
    """From the button under a preview to the receipt's page."""
    browsing = Browsing(visitor)
    form = await browsing.get(f"/person/{journey.candidate}/registrera/note_added")
    preview = await browsing.send(form, "show", text=NOTE, text_sure="1")
    began = time.perf_counter()
    receipt = await browsing.send(preview, "send")
    assert receipt.status_code == 303, receipt.text[-800:]
    assert (await visitor.get(receipt.headers["location"])).status_code == 200
    CLICKED.append(1000 * (time.perf_counter() - began))


CLICKED: list[float] = []


def show(found: dict[str, Measured], open_journeys: int) -> dict[str, Any]:
    """The figures as a table; as they are written down."""
    title = f"{open_journeys:,} open journeys, {TIMES} times each"
    table = Table("page", "p50 ms", "p99 ms", "service p50", "p99", "ratio of p50", "kB", title=title)
    told = {}
    for name, one in found.items():
        cuts = quantiles(one.page, n=100), quantiles(one.service, n=100)
        values = [cuts[0][49], cuts[0][98], cuts[1][49], cuts[1][98], cuts[0][49] / cuts[1][49], one.size / 1000]
        told[name] = dict(zip(("p50", "p99", "service_p50", "service_p99", "ratio", "kB"), values, strict=True))
        table.add_row(name, *(f"{value:.2f}" for value in values))
    Console(width=120).print(table)
    return told


async def main(arguments: list[str]) -> int:
    """Make up the journeys, measure, write the result as JSON, show it."""
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as folder:
        async with await start_dev_server() as server, open_office(server.client, Path(folder)) as office:
            journeys = await real_journeys(office)
            open_journeys = await asyncio.to_thread(fill, office, int(arguments[0]) if arguments else JOURNEYS)
            async with open_desk(office.settings.model_copy(update={"master_key": MASTER_KEY}), office.client) as desk:
                found = await measure(desk, journeys[0])
                for journey in journeys[:CLICKS]:
                    await click(desk.visitor(COORDINATOR_NAME, "sv"), journey)
            env = of_office(office, HELAVAGEN_ACTOR=COORDINATOR_NAME)
            typed = []
            for journey in journeys[:CLICKS]:
                began = time.perf_counter()
                ended = await run("admin.py", "signal", journey.candidate, "note_added", "--text", NOTE, env=env)
                assert ended.status == 0, ended
                typed.append(1000 * (time.perf_counter() - began))
    told: dict[str, Any] = show(found, open_journeys)
    told["click to receipt"] = {"desk_ms": sorted(CLICKED)[CLICKS // 2], "script_ms": sorted(typed)[CLICKS // 2]}
    Console().print(told["click to receipt"])
    keep("desk", told, told)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
