"""What a release has left behind is taken up by today's code: database, histories, bundle, checkpoint, report, keys.

`python -m tests.support.record_release` keeps it, once for each release.
"""

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select
from temporalio.client import WorkflowHistory

from activities.archive.store import FolderArchive, read_archived
from activities.sealing import sealer_on
from auditing.bundle import check
from auditing.evidence.evidence import Evidence, LiveSource, journey_ids, read_erasures, read_rows
from auditing.evidence.findings import Verdict
from auditing.transparency.checkpoint import checkpoint_in
from auditing.verification.chained_checks import chained_findings
from auditing.verification.checkpoint_checks import checkpoint_check
from auditing.verification.identity_checks import identity_findings
from auditing.verification.position_checks import position_findings
from auditing.verification.protection_checks import protection_findings
from auditing.verification.recorded_checks import recorded_check
from auditing.verification.replay import JourneyReplayer
from auditing.verification.text_checks import text_check
from auditing.verification.verifier import Verifier
from models.identifiers import Actor, JourneyId
from models.stages import Stage
from models.tables.journeys import JourneyRow
from runtime.database import open_engine
from runtime.encryption.opened import opened, payloads_in
from runtime.encryption.payload_codec import SealedPayloads, is_sealed
from runtime.encryption.sealers import with_keys
from runtime.keyring import Keyring
from runtime.local.dev_server import start_dev_server
from runtime.migrations import is_current, upgrade
from runtime.settings import Settings
from runtime.statement_log import StatementLog
from runtime.temporal.client import data_converter
from services.operations.repair import Repairer
from services.queries.lists import Lists
from tests.support.authority import signature_of
from tests.support.databases import empty_postgres
from tests.support.office import open_office
from tests.support.processes import environment, run
from tests.support.releases import RELEASES, OfRelease, program

EVERY = sorted(folder.name for folder in RELEASES.glob("*"))


@dataclass(frozen=True)
class TakenUp:
    """A copy of what a release has left, whose database today's migrations have brought to today's form."""

    kept: OfRelease
    url: str
    engine: Engine
    namespace: str = "default"

    @property
    def master_key(self) -> SecretStr:
        return SecretStr(self.kept.master_key.read_text().strip())

    def settings(self, **more: Any) -> dict[str, str]:
        """The environment of a script."""
        ours = {"DATABASE_URL": self.url, "MASTER_KEY": self.master_key.get_secret_value(), "KEYS": self.kept.keys}
        return environment(**{f"HELAVAGEN_{name}": value for name, value in {**ours, **more}.items()})

    async def runs(self, journey_id: str) -> list[WorkflowHistory]:
        """The runs of a journey, opened with the keys of the database."""
        converter = data_converter(SealedPayloads(sealer_on(self.engine)))
        client: Any = SimpleNamespace(data_converter=converter, namespace=self.namespace)
        archive = FolderArchive(self.kept.histories.as_uri())
        return [await opened(client, run) for run in read_archived(archive, journey_id)]

    def journeys(self) -> list[str]:
        return list(journey_ids(self.engine))


class Kept(LiveSource):
    """The evidence of a release: rows of the database, and histories from files alone."""

    def __init__(self, left: TakenUp) -> None:
        super().__init__(left.engine, None)  # type: ignore[arg-type]
        object.__setattr__(self, "_left", left)

    async def read(self, journey_ids: Sequence[str]) -> list[Evidence]:
        left: TakenUp = self._left  # type: ignore[attr-defined]
        rows, erasures = read_rows(left.engine, journey_ids), read_erasures(left.engine, journey_ids)
        return [Evidence(id_, tuple(await left.runs(id_)), rows[id_], None, *erasures[id_]) for id_ in journey_ids]

    async def resent(self, journey_id: str) -> list[WorkflowHistory]:  # noqa: ARG002
        return []


def _database(kept: OfRelease, kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if kind == "sqlite":
        (folder / "office.db").write_bytes(gzip.decompress(kept.sqlite.read_bytes()))
        return f"sqlite:///{folder / 'office.db'}"
    url = empty_postgres(request.getfixturevalue("postgres_server"), f"office of {kept.folder.name}")
    reads = [program("psql"), url, "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null"]
    subprocess.run(reads, input=gzip.decompress(kept.postgresql.read_bytes()), check=True, capture_output=True)
    return url


@pytest.fixture(scope="module", params=[(name, kind) for name in EVERY for kind in ("sqlite", "postgresql")], ids=str)
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TakenUp]:
    """What each release has left, on each kind of database."""
    name, kind = request.param
    folder = tmp_path_factory.mktemp("release")
    kept = OfRelease(Path(shutil.copytree(RELEASES / name, folder / name)))
    url = _database(kept, kind, request, folder)
    settings = Settings(master_key=SecretStr(kept.master_key.read_text().strip()))
    engine = with_keys(open_engine(url), settings)
    upgrade(engine)
    yield TakenUp(kept, url, engine)
    engine.dispose()


def test_the_database_is_brought_to_todays_form(left: TakenUp) -> None:
    assert is_current(left.engine)
    assert len(left.journeys()) >= 6


async def test_every_sealed_thing_opens(left: TakenUp) -> None:
    ids = left.journeys()
    erasures, rows = read_erasures(left.engine, ids), read_rows(left.engine, ids)
    ended = {id_ for id_, (is_ended, _) in erasures.items() if is_ended}
    assert len(ended) == 1
    for id_ in ids:
        runs = await left.runs(id_)
        shut = [payload for one in runs for event in one.events for payload in payloads_in(event) if is_sealed(payload)]
        closed = [row for row in rows[id_]["ledger"] if row["receipt"] is None]
        closed += [row for row in rows[id_]["notices"] if row["notice"] is None]
        closed += [row for row in rows[id_]["reads"] if row["damaged"]]
        assert bool(shut or closed) == (id_ in ended), id_
    for name in ("anna.berg", "kim.dahl", "worker"):
        assert StatementLog(left.engine).register()
        assert name in Keyring(left.kept.keys)
        Keyring(left.kept.keys).key(name)


