"""Keeps what a release leaves behind in an office, for every later version to take up: `python -m
tests.support.record_release`.

A folder of `tests/releases/`, named after the version: the database of a small office, as a file of SQLite and as SQL
for PostgreSQL, the histories of every run, a bundle, a checkpoint, a signed report, and the keys that open them. Who
works and who is looked after there is invented. A folder that was recorded once is the promise that later versions can
read it, and is never recorded anew.
"""

import asyncio
import gzip
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import chdir
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Column, Engine, Table, create_engine, insert, make_url, select
from sqlalchemy.event import listen
from typer import Typer
from typer.testing import CliRunner

import admin
import audit
from activities.archive.runs import RunKey, pack
from activities.archive.store import FolderArchive
from activities.delivery import Delivery
from auditing.evidence.runs import runs_of
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Actor, JourneyId
from models.tables.every import METADATA
from runtime.build import VERSION
from runtime.local.dev_server import start_dev_server
from runtime.migrations import upgrade
from services.identities.register import Person, Register
from services.operations.nightly import archive_now
from tests.support.agreeing import eventually
from tests.support.authority import TestKeyring
from tests.support.checkpoints import AUDITOR, PUBLIC, in_pem
from tests.support.databases import empty_postgres, running_postgres
from tests.support.import_files import made_up_number
from tests.support.letters import BASE
from tests.support.office import TestOffice, a_corrected_way, event, full_way, open_office
from tests.support.processes import of_office
from tests.support.releases import RELEASES, OfRelease
from tests.support.sealing import MASTER_KEY
from tests.support.spoken import by_the_desk
from tests.support.waiting import until
from workflows.messages import RENEW_SIGNAL

TODAY = day_in_sweden(datetime.now(UTC))
DAY = TODAY - timedelta(days=120)
PROGRAMME = "service_division"
IDENTITY = "hela-vagen"
"""Stands for the machine on which it was recorded."""

DECISION = "KS-2026/114"

PERSONS = {
    "whole": Person(made_up_number("19900101", 980), "Disa Uppdiktad", "disa@example.se", "070-174 06 01"),
    "erased": Person(made_up_number("19850505", 981), "Nils Påhittad", "nils@example.se", "070-174 06 02"),
    "noted": Person(made_up_number("19950303", 982), "Alva Fiktiv", "alva@example.se", "070-174 06 03"),
}


