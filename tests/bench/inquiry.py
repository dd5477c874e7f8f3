"""`python -m tests.bench.inquiry JOURNEYS`: each question across so many journeys, on SQLite and PostgreSQL: seconds,
and the most memory that the process had.

A few journeys are recorded as in life, with refusals, a correction and readings; the others are copies of these, each
sealed with a key of its own. Each question is asked by a process of its own, which writes the whole answer as JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, insert, select, text

from activities.contents import opened, sealed
from activities.identities import opened_reason, place_of_reading
from activities.sealing import sealer_on
from auditing.event_logs.writing import LogForm, write_log
from auditing.inquiry.answering import Answer
from auditing.inquiry.inquiry import Inquiry
from auditing.inquiry.overdue import PinnedRules, rules_of_files
from auditing.inquiry.questions import QUESTIONS
from auditing.inquiry.writing import as_json
from models.identifiers import CandidateNumber, JourneyId
from models.tables.base import table_of
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow, NoticeRow
from models.tables.people import CandidateKeyRow, ReadRow
from runtime.statement_log import StatementLog
from tests.bench.kept import keep
from tests.bench.lists import databases
from tests.support.authority import found, offer
from tests.support.inquired import END, Inquired, known_at
from tests.support.programmes import RULES
from tests.support.sealing import MASTER_KEY, open_keyed_for_reading

JOURNEYS = 10_000
AT_ONCE = 500
ASKED: dict[str, dict[str, Any]] = {
    **{question: {"question": question} for question in QUESTIONS},
    "decisions, a town": {"question": "decisions", "town": "2480"},
    "decisions, a coordinator": {"question": "decisions", "coordinator": "anna.berg"},
    "decisions, as was known": {"question": "decisions", "known_by": END - timedelta(days=120)},
    **{f"journeys, as {form}": {"question": "journeys", "form": form} for form in LogForm},
}
COPIED = (JourneyRow, LedgerRow, NoticeRow, ReadRow)


def fill(engine: Engine, journeys: int) -> None:
    """Record some journeys, and copy them until there are so many."""
    found(engine, RULES)
    offer(engine, RULES.positions)
    ledger = Inquired(engine)
    ledger.charlie.later(10)
    ledger.corrects(ledger.charlie, "referral_accepted", effective_on=known_at(59).date())
    ledger.reads(ledger.bo, "coordinator:bo.lind", "Anna is on leave", known_at(120))
    ledger.reads(ledger.charlie, "coordinator:anna.berg", None, known_at(121))
    copies = _copies(engine, journeys)
    while chunk := list(islice(copies, AT_ONCE)):
        with engine.begin() as connection:
            for table in (CandidateKeyRow, *COPIED):
                if rows := [row for copy in chunk for row in copy[table]]:
                    connection.execute(insert(table), rows)


def _copies(engine: Engine, journeys: int) -> Iterator[dict[Any, list[dict[str, Any]]]]:
    """The rows of each copy, by table."""
    tables = {one: table_of(one) for one in COPIED}
    with engine.connect() as connection:
        rows = {
            one: [row._mapping for row in connection.execute(select(table).order_by(text("1")))]
            for one, table in tables.items()
        }
    ids = sorted({row["journey_id"] for row in rows[LedgerRow]})
    random, sealer = Random(1), sealer_on(engine)
    for number in range(journeys - len(ids)):
        of = JourneyId(ids[number % len(ids)])
        candidate = CandidateNumber.draw(random)
        seal, key = sealer.new(candidate)
        own = sealer.known(of.candidate)
        copy = {
            "journey_id": JourneyId.of(candidate, of.programme),
            "candidate": candidate,
        }
        made: dict[Any, list[dict[str, Any]]] = {
            CandidateKeyRow: [{"candidate": candidate, "wrapped": key.wrapped, "made_at": key.made_at}]
        }
        for table in COPIED:
            made[table] = []
            for row in (one for one in rows[table] if one["journey_id"] == of):
                said = {name: value for name, value in row.items() if name != "id"}
                said |= {name: value for name, value in copy.items() if name in said}
                if table is LedgerRow:
                    said["contents"] = sealed(seal, opened(own, _Row(row)), copy["journey_id"], row["row"])
                if table is NoticeRow:
                    said["notice_id"] = uuid4()
                if table is ReadRow:
                    place, before = (place_of_reading(one, row["number"]) for one in (copy["journey_id"], of))
                    said["contents"] = seal.seal_json(place, list(opened_reason(own, before, row["contents"])))
                made[table].append(said)
        yield made


class _Row:
    """A row by its names."""

    def __init__(self, row: Any) -> None:
        vars(self).update(row)


def measure(url: str, what: str) -> dict[str, Any]:
    """One question, answered and written to nowhere, or its journeys as an event log: seconds, rows, and the most
    memory."""
    engine = open_keyed_for_reading(url)
    asked = {"known_by": END, **ASKED[what]}
    form = asked.pop("form", None)
    began, at_work = time.perf_counter(), time.process_time()
    rules = PinnedRules(rules_of_files(RULES, ("service_division", "preparedness_jobs")))
    answer = Answer(engine, Inquiry(**asked), StatementLog(engine).register(), rules)
    if form is not None:
        kinds = {partner.id: partner.kind for partner in RULES.partners}
        with open(os.devnull, "wb") as file:
            write_log(form, answer.journeys(), engine, file, kinds=kinds, known_by=END)
    else:
        with open(os.devnull, "w") as out:
            out.writelines(as_json(answer))
    took = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - at_work}
    return {**took, "rows": answer.tally.rows, "journeys": answer.tally.examined, "peak_mb": _peak()}


def _peak() -> float:
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def measured(url: str, what: str) -> dict[str, Any]:
    """The same, in a process of its own."""
    environment = {**os.environ, "HELAVAGEN_MASTER_KEY": MASTER_KEY.get_secret_value()}
    command = [sys.executable, "-m", "tests.bench.inquiry", "--ask", url, what]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main(journeys: int) -> None:
    """Fill, measure, and show the figures as a table."""
    result: dict[str, Any] = {"journeys": journeys}
    table = Table("", "database", "rows", "seconds", "of its own", "peak MB", title=f"{journeys:,} journeys")
    with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as data, databases(Path(data)) as engines:
        for name, engine in engines.items():
            fill(engine, journeys)
            with engine.begin() as connection:
                connection.execute(text("analyze"))
            url = engine.url.render_as_string(hide_password=False)
            engine.dispose()
            for what in ASKED:
                one = result[f"{what}, {name}"] = measured(url, what)
                table.add_row(
                    what,
                    name,
                    f"{one['rows']:,}",
                    f"{one['seconds']:.1f}",
                    f"{one['cpu_seconds']:.1f}",
                    f"{one['peak_mb']:.0f}",
                )
    Console(width=100).print(table)
    keep("inquiry", result, result)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        print(json.dumps(measure(*sys.argv[2:])))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else JOURNEYS)
