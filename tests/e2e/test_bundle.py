"""A bundle from a real office: written on the auditors' role, and verified where there is nothing but the file."""

import asyncio
import gzip
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from random import Random
from tempfile import gettempdir
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
import rfc8785
from cryptography.hazmat.primitives import serialization as to
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from typer.testing import CliRunner, Result

import audit
from activities.archive.store import DatabaseArchive
from activities.delivery import Delivery
from auditing.bundle import check
from auditing.bundle.histories import MOST_EVENTS
from auditing.bundle.layout import HISTORY, folder_of, hash_of
from auditing.bundle.rows import LONGEST_LINE
from auditing.verification import checkpoint_checks
from deploy.tools.docs import every_command
from models.access.statements import Assignment
from models.calendar.swedish_day import in_swedish_time
from models.fields import FIRST_DAY
from models.identifiers import Role
from models.ledger.hash_chain import row_hash
from models.tables.every import METADATA
from runtime.errors import Refused, UsageError
from runtime.keyring import Keyring
from runtime.local.dev_server import start_dev_server
from runtime.roles import AUDIT, STAFF, WORKER, give_rights
from runtime.statement_log import StatementLog
from services import protection
from services.identities.register import Person, Register
from services.operations.nightly import archive_now
from services.queries.reads import openings
from tests.support.agreeing import eventually
from tests.support.authority import TestKeyring, enter, key_of
from tests.support.bundle_tamperings import (
    TAMPERINGS,
    Meddle,
    called,
    files_in,
    odd_zips,
    timelines_and_names,
    value,
    write_bundle,
)
from tests.support.checkpoints import AT, AUDITOR, PUBLIC
from tests.support.databases import migrated_postgres
from tests.support.desks import office_of
from tests.support.errors import raises
from tests.support.import_files import made_up_number
from tests.support.office import DAY, TestOffice, a_corrected_way, event, open_office
from tests.support.personal import found_in
from tests.support.processes import ROOT, environment, of_office
from tests.support.retention import OF_THE_SERVER, drop, listed, on_the_server
from tests.support.sealing import open_keyed
from tests.support.spoken import by_the_desk
from tests.support.values import COORDINATOR
from tests.support.waiting import until

NUMBER = made_up_number("19850505", 983)
PERSON = Person(NUMBER, "Disa Uppdiktad", "disa@example.se", "070-765 43 21")
REMARKED = "Became calmer during the second week."
PERSONAL = (NUMBER, NUMBER[2:], "Disa", "Uppdiktad", "disa@", "070-765", REMARKED)
NOWHERE = {
    "HELAVAGEN_DATABASE_URL": "postgresql://nobody@nowhere.invalid/none",
    "TEMPORAL_ADDRESS": "nowhere.invalid:1",
}


@dataclass
class Audited:
    """An office with an auditor who has a role of their own, a journey in three runs and more, and another one."""

    office: TestOffice
    folder: Path
    role: str
    journey: str
    other: str

    @property
    def candidate(self) -> str:
        return self.journey.split("/")[1]

    async def audit(self, *command: object, **more: str) -> str:
        """What `audit.py` prints, on the auditors' role alone unless `more` says otherwise. Raises its error."""
        return (await self.says(*command, **more)).stdout

    async def says(self, *command: object, **more: str) -> Result:
        """The same, with how it ended and what it says beside."""
        env = of_office(
            self.office, **{"HELAVAGEN_DATABASE_URL": "", "HELAVAGEN_AUDIT_DATABASE_URL": self.role, **more}
        )
        words = [str(word) for word in command]
        ended = await asyncio.to_thread(CliRunner().invoke, audit.app, words, env=env, standalone_mode=False)
        if ended.exception is not None:
            raise ended.exception
        return ended


@pytest.fixture(scope="module")
async def audited(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Audited]:
    folder = tmp_path_factory.mktemp("bundles")
    database = migrated_postgres(postgres_server, folder.name)
    engine = open_keyed(database)
    give_rights(engine)
    engine.dispose()
    role, worker, staff = (
        make_url(database).set(username=name).render_as_string(hide_password=False) for name in (AUDIT, WORKER, STAFF)
    )
    async with (
        await start_dev_server(more=OF_THE_SERVER) as environment,
        open_office(environment.client, folder, staff, worker_url=worker) as office,
    ):
        register = Register(office.engine, Random(1), TestKeyring())
        candidate = register.number_of(PERSON, AT, COORDINATOR)
        journey = await a_corrected_way(office, candidate)
        said = await by_the_desk(office, "anna.berg").submit(journey, event("note_added", text=REMARKED))
        assert said.accepted, said
        other = await office.refer(effective_on=DAY)
        enter(office.engine, "eva.granskare", Assignment(role=Role.AUDITOR, from_day=FIRST_DAY))
        Keyring(folder / "keys").add("eva.granskare", key_of("eva.granskare"))
        await archived(office, journey)
        await listed(office, other, 1)
        yield Audited(office, folder, role, journey, other)