class Told:
    """The journeys of the office, one for each thing that a later version must be able to take up."""

    def __init__(self, office: TestOffice) -> None:
        self.office = office
        self._register = Register(office.engine, office.random, TestKeyring())

    async def all(self) -> None:
        await self.whole()
        await self.ended()
        await self.paused()
        await self.proposed()
        await self.refused()
        await self.noted()
        await self.erased()
        await self.reported()
        await self.told_to_nobody()

    async def whole(self) -> None:
        """A permanent role, after a refusal, rubbish, a repeat and a correction."""
        await a_corrected_way(self.office, self._number("whole"))

    async def ended(self) -> None:
        """Withdrawn, with what came of it."""
        journey = await self._comes(1)
        await self._happens(journey, "withdrawn", effective_on=DAY, end_reason="found_work")
        await self._happens(journey, "follow_up_recorded", after_days=90, outcome="at_work")

    async def paused(self) -> None:
        """An internship that stands still, whose place others may have."""
        journey = await self._comes(3)
        until_day = TODAY + timedelta(days=60)
        await self._happens(journey, "paused", reason="Parental leave.", until=until_day, frees_place=True)
        remind_on = TODAY + timedelta(days=30)
        await self._happens(journey, "reminder_set", remind_on=remind_on, task="Call on Monday.")

    async def proposed(self) -> None:
        """A correction that waits for a second person."""
        journey = await self._comes(2)
        [checked] = [line.event for line in self.office.ledger(journey) if line.kind == "requirements_checked"]
        assert checked is not None
        right = {**checked, "effective_on": str(DAY + timedelta(days=1))}
        said = {"corrects": checked["event_id"], "reason": "A day later.", "replacement": right}
        await self._happens(journey, "correction_proposed", **said)

    async def refused(self) -> None:
        """A referral that the rules refuse."""
        rules = self.office.book.programme(PROGRAMME)
        said = {"referring_partner": "nobody", "site": "2480", "coordinator": "anna.berg"}
        referral = event("referred", effective_on=DAY, **said)
        number = self._register.number_of(
            Person(made_up_number("19700707", 983), "Siv Ingenstans"), datetime.now(UTC), ANNA
        )
        receipt = await self.office.journeys.refer(number, rules, referral)  # type: ignore[arg-type]
        assert not receipt.accepted

    async def noted(self) -> None:
        """An open journey in several runs, with what somebody wrote at the desk."""
        office, journey = self.office, await self._comes(3, self._number("noted"))
        await office.handle(journey).signal(RENEW_SIGNAL)

        async def runs() -> int:
            return len((await runs_of(office.client, [journey]))[journey])

        await eventually(runs, lambda found: found > 1)
        said = event("note_added", text="Became calmer during the second week.")
        assert (await by_the_desk(office, "anna.berg").submit(journey, said)).accepted

    async def erased(self) -> None:
        """Somebody of whom nothing opens any more."""
        number = self._number("erased")
        journey = await self._comes(1, number)
        await self._happens(journey, "withdrawn", effective_on=DAY, end_reason="own_wish")
        await self._delivered()
        await self.script("anna.berg", admin.app, "erase", number, "--decision", DECISION)
        await self.script("kim.dahl", admin.app, "erase", number, "--confirm")

    async def reported(self) -> None:
        """A published report, somebody in a unit, and a reading of who somebody is."""
        await self.script("lena.strand", admin.app, "report", PROGRAMME, "--publish")
        staff = ("lasarettet_ward_service", "jonas.alm", "--form", "permanent")
        await self.script("lena.strand", admin.app, "training", "staff", *staff)
        with tempfile.TemporaryDirectory() as folder:
            held = ("--because", "Request by letter", "--html", f"{folder}/held.html")
            await self.script("lena.strand", admin.app, "disclose", self._number("noted"), *held)

    async def told_to_nobody(self) -> None:
        """A referral whose letters could not be sent."""
        await self._delivered()
        await self.office.mail.stop()
        await self.office.webhooks.stop()
        journey = await self._comes(1)
        await until(lambda: self._notices(journey))

    def _notices(self, journey: str) -> list[str]:
        return [line.recipient for line in self.office.lists.notices(journey_id=journey)]

    async def _delivered(self) -> None:
        await until(self.office.lists.deliveries, lambda told: set(told) == {Delivery.SENT})

    async def _comes(self, steps: int, candidate: str | None = None) -> JourneyId:
        """Somebody who has come so many steps on the whole way."""
        journey = await self.office.refer(candidate=candidate, effective_on=DAY)
        for said in full_way(DAY)[:steps]:
            assert (await self.office.journeys.submit(journey, said)).accepted
        return journey

    async def _happens(self, journey: str, kind: str, **fields: object) -> None:
        receipt = await self.office.send(journey, kind, **fields)
        assert receipt.accepted, receipt

    def _number(self, name: str) -> str:
        return self._register.number_of(PERSONS[name], datetime.now(UTC), ANNA)

    async def script(self, by: str, script: Typer, *arguments: str) -> None:
        """Call a script, in the folder of the office: no file names another."""
        ours = of_office(self.office, HELAVAGEN_ACTOR=by, HELAVAGEN_DATABASE_URL="sqlite:///test.db")
        ended = await asyncio.to_thread(CliRunner().invoke, script, list(arguments), env=ours, standalone_mode=False)
        if ended.exception is not None:
            raise ended.exception
        assert not ended.return_value, ended.output


ANNA = Actor.parse("coordinator:anna.berg")


async def record(into: Path) -> None:
    """Have an office work, and keep what is left of it in a new folder."""
    kept = OfRelease(into)
    with tempfile.TemporaryDirectory() as data, chdir(data), patch("socket.gethostname", lambda: IDENTITY):
        async with (
            await start_dev_server() as environment,
            open_office(environment.client, Path(data), links_url=BASE) as office,
        ):
            told = Told(office)
            await told.all()
            await archive_now(office.client, office.settings.task_queue)
            await _keep_histories(office, FolderArchive(kept.histories.as_uri()))
            kept.auditors_key.write_bytes(in_pem(AUDITOR))
            await _audit(told, kept)
        _keep_database(Path(data) / "test.db", kept)
        shutil.copytree(Path(data) / "keys", kept.keys)
    kept.auditors_key.unlink()
    kept.auditor.write_text(PUBLIC + "\n")
    kept.master_key.write_text(MASTER_KEY.get_secret_value() + "\n")


