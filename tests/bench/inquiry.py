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
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from auditing.event_logs.writing import LogForm, write_log
from auditing.inquiry.answering import Answer
from auditing.inquiry.inquiry import Inquiry
from auditing.inquiry.overdue import PinnedRules, rules_of_files
from auditing.inquiry.questions import QUESTIONS
from auditing.inquiry.writing import as_json
from runtime.statement_log import StatementLog
from tests.bench.copies import Copies, write
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


def fill(engine: Engine, journeys: int) -> None:
    """Record some journeys, and copy them until there are so many."""
    found(engine, RULES)
    offer(engine, RULES.positions)
    ledger = Inquired(engine)
    ledger.charlie.later(10)
    ledger.corrects(ledger.charlie, "referral_accepted", effective_on=known_at(59).date())
    ledger.reads(ledger.bo, "coordinator:bo.lind", "Anna is on leave", known_at(120))
    ledger.reads(ledger.charlie, "coordinator:anna.berg", None, known_at(121))
    copies = Copies(engine, Random(1))
    for start in range(len(copies), journeys, AT_ONCE):
        made = [copies.of_journey(number)[2] for number in range(start, min(start + AT_ONCE, journeys))]
        write(engine, made)


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