async def archived(office: TestOffice, journey: str) -> None:
    """All runs of the journey but the last are in the archive, and no longer on the server."""
    await until(office.lists.deliveries, lambda told: set(told) == {Delivery.SENT})

    async def left() -> int:
        await archive_now(office.client, office.settings.task_queue)
        known = {key.run_id for key in DatabaseArchive(office.engine).runs(journey)}
        found = [run.run_id for run in await on_the_server(office, journey)]
        await drop(office, journey, known.intersection(found))
        return len(found)

    await eventually(left, lambda runs: runs == 1)
    assert len(list(DatabaseArchive(office.engine).runs(journey))) >= 2


@dataclass
class Handed:
    """What an auditor hands to somebody else: bundle, checkpoint, the hash of the manifest."""

    file: Path
    checkpoint: Path
    manifest: str


@pytest.fixture(scope="module")
async def handed(audited: Audited) -> Handed:
    """Everything, as exported on the auditors' role."""
    key, checkpoint, file = (audited.folder / name for name in ("key.pem", "checkpoint.json", "bundle.zip"))
    key.write_bytes(AUDITOR.private_bytes(to.Encoding.PEM, to.PrivateFormat.PKCS8, to.NoEncryption()))
    await audited.audit("checkpoint", "--key", key, "--output", checkpoint)
    told = json.loads(await audited.audit("export", "--output", file, "--checkpoint", checkpoint, "--json"))
    assert (told["journeys"], told["contents"], told["withheld"]) == (2, "pseudonymous", [])
    return Handed(file, checkpoint, told["manifest"])