async def test_every_journey_is_verified_by_todays_code(left: TakenUp) -> None:
    checkpoint = checkpoint_in(left.kept.checkpoint, left.kept.auditor.read_text())
    assert checkpoint is not None
    verifier = Verifier(
        Kept(left),
        JourneyReplayer("default"),
        [text_check(left.engine), checkpoint_check(checkpoint)],
        changes=False,
        recorded=recorded_check(left.engine),
    )
    found = await verifier.verify(left.journeys())
    differing = {one.journey_id: [*one.findings, *one.remarks] for one in found if one.findings or one.remarks}
    assert differing == {}
    assert {one.verdict for one in found} == {Verdict.AGREES, Verdict.ERASED}
    assert sum(one.runs for one in found) > len(found)


async def test_in_a_namespace_of_another_name_histories_are_told_to_be_shut(left: TakenUp) -> None:
    elsewhere = replace(left, namespace="elsewhere")
    found = await Verifier(Kept(elsewhere), JourneyReplayer("elsewhere"), changes=False).verify(left.journeys())
    told = [[(str(one.what.id), str(one.found)) for one in each.findings] for each in found if each.findings]
    assert len(told) == sum(one.verdict is not Verdict.ERASED for one in found) > 0
    assert {tuple(one) for one in told} == {(("finding.history_shut", "history.sealed_elsewhere"),)}


def test_what_stands_beside_the_journeys_holds(left: TakenUp) -> None:
    register = StatementLog(left.engine).register()
    checkpoint = checkpoint_in(left.kept.checkpoint, left.kept.auditor.read_text())
    assert checkpoint is not None
    assert [
        *chained_findings(left.engine, register, checkpoint.statement.chains),
        *identity_findings(left.engine),
        *protection_findings(left.engine, register),
        *position_findings(left.engine),
    ] == []


async def script(left: TakenUp, *words: object, **more: Any) -> str:
    """What a script says in the office."""
    ended = await run(*map(str, words), env=left.settings(**more))
    assert ended.status == 0, ended
    return ended.output


async def test_the_bundle_is_verified_by_todays_code_and_by_its_own_and_todays_program(
    left: TakenUp, tmp_path: Path
) -> None:
    kept = left.kept
    held = ("--checkpoint", kept.checkpoint, "--key", kept.auditor.read_text().strip())
    told = json.loads(await script(left, "audit.py", "verify", "--bundle", kept.bundle, *held, "--json"))["verdicts"]
    assert {(one["verdict"], len(one["findings"])) for one in told} == {("agrees", 0), ("erased", 0)}
    # Today's code may say the same in other words.
    assert {remark["what"]["id"] for one in told for remark in one["remarks"]} <= {"finding.timeline_differs"}
    with ZipFile(kept.bundle) as bundle:
        bundle.extract("check.py", tmp_path)
    for checker in (tmp_path / "check.py", Path(check.__file__)):
        words = [sys.executable, "-I", "-S", str(checker), str(kept.bundle), "--json"]
        ended = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path, env={})  # noqa: ASYNC221
        assert (ended.returncode, ended.stderr) == (0, ""), ended
        assert json.loads(ended.stdout)["holds"]


async def test_the_report_is_as_the_auditor_signed_it(left: TakenUp) -> None:
    kept = left.kept
    held = ("--key", kept.auditor.read_text().strip(), "--results", kept.verdicts)
    await script(left, "audit.py", "check-report", kept.report, kept.statement, *held)


async def test_the_lists_show_what_was_there(left: TakenUp) -> None:
    for by, *words in (
        ("anna.berg", "today"),
        ("anna.berg", "list"),
        ("anna.berg", "approvals"),
        ("kim.dahl", "notices"),
    ):
        assert await script(left, "admin.py", *words, ACTOR=by)
    with left.engine.connect() as connection:
        candidates = connection.scalars(select(JourneyRow.candidate)).all()
    told = await script(left, "admin.py", "list", ACTOR="anna.berg")
    assert [one for one in candidates if one not in told] == []
    # What a person's page is made of.
    assert all(line.receipt for id_ in left.journeys() for line in Lists(left.engine).ledger(id_))


async def test_an_open_journey_goes_on(left: TakenUp, tmp_path: Path) -> None:
    """On a server of Temporal that knows none of its runs, as after a loss."""
    query = select(JourneyRow.journey_id, JourneyRow.events).where(
        JourneyRow.stage == Stage.INTERNSHIP, JourneyRow.paused.is_(False)
    )
    with left.engine.connect() as connection:
        [(journey, events)] = connection.execute(query).all()
    archive = FolderArchive(left.kept.histories.as_uri())
    async with await start_dev_server() as environment, open_office(environment.client, tmp_path, left.url) as office:
        repairer = Repairer(
            office.client,
            office.settings.task_queue,
            office.engine,
            office.book,
            lambda: datetime.now(UTC),
            signature_of,
            partial(read_archived, archive),
        )
        await repairer.repair(JourneyId.parse(journey), Actor.parse("operator:kim.dahl"), "A new server")
        receipt = await office.send(journey, "note_added", text="A version later.")
    assert receipt.accepted, receipt
    with left.engine.connect() as connection:
        assert connection.execute(query).all() == [(journey, events + 2)]
