"""`python -m tests.bench.population`: the population of 10,000 journeys and samples of it, in time and memory."""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, insert, text

from activities.contents import LedgerContents, sealed
from activities.sealing import sealer_on
from auditing.population.population import Population
from auditing.population.sampling import draw
from auditing.population.scope import EVERYTHING, Scope
from auditing.verification.request import AuditRequest
from auditing.verification.selection import select_journeys
from models.canonical import digest_of
from models.identifiers import CandidateNumber, JourneyId
from models.stages import EndReason, Stage
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow
from models.tables.people import CandidateKeyRow
from tests.bench.lists import databases
from tests.support.sealing import MASTER_KEY, open_keyed_for_reading

JOURNEYS = 10_000
ROWS = 8
REFUSED_EACH = 40
"""Of so many referrals one is refused."""

CONTENTS = bytes(1_400)
"""As large as an event and its receipt are, sealed."""

DAY = date(2025, 1, 1)
PROGRAMMES = ("service_division", "preparedness_jobs", "easy_jobs", "agency_chain", "talent_programme")
AT_ONCE = 500


def make_up(engine: Engine, journeys: int) -> None:
    """Write so many journeys of eight rows; of refused referrals one row, whose contents open."""
    random = Random(1)
    _take_off_guards(engine)
    for start in range(0, journeys, AT_ONCE):
        ids = [_id(random) for _ in range(start, min(start + AT_ONCE, journeys))]
        refused = {id_ for number, id_ in enumerate(ids) if number % REFUSED_EACH == 0}
        made = {id_: sealer_on(engine).new(id_.candidate) for id_ in refused}
        keys = [{name: getattr(row, name) for name in ("candidate", "wrapped", "made_at")} for _, row in made.values()]
        rows = [row for id_ in ids for row in _rows(random, id_, made.get(id_, (None,))[0])]
        with engine.begin() as connection:
            connection.execute(insert(CandidateKeyRow), keys)
            connection.execute(insert(LedgerRow), rows)
            connection.execute(insert(JourneyRow), [_line(random, id_) for id_ in ids if id_ not in refused])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))


def _take_off_guards(engine: Engine) -> None:
    """The rows are no chains."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            guards = connection.scalars(text("select name from sqlite_master where type = 'trigger'")).all()
            for name in guards:
                connection.execute(text(f"drop trigger {name}"))
        else:
            connection.execute(text("alter table ledger disable trigger user"))


def _id(random: Random) -> JourneyId:
    return JourneyId.of(CandidateNumber.draw(random), random.choice(PROGRAMMES))


def _rows(random: Random, id_: JourneyId, seal: Any) -> Iterator[dict[str, Any]]:
    began = DAY + timedelta(days=random.randrange(600))
    for row in range(1, 2 if seal else ROWS + 1):
        day = began + timedelta(days=20 * row)
        event = {"kind": "referred", "site": _town(random), "coordinator": "anna.berg"}
        contents = LedgerContents(event, "ab", {"row": row}, "cd")
        yield {
            **{"journey_id": id_, "row": row, "event_id": UUID(int=random.getrandbits(128))},
            **{"kind": "referred" if row == 1 else "note_added", "effective_on": day, "accepted": seal is None},
            "recorded_at": datetime.combine(day, datetime.min.time(), UTC),
            "digest": digest_of(event, "ab") if seal else "d" * 64,
            "contents": sealed(seal, contents, id_, row) if seal else CONTENTS,
            **{"commitment": "c" * 64, "previous": "p" * 64, "hash": "h" * 64},
        }


def _town(random: Random) -> str:
    return f"{2400 + random.randrange(20)}"


def _line(random: Random, id_: JourneyId) -> dict[str, Any]:
    stage = random.choice([Stage.CLOSED, *Stage])
    return {
        **{"journey_id": id_, "candidate": id_.candidate, "programme": id_.programme, "stage": stage.value},
        **{"since": DAY, "paused": False, "site": _town(random), "coordinator": "anna.berg", "of_whom": "coordinator"},
        **{"waits_for": "nothing", "events": ROWS, "updated_at": datetime(2026, 1, 1, tzinfo=UTC)},
        "end_reason": random.choice(list(EndReason)).value if stage is Stage.CLOSED else None,
    }


YEAR = Scope(first=date(2025, 6, 1), last=date(2025, 12, 31))


def _sampled(engine: Engine, count: int, *by: str) -> int:
    found = draw(Population(engine), count, "7", by, ledger="bench", at=datetime.now(UTC))
    return len(found.journey_ids)


ASKED: dict[str, Callable[[Engine], int]] = {
    "nothing but what is imported": lambda _engine: 0,
    "counts of everything": lambda engine: Population(engine).counts().journeys,
    "members of everything": lambda engine: sum(1 for _one in Population(engine).members()),
    "counts of a period": lambda engine: Population(engine, YEAR).counts().journeys,
    "counts of a town": lambda engine: Population(engine, Scope(town="2405")).counts().journeys,
    "a sample of 60 by programme": lambda engine: _sampled(engine, 60, "programme"),
    "a sample of 400 by programme, town and end": lambda engine: _sampled(engine, 400, "programme", "town", "end"),
    "what verify selects": lambda engine: len(select_journeys(engine, AuditRequest(EVERYTHING), ()).wanted),
}


def measured(url: str, name: str) -> dict[str, Any]:
    """One of these in a process of its own: how many, seconds, and the most memory that the process had."""
    engine = open_keyed_for_reading(url)
    began = time.perf_counter()
    found = ASKED[name](engine)
    took = time.perf_counter() - began
    return {"found": found, "seconds": took, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main(journeys: int) -> None:
    table = Table(title=f"{journeys} journeys")
    for column in ("database", "asked", "found", "seconds", "peak MB"):
        table.add_column(column)
    told = []
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as engines:
        for database, engine in engines.items():
            make_up(engine, journeys)
            url = engine.url.render_as_string(hide_password=False)
            for name in ASKED:
                with get_context("spawn").Pool(1) as alone:
                    found = alone.apply(measured, (url, name))
                told.append({"database": database, "asked": name, **found})
                numbers = (f"{found['found']}", f"{found['seconds']:.2f}", f"{found['peak_mb']:.0f}")
                table.add_row(database, name, *numbers)
    Console().print(table)
    Path("bench-population.json").write_text(json.dumps(told, indent=2))


if __name__ == "__main__":
    import os

    os.environ["HELAVAGEN_MASTER_KEY"] = MASTER_KEY.get_secret_value()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else JOURNEYS)