OFFLINE = """
import runpy, sys
def no_network(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise OSError("the network was asked for")
sys.addaudithook(no_network)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def offline(*command: object) -> Any:
    """What a script prints as JSON, in a process of its own that has no network: no interface where the machine lets
    us take it away, and in any case no way to one from Python."""
    alone = ["unshare", "-r", "-n"]
    try:
        may = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        may = False
    ended = subprocess.run(
        [*(alone if may else ()), sys.executable, "-c", OFFLINE, *map(str, command), "--json"],
        env=environment(**NOWHERE),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended
    return json.loads(ended.stdout)


async def test_a_bundle_is_verified_where_there_is_nothing_else(audited: Audited, handed: Handed) -> None:
    proven = ("--checkpoint", handed.checkpoint, "--key", PUBLIC, "--manifest", handed.manifest)
    found = (await asyncio.to_thread(offline, "audit.py", "verify", "--bundle", handed.file, *proven))["verdicts"]
    live = json.loads(await audited.audit("verify", "--checkpoint", handed.checkpoint, "--key", PUBLIC, "--json"))[
        "verdicts"
    ]
    for one in (*found, *live):
        del one["history_events"]  # the server may have written that a notice was sent only after the export
    assert found == live
    assert {one["verdict"] for one in found} == {"agrees"}
    [whole] = [one for one in found if one["journey_id"] == audited.journey]
    assert whole["runs"] >= 3
    assert whole["remarks"] == []
    why = ("why", audited.journey.split("/")[1])
    alone = json.loads(await audited.audit(*why, "--bundle", handed.file, "--json", **NOWHERE))
    kept = json.loads(await audited.audit(*why, "--json"))
    assert [row["asked"] for row in alone["rows"]] == [row["asked"] for row in kept["rows"]]


async def test_why_by_a_bundle_alone_tells_names_and_whether_the_bundle_was_altered(
    audited: Audited, handed: Handed, tmp_path: Path
) -> None:
    why = ("why", audited.candidate, "1", "--bundle")
    alone = await audited.says(*why, handed.file, **NOWHERE)
    assert (alone.return_value, "Anna Berg" in alone.stdout, "anna.berg" in alone.stdout) == (0, True, False)
    assert "as its manifest says" in alone.stderr

    def another_day(files: dict[str, bytes]) -> None:
        name = of(audited, files, "ledger.jsonl")
        files[name] = files[name].replace(b"2026-03-02", b"2026-03-01", 1)

    altered = meddled(handed, another_day, tmp_path / "altered.zip", with_manifest=False)
    told = await audited.says(*why, altered, **NOWHERE)
    assert (told.return_value, "altered.zip was altered" in told.stderr) == (1, True)
    renamed = meddled(handed, place_of_a_person(audited), tmp_path / "renamed.zip")
    assert "Anna Berg" in (await audited.says(*why, renamed, **NOWHERE)).stdout


def place_of_a_person(audited: Audited) -> "Meddling":
    return in_its_folder(audited, timelines_and_names("Anna Berg", "Bo Lind"))


Meddling = Callable[[dict[str, bytes]], None]
"""Something done to the files of a bundle, by their names."""


def meddled(handed: Handed, meddle: Meddling, file: Path, *, with_manifest: bool = True) -> Path:
    """A bundle with which somebody has meddled who knows our code: also its manifest says what is in it then."""
    with ZipFile(handed.file) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    meddle(files)
    if with_manifest:
        manifest = json.loads(files["manifest.json"])
        manifest["files"] = {name: hash_of(content) for name, content in files.items() if name != "manifest.json"}
        files["manifest.json"] = rfc8785.dumps(manifest)
    with ZipFile(file, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return file


def of(audited: Audited, files: dict[str, bytes], ending: str) -> str:
    """The name of a file of the journey."""
    [name] = [name for name in files if audited.candidate in name and name.endswith(ending)]
    return name


def rows_changed(audited: Audited, table: str, change: Callable[[list[dict[str, Any]]], None]) -> Meddling:
    def meddle(files: dict[str, bytes]) -> None:
        name = of(audited, files, f"{table}.jsonl")
        rows = [json.loads(line) for line in files[name].splitlines()]
        change(rows)
        files[name] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    return meddle


def another_author_hashed_anew(rows: list[dict[str, Any]]) -> None:
    rows[2]["actor"] = "coordinator:x"
    previous = rows[1]["hash"]
    for row in rows[2:]:
        row["previous"] = previous
        previous = row["hash"] = row_hash(row)


def another_sign_in_hashed_anew(rows: list[dict[str, Any]]) -> None:
    spoken = next(number for number, row in enumerate(rows) if row["sign_in"])
    rows[spoken]["sign_in"]["session"] = "another"
    for before, row in zip(rows[spoken - 1 :], rows[spoken:], strict=False):
        row["previous"] = before["hash"]
        row["hash"] = row_hash(row)


def no_event_of_ours(rows: list[dict[str, Any]]) -> None:
    rows[0]["event"] |= {"moved": {}, "read_up_to": [{}]}
    rows[0]["receipt"] |= {"message": "{0}", "reason": {"id": "{0:{1}}", "values": {"{x.__class__}": "{:3000000000}"}}}


def endless_history(audited: Audited) -> Meddling:
    """A file of a few bytes, with more events than the server lets a run have."""

    def meddle(files: dict[str, bytes]) -> None:
        name = sorted(name for name in files if audited.candidate in name and name.endswith(HISTORY))[0]
        files[name] = gzip.compress(b"\x0a\x00" * (MOST_EVENTS + 1))

    return meddle


def endless_statement(files: dict[str, bytes]) -> None:
    """The last statement once more, with more space in it than any of ours has."""
    last = files["statements.jsonl"].splitlines()[-1]
    files["statements.jsonl"] += b"{" + b" " * LONGEST_LINE + last[1:] + b"\n"


def a_history_edited(audited: Audited) -> Meddling:
    """Of one event of the first run the day is another."""

    def meddle(files: dict[str, bytes]) -> None:
        name = sorted(name for name in files if audited.candidate in name and name.endswith(HISTORY))[0]
        content = gzip.decompress(files[name])
        assert b'"effective_on":"2026-03-02"' in content
        files[name] = gzip.compress(content.replace(b'"effective_on":"2026-03-02"', b'"effective_on":"2026-03-01"', 1))

    return meddle


def rules_exchanged(files: dict[str, bytes]) -> None:
    [name] = [name for name in files if name.startswith("rules/")]
    rules = json.loads(files[name])
    rules["internship"]["longest_months"] = 12
    files[name] = json.dumps(rules).encode()


def last_taken_out(rows: list[dict[str, Any]]) -> None:
    del rows[-1]


def person_renamed(audited: Audited) -> Meddling:
    def meddle(files: dict[str, bytes]) -> None:
        name = of(audited, files, "person.json")
        files[name] = files[name].replace(b"Disa", b"Ulla")

    return meddle


def page_rewritten(audited: Audited) -> Meddling:
    def meddle(files: dict[str, bytes]) -> None:
        name = of(audited, files, "timeline.sv.html")
        files[name] = files[name].replace(b"Anvisad", b"Avvisad")

    return meddle


def place_renamed(audited: Audited) -> Meddling:
    """Somebody has the bundle call its places otherwise than its timelines do."""

    def meddle(files: dict[str, bytes]) -> None:
        name = of(audited, files, "names.json")
        files[name] = files[name].replace("Umeå".encode(), "Luleå".encode())

    return meddle


def in_its_folder(audited: Audited, meddle: Meddle) -> Meddling:
    def meddled(files: dict[str, bytes]) -> None:
        meddle(files, folder_of(audited.journey))

    return meddled


async def whats(audited: Audited, file: Path, *more: object) -> set[str]:
    """What verifying a bundle finds or remarks, without server and database."""
    words = ("verify", "--bundle", file, "--cores", 1, "--json", *more)
    said = json.loads(await audited.audit(*words, **NOWHERE))
    found = (*said["verdicts"], *said["beside"])
    return {one["what"]["id"] for journey in found for one in (*journey["findings"], *journey["remarks"])}


async def test_a_manifest_counts_as_no_journey_and_no_temporary_file_is_told(
    audited: Audited, handed: Handed, tmp_path: Path
) -> None:
    file = meddled(handed, page_rewritten(audited), tmp_path / "meddled.zip")
    ended = await audited.says("verify", "--bundle", file, "--cores", 1, **NOWHERE)
    with ZipFile(file) as bundle:
        journeys = json.loads(bundle.read("manifest.json"))["journeys"]
    assert f"journeys: {journeys}, " in ended.stdout
    assert "Held against the proofs in the bundle" in ended.stdout
    assert "verdicts.jsonl" not in ended.output
    assert gettempdir() not in ended.output


async def test_what_was_meddled_with_in_a_bundle_is_named(audited: Audited, handed: Handed, tmp_path: Path) -> None:
    """Somebody who hashes the manifest anew is found out by the history, the rules' digests and the checkpoint."""
    against = ("--checkpoint", handed.checkpoint, "--key", PUBLIC)
    for number, (meddle, expected) in enumerate(
        [
            (lambda _files: None, set()),
            (rows_changed(audited, "ledger", another_author_hashed_anew), {"finding.author_differs"}),
            (rows_changed(audited, "ledger", another_sign_in_hashed_anew), {"finding.not_the_authors"}),
            (
                rows_changed(audited, "notices", lambda rows: rows[0].update(status="dead")),
                {"finding.delivery_differs"},
            ),
            (
                rows_changed(audited, "journeys", lambda rows: rows[0].update(coordinator="x")),
                {"finding.column_differs"},
            ),
            (
                rows_changed(audited, "identity_commitments", lambda rows: rows[0].update(commitment="0" * 64)),
                {"finding.record_not_signed"},
            ),
            (
                rows_changed(audited, "identity_commitments", lambda rows: rows[0].update(candidate="K7Q29FMXB")),
                {"finding.file_unreadable"},
            ),
            (a_history_edited(audited), {"finding.day_differs"}),
            (rules_exchanged, {"finding.rules_exchanged"}),
            (page_rewritten(audited), {"finding.timeline_differs"}),
            (place_renamed(audited), {"finding.timeline_differs", "finding.name_differs"}),
            (in_its_folder(audited, timelines_and_names("Anna Berg", "Bo Lind")), {"finding.name_differs"}),
            (in_its_folder(audited, timelines_and_names("Umeå", "Luleå")), {"finding.name_differs"}),
            (
                in_its_folder(audited, value("names.json", called("day", "2026-03-02", "2026-03-08"))),
                {"finding.name_differs"},
            ),
            (
                rows_changed(audited, "ledger", no_event_of_ours),
                {"finding.journey_unreadable"},
            ),
            (endless_history(audited), {"finding.file_unreadable", "finding.runs_differ"}),
            (endless_statement, {"finding.file_unreadable"}),
        ]
    ):
        file = meddled(handed, meddle, tmp_path / f"{number}.zip")
        found = await whats(audited, file, *against)
        assert found >= expected, (number, found)
        if not expected:
            assert found == set()
    hashed_anew = await whats(audited, tmp_path / "1.zip", *against)
    assert "finding.head_differs" in hashed_anew
    assert "finding.other_manifest" in await whats(audited, tmp_path / "1.zip", "--manifest", handed.manifest)


