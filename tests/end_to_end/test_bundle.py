"""A bundle from a real office: written on the auditors' role, and verified where there is nothing but the file."""

import asyncio
import gzip
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from typer.testing import CliRunner

import audit
from models.tables import Base
from runtime.auditing.archiving import archive_now
from runtime.errors import Refused, ScriptError, WrongUse
from runtime.local.dev_server import start_dev_server
from runtime.people import Person, Register
from runtime.remarks import Remark, keep, remark_id
from tests.conftest import empty_postgres
from tests.end_to_end.office import TestOffice, full_way, open_office
from tests.end_to_end.processes import ROOT, environment, of_office
from tests.end_to_end.test_archive import OF_THE_SERVER, drop, listed, on_the_server
from tests.end_to_end.test_audit import DAY, a_corrected_way
from tests.end_to_end.test_where_names_are import found_in
from tests.runtime.checkpoints import AT, AUDITOR, PUBLIC
from tests.runtime.test_import_file import made_up_number

NUMBER = made_up_number("19850505", 983)
PERSON = Person(NUMBER, "Disa Uppdiktad", "disa@example.se", "070-765 43 21")
REMARKED = "Became calmer during the second week."
PERSONAL = (NUMBER, NUMBER[2:], "Disa", "Uppdiktad", "disa@", "070-765", REMARKED)
NOWHERE = {"HELAVAGEN_DATABASE_URL": "postgresql://nobody@nowhere.invalid/none", "TEMPORAL_ADDRESS": "nowhere.invalid:1"}


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
        env = of_office(self.office, **{"HELAVAGEN_DATABASE_URL": "", "HELAVAGEN_AUDIT_DATABASE_URL": self.role, **more})
        words = [str(word) for word in command]
        ended = await asyncio.to_thread(CliRunner().invoke, audit.app, words, env=env, standalone_mode=False)
        if ended.exception is not None:
            raise ended.exception
        return ended.stdout


@pytest.fixture(scope="module")
async def audited(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Audited]:
    folder = tmp_path_factory.mktemp("bundles")
    database = empty_postgres(postgres_server, folder.name)
    async with (
        await start_dev_server(more=OF_THE_SERVER) as environment,
        open_office(environment.client, folder, database) as office,
    ):
        with office.engine.begin() as connection:
            connection.exec_driver_sql((ROOT / "deploy" / "audit_role.sql").read_text())
        role = make_url(database).set(username="hela_vagen_audit").render_as_string(hide_password=False)
        candidate = Register(office.engine, Random(1)).number_of(PERSON, AT)
        journey = await a_corrected_way(office, candidate)
        about = {"journey_id": journey, "written_by": "coordinator:anna.berg", "written_at": AT}
        keep(office.engine, Remark(id=remark_id(journey, "x", REMARKED), text=REMARKED, **about))
        other = await office.refer(effective_on=DAY)
        await archived(office, journey)
        await listed(office, other, 1)
        yield Audited(office, folder, role, journey, other)


async def archived(office: TestOffice, journey: str) -> None:
    """All runs of the journey but the last are in the archive, and no longer on the server."""
    runs = await on_the_server(office, journey)
    assert len(runs) >= 3
    outcome = await archive_now(office.client, office.settings.task_queue)
    assert outcome.archived == len(runs) - 1
    await drop(office, journey, [run.run_id for run in runs[:-1]])
    await listed(office, journey, 1)


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
    from cryptography.hazmat.primitives import serialization as to

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
    found = await asyncio.to_thread(offline, "audit.py", "verify", "--bundle", handed.file, *proven)
    live = json.loads(await audited.audit("verify", "--checkpoint", handed.checkpoint, "--key", PUBLIC, "--json"))
    assert found == live
    assert {one["verdict"] for one in found} == {"agrees"}
    [whole] = [one for one in found if one["journey_id"] == audited.journey]
    assert whole["runs"] >= 3
    assert whole["remarks"] == []
