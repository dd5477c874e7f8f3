"""Erasure by two: afterwards nothing that is kept opens, what stays verifies, and a restored backup honours it."""

import json
import re
import sqlite3
import stat
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError

from activities.delivery import Delivery
from activities.sealing import sealer_on
from activities.seals import CannotOpen, Seal, SealingError
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import JOURNEY_WORKFLOW, Actor, CandidateNumber, JourneyId
from models.tables.people import CandidateKeyRow
from runtime.encryption.master_keys import master_key
from runtime.encryption.opened import payloads_in
from runtime.encryption.payload_codec import is_sealed
from runtime.errors import Refused
from runtime.settings import load_settings
from services.identities.register import Person, Register
from tests.support.authority import TestKeyring
from tests.support.office import TestOffice, a_corrected_way, event
from tests.support.processes import Ended, of_office, run
from tests.support.waiting import until

NILS = Person("198505059807", "Nils Påhittad", "nils@example.se", "070-174 06 05")
NOTE = "Ringde om sömnen och ryggen"
DECISION = "KS-2026/114"


class Erasing:
    """An office with a journey of Nils, who is erased."""

    def __init__(self, office: TestOffice) -> None:
        self.office = office
        register = Register(office.engine, office.random, TestKeyring())
        self.register = register
        self.candidate = self.number()
        self.journey = JourneyId.of(self.candidate, "service_division")

    def number(self) -> CandidateNumber:
        return self.register.number_of(NILS, datetime.now(UTC), Actor.parse("coordinator:anna.berg"))

    async def script(self, by: str, *arguments: str, **more: object) -> Ended:
        return await run(*arguments, env=of_office(self.office, HELAVAGEN_ACTOR=by, **more))

    async def admin(self, by: str, *arguments: str) -> str:
        ended = await self.script(by, "admin.py", *arguments)
        assert ended.status == 0, ended
        return ended.output

    async def erased(self, *more: str) -> str:
        await self.admin("anna.berg", "erase", self.candidate, "--decision", DECISION)
        return await self.admin("kim.dahl", "erase", self.candidate, "--confirm", *more)

    async def verified(self, *more: str, **settings: object) -> tuple[str, list[str]]:
        """The verdict on the journey, and the findings."""
        arguments = ("audit.py", "verify", self.candidate, "--json", *more)
        ended = await self.script("lena.strand", *arguments, **settings)
        [one] = json.loads(ended.output)["verdicts"]
        return one["verdict"], [each["what"]["id"].removeprefix("finding.") for each in one["findings"]]


@pytest.fixture
async def erasing(office: TestOffice) -> Erasing:
    one = Erasing(office)
    await a_corrected_way(office, one.candidate)
    assert (await office.send(one.journey, "note_added", text=NOTE)).accepted
    await until(office.lists.deliveries, lambda told: set(told) == {Delivery.SENT})
    return one