async def test_a_proof_that_was_taken_out_is_missed_once_and_no_row_said_to_be_backdated(
    audited: Audited, handed: Handed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint_checks, "CLOCKS_AGREE_WITHIN", timedelta())  # the checkpoint is seconds younger
    monkeypatch.setattr(check, "CLOCKS", timedelta())
    taken_out = in_its_folder(audited, lambda files, folder: files.pop(f"{folder}proof.json"))
    file = meddled(handed, taken_out, tmp_path / "meddled.zip")
    assert await whats(audited, file, "--key", PUBLIC) == {"finding.proof_missing"}
    [(where, what, _)] = check.check(file).findings
    assert (where, what) == (f"{folder_of(audited.journey)}proof.json", "proof_missing")


def test_a_file_that_cannot_be_read_is_told_of_once_and_in_words(
    audited: Audited, handed: Handed, tmp_path: Path
) -> None:
    def broken(files: dict[str, bytes], folder: str) -> None:
        files[f"{folder}rows/reads.jsonl"] = b"{\n"

    report = check.check(meddled(handed, in_its_folder(audited, broken), tmp_path / "meddled.zip"))
    lines = [line for line in check.told(report, "sv") if "går inte att läsa" in line]
    assert [line.rpartition(": ")[2] for line in lines] == ["Den går inte att läsa (det är inte JSON)."]


