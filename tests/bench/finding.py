"""`python -m tests.bench.finding`: finding one of 100,000 people, and a coordinator's list with names and without."""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, insert, text

from activities.identities import sealed_identity
from activities.sealing import IDENTITIES, sealer_on
from models.identifiers import CandidateNumber, JourneyId
from models.stages import Stage
from models.tables.journeys import JourneyRow
from models.tables.people import CandidateKeyRow, CandidateRow, SearchTokenRow
from runtime.statement_log import StatementLog
from services.identities.finding import find
from services.identities.naming import names_in
from services.identities.register import Register
from services.identities.words import tokens_of
from services.queries.lists import Lists
from tests.bench.lists import databases
from tests.support.authority import TestKeyring, found
from tests.support.desks import office_of

PEOPLE = 100_000
TOWNS, COORDINATORS = 20, 400
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SYLLABLES = (
    "an",
    "ber",
    "ca",
    "da",
    "el",
    "fa",
    "gi",
    "ha",
    "il",
    "jo",
    "ka",
    "li",
    "mo",
    "na",
    "ol",
    "pe",
    "ra",
    "sa",
)


def names(random: Random, syllables: int, count: int) -> list[str]:
    return ["".join(random.choices(SYLLABLES, k=syllables)).title() for _ in range(count)]


def fill(engine: Engine, people: int) -> None:
    """So many people with a journey each, in twenty towns; one of four hundred is in anna.berg's charge."""
    random, sealer = Random(1), sealer_on(engine)
    sealer.of(IDENTITIES)
    first, last = names(random, 2, 300), names(random, 3, 4_000)
    for start in range(0, people, 2_000):
        rows: dict[Any, list[dict[str, Any]]] = {}
        for number in range(start, min(start + 2_000, people)):
            for table, said in _one(random, sealer, number, random.choice(first), random.choice(last)).items():
                rows.setdefault(table, []).extend(said)
        with engine.begin() as connection:
            for table, said in rows.items():
                connection.execute(insert(table), said)
    with engine.begin() as connection:
        connection.execute(text("analyze"))


def _one(random: Random, sealer: Any, number: int, first: str, last: str) -> dict[Any, list[dict[str, Any]]]:
    candidate = CandidateNumber.draw(random)
    seal, key = sealer.new(candidate)
    said: dict[str, Any] = {"number": candidate, "identity_number": f"{number:012}", "name": f"{first} {last}"}
    said |= {"phone": f"070-{number:07}", "email": None, "registered_at": NOW, "earlier": None}
    contents = sealed_identity(seal, said)
    journey = {
        "journey_id": JourneyId.of(candidate, "service_division"),
        **{"candidate": candidate, "programme": "service_division", "stage": Stage.INTERNSHIP.value},
        **{"since": date(2026, 1, 1), "paused": False, "site": str(2_400 + number % TOWNS), "of_whom": "supervisor"},
        **{"coordinator": "anna.berg" if number % COORDINATORS == 0 else f"person.{number % COORDINATORS}"},
        **{"waits_for": "internship_end", "due_on": date(2026, 2, 1 + number % 27), "events": 4, "updated_at": NOW},
    }
    kept = {"number": candidate, "identity_index": sealer.index(f"{number:012}"), "contents": contents}
    return {
        CandidateKeyRow: [{"candidate": candidate, "wrapped": key.wrapped, "made_at": NOW}],
        CandidateRow: [{**kept, "registered_at": NOW}],
        SearchTokenRow: [{"token": token, "candidate": candidate} for token in tokens_of(sealer, said)],
        JourneyRow: [journey],
    }


def measure(engine: Engine) -> dict[str, str]:
    """What each question takes from a cold start, in seconds, and how many were shown."""
    found(engine)
    name = str(office(engine).register.person(_somebody(engine)).name)
    first, last = name.split()
    texts = {"first name": first, "whole name": name, "two letters": first[:2], "telephone": "+46700000400"}
    result = {what: _timed(engine, lambda app, text=text: _found(app, text)) for what, text in texts.items()}  # type: ignore[misc]
    result["last name"] = _timed(engine, lambda app: _found(app, last))
    slips = {"first name, two swapped": _swapped(first), "both, two swapped": f"{_swapped(first)} {_swapped(last)}"}
    result |= {what: _timed(engine, lambda app, text=text: _found(app, text)) for what, text in slips.items()}  # type: ignore[misc]
    for what, slip in slips.items():
        by_her = f"{what}, by anna.berg"
        result[by_her] = _timed(engine, lambda app, slip=slip: _found(app, slip, "anna.berg"))  # type: ignore[misc]
    for what, named in {"today, numbers": False, "today, names, first": True, "today, names, again": True}.items():
        result[what] = _timed(engine, lambda app, named=named: _today(app, named))  # type: ignore[misc]
    return result


def office(engine: Engine) -> Any:
    sealer_on(engine)._seals.clear()
    return office_of(engine, register=Register(engine, Random(2), TestKeyring()), lists=Lists(engine))


def _somebody(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("select candidate from journeys where coordinator = 'anna.berg'")).scalar())


def _swapped(name: str) -> str:
    """A name with its third and fourth letters swapped."""
    return name[:2] + name[3:4] + name[2:3] + name[4:]


def _found(application: Any, sought: str, by: str = "lena.strand") -> str:
    try:
        found = find(application, sought, by, "To measure")
    except Exception as error:
        return type(error).__name__
    return f"{len(found.lines)} shown, {found.more} more"


def _today(application: Any, named: bool) -> str:
    page = application.lists.today(NOW.date(), coordinator="anna.berg")
    names = names_in(application, "anna.berg", page.lines) if named else {}
    return f"{len(page.lines)} lines, {len(names)} names"


def _timed(engine: Engine, ask: Callable[[Any], str]) -> str:
    application = office(engine)
    application.authority = StatementLog(engine).register()
    began = time.perf_counter()
    said = ask(application)
    return f"{time.perf_counter() - began:.3f} s ({said})"


def main() -> int:
    """Make up the people, measure, show it."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as data, databases(Path(data)) as engines:
        results = {}
        for name, engine in engines.items():
            fill(engine, people)
            results[name] = measure(engine)
    table = Table("what", *results, title=f"{people:,} people")
    for what in next(iter(results.values())):
        table.add_row(what, *(results[name][what] for name in results))
    Console(width=160).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