def held_in(folder: Path) -> bytes:
    """What stands in all files, read by another process: one that closes a file of SQLite lets go of its own locks on
    it (sqlite.org/howtocorrupt.html), and whoever else ends then cuts off what this process still works with."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and "inbox" not in file.parts]
    return subprocess.run(["cat", *files], capture_output=True, check=True).stdout


async def test_what_was_erased_opens_nowhere_and_what_is_left_verifies(erasing: Erasing, tmp_path: Path) -> None:
    office, candidate = erasing.office, erasing.candidate
    wrapped = wrapped_key(office, candidate)
    assert wrapped is not None
    assert wrapped.encode() in held_in(tmp_path)
    certificate = ("--certificate", str(tmp_path / "intyg"))
    (tmp_path / "intyg.json").write_text("Somebody else's")
    await erasing.admin("anna.berg", "erase", candidate, "--decision", DECISION)
    waiting = await erasing.admin("kim.dahl", "erase", "--due")
    assert [part in waiting for part in (candidate, DECISION, "anna.berg")] == [True] * 3, waiting
    occupied = await erasing.script("kim.dahl", "admin.py", "erase", candidate, "--confirm", *certificate)
    assert (occupied.status, "it exists already" in occupied.errors) == (2, True), occupied
    assert wrapped_key(office, candidate) == wrapped
    (tmp_path / "intyg.json").unlink()
    output = await erasing.admin("kim.dahl", "erase", candidate, "--confirm", *certificate)
    assert DECISION in output
    (tmp_path / "intyg.json").unlink()  # as if it had been stopped between the two files: doing it again ends it
    assert DECISION in await erasing.admin("kim.dahl", "erase", candidate, "--confirm", *certificate)
    repeated = await erasing.admin("kim.dahl", "erase", candidate, "--confirm")
    assert f"erased already, on {day_in_sweden(datetime.now(UTC))} by decision {DECISION}" in repeated
    assert "0 workflows" not in repeated
    # Nothing that wraps the key is left: not in the database either, nor in what SQLite keeps beside it.
    assert wrapped_key(office, candidate) is None
    assert not [said for said in (wrapped, NOTE, NILS.name, NILS.identity_number) if said.encode() in held_in(tmp_path)]
    described = await office.handle(erasing.journey).describe()
    assert described.status is not WorkflowExecutionStatus.RUNNING
    for page in (tmp_path / "intyg.html", tmp_path / "intyg.json"):
        assert (stat.S_IMODE(page.stat().st_mode), DECISION in page.read_text()) == (0o600, True)

    assert await erasing.verified() == ("erased", [])
    bundle = str(tmp_path / "bundle.zip")
    exported = await erasing.script("lena.strand", "audit.py", "export", candidate, "--output", bundle)
    assert exported.status == 0, exported
    assert await erasing.verified("--bundle", bundle) == ("erased", [])
    assert (await erasing.script("kim.dahl", "admin.py", "reconcile", "--settle", "0")).status == 0

    assert DECISION in await erasing.admin("anna.berg", "show", candidate)
    assert candidate in await erasing.admin("kim.dahl", "list")
    timeline = await erasing.script("lena.strand", "audit.py", "timeline", candidate, "--notices")
    assert (timeline.status, DECISION in timeline.errors) == (0, True), timeline
    refused = (
        ("lena.strand", "audit.py", "why", candidate, "3"),
        ("lena.strand", "audit.py", "state", candidate),
        ("anna.berg", "admin.py", "signal", candidate, "note_added", "--text", "För sent"),
        ("anna.berg", "admin.py", "next", candidate),
        ("lena.strand", "admin.py", "disclose", candidate, "--because", "Begäran", "--html", str(tmp_path / "a.html")),
        ("anna.berg", "admin.py", "rectify", candidate, "--name", "Nils", "--because", "Fel namn"),
        ("anna.berg", "admin.py", "certificate", candidate, "--because", "Intyg", "--html", str(tmp_path / "b.html")),
        ("kim.dahl", "admin.py", "reconcile", "--repair", candidate, "--because", "Den saknas"),
    )
    for by, *arguments in refused:
        told = await erasing.script(by, *arguments)
        assert (told.status, told.errors.count("\n"), "erased" in told.errors) == (1, 1, True), told


async def test_no_key_that_is_kept_opens_anything_of_the_erased_with_the_master_key_at_hand(
    erasing: Erasing, tmp_path: Path
) -> None:
    """Whoever has the master key and all that is kept takes each key that any of it holds, and tries it everywhere."""
    office, candidate = erasing.office, erasing.candidate
    other = await a_corrected_way(office)
    before = kept_keys(held_in(tmp_path))
    opened = await what_opens(office, erasing.journey, before[candidate])
    assert {place.partition("/")[0] for place in opened} == {"ledger", "texts", "notices", "temporal"}
    await erasing.erased()
    bundle = tmp_path / "bundle.zip"
    exported = await erasing.script("lena.strand", "audit.py", "export", candidate, "--output", str(bundle))
    assert exported.status == 0, exported
    with ZipFile(bundle) as files:
        unpacked = b"".join(files.read(name) for name in files.namelist())
    kept = kept_keys(held_in(tmp_path) + unpacked)
    assert kept.keys() == before.keys() - {candidate}
    for seals in kept.values():
        assert await what_opens(office, erasing.journey, seals) == []
    assert await what_opens(office, other, kept[JourneyId.parse(other).candidate])
    assert not [said for said in (NILS.name, NOTE, "mistyped") if said.encode() in unpacked]


def kept_keys(held: bytes) -> dict[str, list[Seal]]:
    """Every key that is wrapped somewhere in these bytes, opened by the master key, by whose it is."""
    master, found = master_key(load_settings()), dict[str, list[Seal]]()
    for wrapped in set(re.findall(rb"[0-9a-f]{8}:[A-Za-z0-9+/]{80,}={0,2}", held)):
        try:
            whose, _, key = master.unwrap(wrapped.decode()).partition(b"\x00")
        except SealingError:
            continue  # part of something else
        found.setdefault(whose.decode(), []).append(Seal(key))
    return found


async def what_opens(office: TestOffice, journey: str, seals: list[Seal]) -> list[str]:
    """The places in the database and in Temporal where something of a journey opens with one of these keys."""
    places = [(f"ledger/{journey}/{row}", contents) for row, contents in kept_in(office, "row", "ledger", journey)]
    places += [
        (f"texts/{journey}/{id_}", contents) for id_, contents in kept_in(office, "id", "texts", journey) if contents
    ]
    notices = kept_in(office, "notice_id", "notices", journey)
    places += [(f"notices/{UUID(str(id_))}", contents) for id_, contents in notices]
    client = await Client.connect(office.client.service_client.config.target_host)
    async for one_run in client.list_workflows(f'WorkflowId = "{journey}"'):
        history = await client.get_workflow_handle(one_run.id, run_id=one_run.run_id).fetch_history()
        sealed = [one.data for event_ in history.events for one in payloads_in(event_) if is_sealed(one)]
        assert sealed
        places += [(f"temporal/{client.namespace}/{journey}", data) for data in sealed]
    return [place for place, contents in places if any(opens(seal, place, contents) for seal in seals)]


def kept_in(office: TestOffice, id_: str, table: str, journey: str) -> list[tuple[object, bytes]]:
    with office.engine.connect() as connection:
        query = text(f"select {id_}, contents from {table} where journey_id = :journey")
        found = [(row[0], row[1]) for row in connection.execute(query, {"journey": journey})]
    assert found, table
    return found


def opens(seal: Seal, place: str, contents: bytes) -> bool:
    try:
        seal.open(place, contents)
    except CannotOpen:
        return False
    return True


# A run that would write of somebody erased fails at once: whoever waits for a receipt of it is told so by that.
@pytest.mark.filterwarnings("ignore:.*TMPRL1102")
async def test_nothing_that_comes_late_brings_them_back(erasing: Erasing) -> None:
    office = erasing.office
    sent = event("note_added", text=NOTE)
    await erasing.erased()
    rows = len(office.ledger(erasing.journey))
    with pytest.raises(Refused):  # by a client that has the key in memory
        await office.journeys.submit(erasing.journey, sent)
    sealer_on(office.engine).forget(erasing.candidate)
    start = {"candidate": erasing.candidate, "rules": office.book.programme("easy_jobs").model_dump(mode="json")}
    elsewhere = JourneyId.of(erasing.candidate, "easy_jobs")
    client = await Client.connect(office.client.service_client.config.target_host)
    handle = await client.start_workflow(
        JOURNEY_WORKFLOW,
        start,
        id=elsewhere,
        task_queue=office.settings.task_queue,
        start_signal="event",
        start_signal_args=[sent.model_dump(mode="json")],
    )
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    assert (len(office.ledger(erasing.journey)), office.ledger(elsewhere)) == (rows, [])
    assert erasing.number() != erasing.candidate


async def test_an_erasure_that_was_interrupted_goes_on_and_a_restored_backup_honours_it(
    erasing: Erasing, tmp_path: Path
) -> None:
    candidate = erasing.candidate
    with closing(sqlite3.connect(tmp_path / "test.db")) as kept, closing(sqlite3.connect(tmp_path / "backup")) as copy:
        kept.backup(copy)
    await erasing.admin("anna.berg", "erase", candidate, "--decision", DECISION)
    alone = await erasing.script("anna.berg", "admin.py", "erase", candidate, "--confirm")
    assert (alone.status, alone.errors.count("\n")) == (1, 1)
    away = await erasing.script("kim.dahl", "admin.py", "erase", candidate, "--confirm", TEMPORAL_ADDRESS="127.0.0.1:1")
    assert away.status == 3, away
    assert await erasing.verified() == ("differs", ["erasure_not_done"])
    await erasing.admin("kim.dahl", "erase", candidate, "--confirm")
    assert await erasing.verified() == ("erased", [])

    backup = {"HELAVAGEN_DATABASE_URL": f"sqlite:///{tmp_path / 'backup'}"}
    verdict, findings = await erasing.verified(**backup)
    assert (verdict, findings) == ("agrees", [])  # a backup does not know what came after it
    early = await erasing.script("kim.dahl", "admin.py", "restore", "--because", "Put back", **backup)
    assert (early.status, "older than the file of erasures" in early.errors) == (1, True)
    again = await erasing.script("kim.dahl", "admin.py", "erase", "--again", "--json", **backup)
    assert again.status == 0, again
    assert json.loads(again.output) == {"taken_in": 2, "erased": [candidate], "not_signed": []}
    assert await erasing.verified(**backup) == ("erased", [])
    assert json.loads(
        (await erasing.script("kim.dahl", "admin.py", "erase", "--again", "--json", **backup)).output
    ) == {
        "taken_in": 0,
        "erased": [],
        "not_signed": [],
    }


def wrapped_key(office: TestOffice, candidate: str) -> str | None:
    with Session(office.engine) as session:
        return session.scalar(select(CandidateKeyRow.wrapped).where(CandidateKeyRow.candidate == candidate))
