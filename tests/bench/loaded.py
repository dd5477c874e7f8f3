"""One question to a database under load, in a process of its own: processor time, wall clock, peak memory, statements.

`python -m tests.bench.loaded URL WHAT` prints the figures as one line of JSON. What is imported and opened before the
question is not counted in times. What takes no second is asked several times, after once for nothing.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import chain
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Engine, event, select, text

from activities.reconciling.reconciler import PAGE, WORKFLOWS
from activities.reconciling.records import Records
from auditing.inquiry.answering import Answer
from auditing.inquiry.inquiry import Inquiry
from auditing.inquiry.overdue import PinnedRules, rules_of_files
from auditing.inquiry.writing import as_json
from auditing.population.population import Population
from auditing.population.sampling import draw
from auditing.transparency.checkpointing import make_checkpoint
from models.identifiers import CandidateNumber
from models.stages import Stage
from models.tables.journeys import JourneyRow
from runtime.statement_log import StatementLog
from services.application import Application
from services.identities.finding import find
from services.identities.naming import names_in
from services.identities.register import Person, Register
from services.observation.standing import standing
from services.privacy.retention import due
from services.queries.lines import JourneyLine
from services.queries.lists import Lists
from services.reports.counting import count
from services.reports.publishing import publish
from services.showing import shown_to
from tests.bench.memory import peaks
from tests.support.authority import TestKeyring, key_of
from tests.support.builders import ROUTES
from tests.support.desks import office_of
from tests.support.import_files import made_up_number
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import RecordedWay, recorder_on
from tests.support.sealing import open_keyed

BEGAN = date(2026, 3, 2)
WEEKS = 8
"""Journeys began in so many weeks, one after the other."""

TODAY = BEGAN + timedelta(weeks=WEEKS)
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
A_TOWN = "2480"
A_SECOND = 1.0
TIMES = 15


def identity_number(number: int) -> str:
    """Somebody's, invented: twenty are born on a day."""
    born = date(1960, 1, 1) + timedelta(days=number // 20)
    return made_up_number(f"{born:%Y%m%d}", 980 + number % 20)


@dataclass
class Loaded:
    """A database, and an office on it in which anna.berg works."""

    engine: Engine
    random: Random = field(default_factory=lambda: Random(uuid4().int))

    @cached_property
    def office(self) -> Application:
        engine = self.engine
        office = office_of(engine, register=Register(engine, Random(2), TestKeyring()), lists=Lists(engine))
        vars(office)["now"] = lambda: NOW
        return office

    @cached_property
    def line(self) -> JourneyLine:
        return self.office.lists.journeys(coordinator="anna.berg")[0]

    @cached_property
    def person(self) -> Person:
        return self.office.register.person(self.line.candidate)

    @cached_property
    def way(self) -> RecordedWay:
        """A journey in an internship."""
        way = RecordedWay(recorder_on(self.engine), CandidateNumber.draw(self.random), day=TODAY)
        assert way.tells("referred", coordinator="bo.lind").accepted
        return way.comes(*ROUTES[Stage.INTERNSHIP][1:])

    @cached_property
    def ids(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(select(JourneyRow.journey_id)))


def _today(loaded: Loaded) -> int:
    page = loaded.office.lists.today(TODAY, coordinator="anna.berg")
    names_in(loaded.office, "anna.berg", page.lines)
    return page.needing


def _report(loaded: Loaded) -> int:
    kinds = {partner.id: partner.kind.value for partner in RULES.partners}
    figures = publish(SERVICE, count(loaded.engine, SERVICE.id, kinds, TODAY), TODAY).figures
    return len(figures.model_dump())


def _reconcile(loaded: Loaded) -> int:
    """What a night asks of the database."""
    records, after, pages = Records(loaded.engine, RULES.find), "", 0
    while page := records.page(after, PAGE):
        after, pages = page[-1].journey_id, pages + 1
    for start in range(0, len(loaded.ids), WORKFLOWS):
        records.known(loaded.ids[start : start + WORKFLOWS])
    records.unsent(NOW - timedelta(days=3), 501)
    records.given_up(501)
    return pages


def _checkpoint(loaded: Loaded) -> int:
    with TemporaryDirectory() as folder:
        _, statement = make_checkpoint(
            loaded.engine, Path(folder), ledger="bench", key=key_of("auditor"), now=lambda: NOW
        )
    return statement.journeys


def _answer(question: str) -> Callable[[Loaded], int]:
    def ask(loaded: Loaded) -> int:
        rules = PinnedRules(rules_of_files(RULES, (SERVICE.id,)))
        inquiry = Inquiry(question=question, known_by=NOW)
        answer = Answer(loaded.engine, inquiry, StatementLog(loaded.engine).register(), rules)
        with open(os.devnull, "w") as out:
            out.writelines(as_json(answer))
        return answer.tally.rows

    return ask


def _shown(loaded: Loaded) -> int:
    shown = shown_to(loaded.office, "anna.berg", loaded.line)
    return len([*shown.told, *chain(shown.items)])


ASKED: dict[str, Callable[[Loaded], object]] = {
    "nothing": lambda _: 0,
    "today, a coordinator's, with names": _today,
    "today, a town's": lambda one: one.office.lists.today(TODAY, site=A_TOWN).needing,
    "today, everybody's": lambda one: one.office.lists.today(TODAY).needing,
    "find by a name": lambda one: len(find(one.office, str(one.person.name), "anna.berg").lines),
    "find by an identity number": lambda one: len(find(one.office, one.person.identity_number, "anna.berg").lines),
    "show one": _shown,
    "record an event": lambda one: one.way.comes("check_in_recorded"),
    "queue for places": lambda one: len(one.office.lists.waiting(TODAY).lines),
    "gauges": lambda one: len(standing(one.engine, TODAY).journeys),
    "report": _report,
    "disposal list": lambda one: len(due(one.engine, RULES, TODAY)),
    "reconcile, the database's part": _reconcile,
    "checkpoint": _checkpoint,
    "counts of the population": lambda one: Population(one.engine).counts().journeys,
    "sample of 60": lambda one: len(
        draw(Population(one.engine), 60, "7", ("programme",), ledger="bench", at=NOW).journey_ids
    ),
    "audit: decisions": _answer("decisions"),
    "audit: overdue": _answer("overdue"),
}


def measure(url: str, what: str) -> dict[str, Any]:
    """What a question takes: medians in milliseconds where it is asked several times, and the peak in megabytes."""
    loaded, ask = Loaded(open_keyed(url)), ASKED[what]
    for one in ("office", "line", "person", "way", "ids"):
        getattr(loaded, one)
    server = postmaster(loaded.engine)
    with peaks() as used:
        first = _timed(loaded, ask, server)
        again = TIMES if first[0] < A_SECOND else 0
        taken = [_timed(loaded, ask, server) for _ in range(again)] or [first]
    cpu, wall, statements, in_server, found = zip(*taken, strict=True)
    return {
        "found": str(found[-1]),
        "cpu_ms": 1000 * statistics.median(cpu),
        "server_ms": 1000 * statistics.fmean(in_server),
        "wall_ms": 1000 * statistics.median(wall),
        "statements": statistics.median(statements),
        "peak_mb": used.highest,
    }


def _timed(loaded: Loaded, ask: Callable[[Loaded], object], server: int) -> tuple[float, float, int, float, object]:
    """Seconds of this process and of the clock, statements, and seconds of the database's processes."""
    statements = 0

    def hear(*_: Any) -> None:
        nonlocal statements
        statements += 1

    event.listen(Engine, "before_cursor_execute", hear)
    before, at_work, began = seconds_of(server), time.process_time(), time.perf_counter()
    found = ask(loaded)
    cpu, wall, theirs = time.process_time() - at_work, time.perf_counter() - began, seconds_of(server) - before
    event.remove(Engine, "before_cursor_execute", hear)
    return cpu, wall, statements, theirs, found if isinstance(found, int) else "done"


def postmaster(engine: Engine) -> int:
    """The process that began all others of a database on this machine."""
    with engine.connect() as connection:
        folder = connection.scalar(text("show data_directory"))
    return int(Path(str(folder), "postmaster.pid").read_text().split()[0])


def seconds_of(server: int) -> float:
    """Processor seconds of a process, of those that it has begun, and of those of them that have ended."""
    of_server = _ticks(server, 11, 12, 13, 14)
    ticks = [_ticks(int(one.name), 11, 12) for one in Path("/proc").iterdir() if one.name.isdigit()]
    return (sum(of.used for of in ticks if of.parent == server) + of_server.used) / os.sysconf("SC_CLK_TCK")


class _Ticks(NamedTuple):
    """Of whom a process is, and ticks of its clock."""

    parent: int
    used: int


def _ticks(process: int, *fields: int) -> _Ticks:
    try:
        said = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return _Ticks(0, 0)
    return _Ticks(int(said[1]), sum(int(said[field]) for field in fields))


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:])))