@pytest.fixture(scope="module")
def remembered() -> Iterator[None]:
    """A signature that was checked is not reckoned again: here it is the same ones over and over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "is_signed", lru_cache(check.is_signed))
        yield


def test_the_program_in_a_bundle_checks_it_with_python_alone(audited: Audited, handed: Handed, tmp_path: Path) -> None:
    with ZipFile(handed.file) as bundle:
        bundle.extractall(tmp_path)
    given = ("--manifest", handed.manifest, "--key", PUBLIC)
    for place in ([], [str(handed.file)]):
        alone = [sys.executable, "-I", "-S", str(tmp_path / "check.py"), *place, *given, "--json"]
        ended = subprocess.run(alone, capture_output=True, text=True, check=False, cwd=tmp_path, env={})
        assert (ended.returncode, ended.stderr) == (0, ""), ended
        said = json.loads(ended.stdout)
        assert (said["holds"], said["manifest"], said["key"]) == (True, handed.manifest, PUBLIC)
        assert (said["counts"]["journeys"], said["counts"]["proofs"]) == (2, 2)
        found = StatementLog(audited.office.engine).register()
        assert (said["founder"], said["counts"]["statements"]) == (found.founder, found.number)
    assert not (tmp_path / "__pycache__").exists()


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("name", TAMPERINGS)
def test_the_program_in_a_bundle_finds_what_was_tampered_with(
    audited: Audited, handed: Handed, tmp_path: Path, name: str
) -> None:
    tampering, files = TAMPERINGS[name], files_in(handed.file)
    tampering.meddle(files, folder_of(audited.journey))
    report = check.check(write_bundle(files, tmp_path / "bundle.zip"))
    found = [(where, what) for where, what, _ in report.findings]
    assert [where for where, what in found if what == tampering.what and where.endswith(tampering.where)], found
    assert all(line.isprintable() for language in ("sv", "en") for line in check.told(report, language))


@pytest.mark.usefixtures("remembered")
def test_the_program_in_a_bundle_holds_it_against_what_one_was_told(handed: Handed) -> None:
    report = check.check(handed.file, manifest="0" * 64, key="1" * 64, root="2" * 64)
    assert {what for _, what, _ in report.findings} == {"other_manifest", "other_key", "other_founder"}
    assert check.check(handed.file).findings == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_program_in_a_bundle_reads_no_file_that_was_made_to_do_harm(handed: Handed, tmp_path: Path) -> None:
    for file, what in odd_zips(files_in(handed.file), tmp_path):
        with pytest.raises(check.Wrong, match=what):
            check.check(file)


POINTED_TO = re.compile(r"(?<![\w./$])[\w/.…-]+\.(?:html|jsonl?|md|py|txt|zip)\b")


def commands(page: str, system: str) -> list[str]:
    """The commands of a page for a system, as they are typed: the English part is the last one."""
    english = page[page.index('<section lang="en"') :]
    return [html.unescape(one) for one in re.findall(rf'<pre class="{system}">(.*?)</pre>', english, re.DOTALL)]


def test_what_the_pages_of_a_bundle_point_to_lies_in_it(handed: Handed) -> None:
    files = files_in(handed.file)
    for page in ("index.html", "CHECK.html"):
        content = files[page].decode()
        assert {unquote(name) for name in re.findall(r'href="([^"#]+)"', content)} <= files.keys()
        told = set(POINTED_TO.findall(html.unescape(re.sub(r"<[^>]+>", " ", content)))) - {"BUNDLE.zip"}
        assert {"check.py", "manifest.json", "rows/ledger.jsonl"} <= told
        for name in told:
            pattern = re.compile(rf"(.*/)?{re.escape(name).replace('…', '[^/]+')}")
            assert any(map(pattern.fullmatch, files)), name
    for command in commands(files["CHECK.html"].decode(), "windows"):
        assert set(POINTED_TO.findall(command)) <= {"BUNDLE.zip", *files}
        assert set(re.findall(r"[A-Z]\w+-[A-Z]\w+", command)) <= {
            *("Expand-Archive", "Get-FileHash", "Get-Content", "ConvertFrom-Json", "Where-Object", "ForEach-Object")
        }


def test_the_commands_for_unix_do_as_they_stand_on_the_page(audited: Audited, handed: Handed, tmp_path: Path) -> None:
    shutil.copy(handed.file, tmp_path / "BUNDLE.zip")
    page = files_in(handed.file)["CHECK.html"].decode()
    founder = StatementLog(audited.office.engine).register().founder or ""
    values = {"SHA-256": handed.manifest, "FOUNDER": founder, "AUDITOR": PUBLIC}
    unpack, *checks = [re.sub("|".join(values), lambda found: values[found[0]], one) for one in commands(page, "unix")]

    def typed(*lines: str) -> subprocess.CompletedProcess[str]:
        shell = ["bash", "-e", "-o", "pipefail", "-c", "\n".join(lines)]
        return subprocess.run(shell, capture_output=True, text=True, check=False, cwd=tmp_path)

    ended = typed(unpack, *checks)
    assert (ended.returncode, ended.stderr) == (0, ""), ended
    assert ended.stdout.startswith(f"{handed.manifest}  manifest.json\nAll that can be checked here holds.")
    changed = tmp_path / "bundle" / "statements.jsonl"
    changed.write_bytes(changed.read_bytes() + b"\n")
    for check_again in checks[1:]:
        ended = typed("cd bundle", check_again)
        assert ended.returncode == 1, ended
        assert "statements.jsonl" in ended.stdout


def test_the_first_page_counts_what_is_in_the_bundle(audited: Audited, handed: Handed) -> None:
    files = files_in(handed.file)
    counts = check.check(handed.file).counts
    lines = {name: content.count(b"\n") for name, content in files.items() if name.endswith(".jsonl")}
    assert sum(n for name, n in lines.items() if name.endswith("ledger.jsonl")) == counts["rows"]
    page = files["index.html"].decode()
    english = page[page.index('<section lang="en"') :]
    shown = dict(re.findall(r'<th scope="row">([\w ]+)</th><td>([^<]+)</td>', english))
    assert "Staff are named" in english
    assert shown["journeys"] == "2"
    assert (
        shown["rows of the ledger"] == f"{counts['rows']}: {counts['accepted']} accepted, {counts['refused']} refused"
    )
    assert (shown["notices"], shown["readings"]) == (str(counts["notices"]), str(counts["reads"]))
    assert shown["histories"] == str(counts["histories"])
    founder = StatementLog(audited.office.engine).register().founder
    said = json.loads(files["checkpoint.json"])["statement"]
    assert all(f"<code>{key}</code>" in english for key in (founder, PUBLIC, said["root"]))
    assert in_swedish_time(datetime.fromisoformat(said["at"]), seconds=True) in english


def test_the_timelines_of_a_bundle_tell_names_for_codes(audited: Audited, handed: Handed) -> None:
    files = files_in(handed.file)
    for ending in ("timeline.sv.html", "timeline.sv.txt"):
        told = files[of(audited, files, ending)].decode()
        assert all(name in told for name in ("Arbetsförmedlingen", "Umeå", "Anna Berg"))
        assert not any(code in told for code in ("arbetsformedlingen", "2480", "anna.berg", "hospital_service"))
    assert "Servicedivisionens väg in</td>" in files["index.html"].decode()


async def test_files_that_were_removed_added_or_changed_are_named(
    audited: Audited, handed: Handed, tmp_path: Path
) -> None:
    def meddle(files: dict[str, bytes]) -> None:
        del files[of(audited, files, "timeline.en.txt")]
        files["journeys/note.txt"] = b"by the way"
        files["CHECK.html"] += b" "

    found = await whats(audited, meddled(handed, meddle, tmp_path / "bundle.zip", with_manifest=False))
    assert found >= {
        "finding.file_missing",
        "finding.file_unlisted",
        "finding.file_changed",
    }


@pytest.mark.filterwarnings("ignore:Duplicate name")
async def test_what_is_no_bundle_is_refused(audited: Audited, handed: Handed, tmp_path: Path) -> None:
    for file, what in odd_zips(files_in(handed.file), tmp_path):
        with raises(UsageError, "bundle.too_large" if what == "too_large" else "bundle.unsafe_names"):
            await audited.audit("verify", "--bundle", file, **NOWHERE)
    half, foreign, out = (tmp_path / name for name in ("half.zip", "foreign.zip", "out.zip"))
    half.write_bytes(handed.file.read_bytes()[:2000])
    with ZipFile(foreign, "w") as other:
        other.writestr("letter.txt", "hello")
    with ZipFile(out, "w") as other:
        other.writestr("../manifest.json", "{}")
    for file, why in (
        (half, "bundle.unreadable"),
        (foreign, "bundle.unreadable"),
        (out, "bundle.unsafe_names"),
        (tmp_path / "none", "bundle.unreadable"),
    ):
        with raises(UsageError, why):
            await audited.audit("verify", "--bundle", file, **NOWHERE)


def test_a_pseudonymous_bundle_names_nobody(handed: Handed) -> None:
    with ZipFile(handed.file) as bundle:
        for name in bundle.namelist():
            content = bundle.read(name)
            said = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            assert not found_in(said, PERSONAL), name
        assert json.loads(bundle.read("manifest.json"))["contents"] == "pseudonymous"


async def test_with_personal_data_it_names_the_person_and_the_opening_is_on_record(
    audited: Audited, tmp_path: Path
) -> None:
    file = tmp_path / "personal.zip"
    words = ("export", audited.candidate, "--personal", "--output", file)
    for actor, because in (("eva.granskare", ()), ("anna.berg", ("--because", "The court asks."))):
        with pytest.raises((UsageError, Refused)):
            await audited.audit(*words, *because, HELAVAGEN_ACTOR=actor)
    await audited.audit(*words, "--because", "The court asks.", HELAVAGEN_ACTOR="eva.granskare")
    with ZipFile(file) as bundle:
        named = [name for name in bundle.namelist() if name.endswith("person.json")]
        assert PERSON.name in bundle.read(named[0]).decode()
        files = {name: bundle.read(name) for name in bundle.namelist()}
        telling = {name for name, content in files.items() if REMARKED.encode() in content}
    endings = ("texts.jsonl", *(f"timeline.{lang}.{form}" for lang in ("en", "sv") for form in ("html", "txt")))
    assert telling == {of(audited, files, ending) for ending in endings}
    assert await whats(audited, file) == set()
    other_words = rows_changed(audited, "texts", lambda rows: rows[-1].update(text="Something else"))
    written = meddled(Handed(file, file, ""), other_words, tmp_path / "changed.zip")
    assert await whats(audited, written) >= {"finding.text_differs", "finding.timeline_differs"}
    for number, (meddle, expected) in enumerate(
        [
            (person_renamed(audited), "finding.identity_changed"),
            (rows_changed(audited, "reads", last_taken_out), "finding.opening_not_written"),
        ]
    ):
        assert await whats(audited, meddled(Handed(file, file, ""), meddle, tmp_path / f"{number}.zip")) == {expected}
    assert check.check(file).findings == []
    for number, (said, finding, what) in enumerate(
        [
            ({"written_by": "coordinator:lena.strand"}, "finding.text_author_differs", "other_author"),
            ({"written_at": "2099-01-01T00:00:00+00:00"}, "finding.text_moment_differs", "other_moment"),
        ]
    ):
        told_otherwise = rows_changed(audited, "texts", lambda rows, said=said: rows[0].update(said))  # type: ignore[misc]
        changed = meddled(Handed(file, file, ""), told_otherwise, tmp_path / f"told{number}.zip")
        assert await whats(audited, changed) == {finding}
        assert [found[1] for found in check.check(changed).findings] == [what]
    [opened] = openings(audited.office.engine, audited.candidate)
    assert (opened.actor, opened.because) == ("auditor:eva.granskare", "The court asks.")
    reads = [json.loads(line) for line in files[of(audited, files, "reads.jsonl")].splitlines()]
    assert [(row["what"], row["because"]) for row in reads if row["actor"] == opened.actor] == [
        (what, opened.because) for what in ("identity", "remarks", "struck")
    ]


async def test_what_people_wrote_is_shown_to_an_auditor_who_says_why_and_that_is_on_record(audited: Audited) -> None:
    why = ("--texts", "--because", "The union asks.")
    as_auditor = {"HELAVAGEN_ACTOR": "eva.granskare"}
    for command in ("timeline", "why"):
        assert REMARKED not in await audited.audit(command, audited.candidate)
        with raises(UsageError, "texts.reason_without_texts"):
            await audited.audit(command, audited.candidate, *why[1:])
        with raises(UsageError, "reading.reason_missing"):
            await audited.audit(command, audited.candidate, "--texts", **as_auditor)
        assert REMARKED in await audited.audit(command, audited.candidate, *why, **as_auditor)
    told = json.loads(await audited.audit("reads", "--reader", "eva.granskare", "--json"))
    asked = [one["what"] for one in told if one["because"] == why[-1]]
    assert asked == ["remarks", "struck"] * 2


async def test_why_a_protected_person_was_opened_is_shown_to_the_named_auditor_alone(audited: Audited) -> None:
    desk, number = office_of(audited.office.engine), audited.other.split("/")[1]
    asks = ("identities", number, "--texts", "--because", "Who opened it?")
    protection.protect(desk, number, "anna.berg", ["anna.berg"], "Marked")
    try:
        with raises(Refused, "reading.protected"):
            await audited.audit(*asks, HELAVAGEN_ACTOR="eva.granskare")
        protection.protect(desk, number, "anna.berg", ["anna.berg", "eva.granskare"], "Marked")
        await audited.audit(*asks, HELAVAGEN_ACTOR="eva.granskare")
    finally:
        protection.end(desk, number, "anna.berg", "It is over")
    found = json.loads(await audited.audit("reads", "--candidate", number, "--reader", "eva.granskare", "--json"))
    assert [(one["what"], one["refused"]) for one in found] == [
        ("remarks", True),
        ("remarks", False),
        ("struck", False),
    ]


async def test_a_bundle_says_how_many_journeys_of_protected_persons_it_lacks(audited: Audited, tmp_path: Path) -> None:
    desk, number = office_of(audited.office.engine), audited.other.split("/")[1]
    protection.protect(desk, number, "anna.berg", ["anna.berg"], "The tax agency has marked him")
    file, page, said = tmp_path / "bundle.zip", tmp_path / "report.html", "1 journey was left out"
    try:
        ended = await audited.says("export", "--output", file)
        assert said in ended.stderr
        told = json.loads(await audited.audit("export", "--output", tmp_path / "again.zip", "--json"))
    finally:
        protection.end(desk, number, "anna.berg", "It is over")
    assert (told["journeys"], told["protected"]) == (1, 1)
    with ZipFile(file) as bundle:
        assert said in bundle.read("index.html").decode()
        assert json.loads(bundle.read("manifest.json"))["protected"] == 1
        assert found_in(bundle.read("manifest.json"), (number,)) == []
    verified = await audited.says("verify", "--bundle", file, "--cores", 1, "--html", page, **NOWHERE)
    assert (verified.return_value, said in verified.stdout, said in page.read_text()) == (0, True, True)


async def test_no_command_of_the_auditors_writes(audited: Audited, handed: Handed, tmp_path: Path) -> None:
    """Each command there is, on a role that may select and nothing else, leaves database and server as they were."""
    selecting = only_selecting(audited)
    role = {"HELAVAGEN_DATABASE_URL": selecting, "HELAVAGEN_AUDIT_DATABASE_URL": selecting}
    proof, verdicts, report = (tmp_path / name for name in ("proof.json", "verdicts.jsonl", "report.pdf"))
    numbers, key = count(), audited.folder / "key.pem"
    await audited.audit("prove", audited.candidate, "--checkpoint", handed.checkpoint, "--output", proof)
    await audited.says("verify", "--results", verdicts, **role)
    await audited.says("report", "--results", verdicts, "--key", key, "--output", report, "--by", "Eva Gran", **role)
    known: dict[str, Callable[[], object]] = {
        **dict.fromkeys(("output", "checkpoint-key file"), lambda: tmp_path / f"written-{next(numbers)}"),
        **{"candidate": lambda: audited.candidate, "from_": lambda: "2026-01-01", "count": lambda: 2},
        **{"check-proof file": lambda: proof, "check-report files": lambda: report, "results": lambda: verdicts},
        **{"key": lambda: key, "checkpoint": lambda: handed.checkpoint, "report by": lambda: "Eva Gran"},
        **dict.fromkeys(("find form", "reads form"), lambda: "csv"),
        **{"find question": lambda: "overdue", "seed": lambda: "a seed"},
        **dict.fromkeys(("lottery programme", "net programme"), lambda: "service_division"),
    }
    before, called = await kept(audited), 0
    for words, command in every_command(audit.app):
        if not hasattr(command, "commands"):
            said = list(words)
            for one in command.params:
                value = known.get(f"{words[-1]} {one.name}")
                if value or one.required or one.name == "output":
                    said += [] if one.param_type_name == "argument" else [one.opts[0]]
                    said.append(str((value or known[one.name])()))
            await audited.says(*said, **role)
            called += 1
    assert called == sum(map(len, audit.COMMANDS.values()))
    assert await kept(audited) == before


def only_selecting(audited: Audited) -> str:
    """The database's address by a role that is the auditors', and may not even write down what it opens."""
    owner = make_url(audited.role).set(username="postgres", drivername="postgresql+psycopg")
    with create_engine(owner, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("create role only_selects login"))
        readable = sorted(set(METADATA.tables) - {"candidates", "desk_sessions", "search_tokens"})
        for table in (*readable, "alembic_version"):
            connection.execute(text(f"grant select on {table} to only_selects"))
        connection.execute(text("grant usage on schema public to only_selects"))
    return make_url(audited.role).set(username="only_selects").render_as_string(hide_password=False)


async def kept(audited: Audited) -> dict[str, Any]:
    """How many rows each table has, and each run of the server with the length of its history."""
    runs = [one async for one in audited.office.client.list_workflows()]
    with audited.office.engine.connect() as connection:
        rows = {name: connection.scalar(text(f"select count(*) from {name}")) for name in METADATA.tables}
    return {**rows, **{f"{one.id} {one.run_id}": one.history_length for one in runs}}


@pytest.mark.parametrize("table", sorted(METADATA.tables))
def test_the_auditors_role_changes_nothing(audited: Audited, table: str) -> None:
    engine = create_engine(make_url(audited.role).set(drivername="postgresql+psycopg"))
    denied = "permission denied|read-only transaction"
    adds = () if table == "reads" else (f"insert into {table} default values",)  # that they read, auditors write down
    for statement in (f"delete from {table}", f"truncate {table}", *adds):
        with engine.connect() as connection, pytest.raises(DBAPIError, match=denied):
            connection.execute(text(f"set transaction read write; {statement}"))
    with engine.connect() as connection:
        if table in ("candidates", "desk_sessions", "search_tokens"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text(f"select * from {table}"))
        else:
            connection.execute(text(f"select * from {table}"))
    engine.dispose()