async def _keep_histories(office: TestOffice, archive: FolderArchive) -> None:
    """Every run of every journey, closed or open, as the archive keeps runs: with its payloads sealed."""
    now = datetime.now(UTC)
    async for listed in office.client.list_workflows('WorkflowType = "CandidateJourney"'):
        history = await office.client.get_workflow_handle(listed.id, run_id=listed.run_id).fetch_history()
        closed_at = listed.close_time or now
        key = RunKey(journey_id=listed.id, run_id=listed.run_id)
        archive.put(pack(key, history.events, started_at=listed.start_time, closed_at=closed_at, archived_at=now))


async def _audit(told: Told, kept: OfRelease) -> None:
    """Checkpoint, bundle, verdicts and report, by the auditor's own commands."""
    key, checkpoint = str(kept.auditors_key), str(kept.checkpoint)
    held = ("--checkpoint", checkpoint)
    await told.script("lena.strand", audit.app, "checkpoint", "--key", key, "--output", checkpoint)
    await told.script("lena.strand", audit.app, "export", "--output", str(kept.bundle), *held)
    verdicts = ("--results", str(kept.verdicts), *held, "--key", PUBLIC)
    await told.script("lena.strand", audit.app, "verify", *verdicts)
    report = ("--key", key, "--output", str(kept.report), "--json-file", str(kept.statement), *held)
    await told.script("lena.strand", audit.app, "report", *report, "--checkpoint-key", PUBLIC)


def _keep_database(file: Path, kept: OfRelease) -> None:
    """The database as a file of SQLite, and as what PostgreSQL's own dump says of the same rows."""
    copy = kept.folder / "office.db"
    with sqlite3.connect(file) as reading, sqlite3.connect(copy) as writing:
        reading.backup(writing)
        writing.execute("pragma journal_mode = delete")
    kept.sqlite.write_bytes(gzip.compress(copy.read_bytes(), mtime=0))
    source = create_engine(f"sqlite:///{copy}")
    with running_postgres() as server:
        url = empty_postgres(server.get_uri(), "office")
        target = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        form = list(_making(target))
        copy_rows(source, target)
        dumped = b"".join([*form, *_rows_of(target)])
        target.dispose()
    source.dispose()
    copy.unlink()
    kept.postgresql.write_bytes(gzip.compress(dumped, mtime=0))


def _making(engine: Engine) -> Iterator[bytes]:
    """Bring an empty database to this version's form; returns the statements that do it."""
    said: list[str] = []
    listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: said.append(statement))
    upgrade(engine)
    for statement in said:
        if statement.strip().lower().startswith(("create", "alter", "insert")):
            yield statement.strip().replace("%%", "%").encode() + b";\n"


def _rows_of(engine: Engine) -> Iterator[bytes]:
    """Every row, as psql reads it."""
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        for table in METADATA.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            yield f"copy {table.name} ({columns}) from stdin;\n".encode()
            order = ", ".join(f'"{column.name}"' for column in _order_of(table))
            with cursor.copy(f"copy (select {columns} from {table.name} order by {order}) to stdout") as rows:
                yield from map(bytes, rows)
            yield b"\\.\n"
            if table.name in COUNTED:
                yield f"select setval('{table.name}_id_seq', (select max(id) from {table.name}));\n".encode()


COUNTED = ("ledger", "reads", "training_completions", "unit_staff")
"""The tables whose ids the database counts."""


def _order_of(table: Table) -> Iterable[Column[Any]]:
    return [table.c.id] if "id" in table.c else table.primary_key.columns


def copy_rows(source: Engine, target: Engine) -> None:
    """Every row of one database into another, empty one of the same form."""
    with source.connect() as reading, target.begin() as writing:
        for table in METADATA.sorted_tables:
            found = reading.execute(select(table).order_by(*_order_of(table)))
            if rows := [dict(row) for row in found.mappings()]:
                writing.execute(insert(table), rows)


def main() -> int:
    """Record the folder of this version, where there is none; with --again anew, before it is released."""
    folder = RELEASES / VERSION
    if folder.exists():
        if "--again" not in sys.argv[1:]:
            sys.stderr.write(f"{folder.name} is recorded: what was released is never recorded anew\n")
            return 1
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    asyncio.run(record(folder))
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    sys.stdout.write(f"{folder.name}: {size / 1024:.0f} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
