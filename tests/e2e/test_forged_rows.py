"""Rows and statements that somebody writes into the database: an audit names each, live and from a bundle offline."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner

import audit
from activities.sealing import sealer_on
from auditing.transparency.checkpoint import read_checkpoint
from auditing.transparency.checkpointing import make_checkpoint
from auditing.verification.run import REGISTER
from models.access.register import Register
from models.access.statements import StaffEntered, Statement, WorkerRegistered, as_said, statement_bytes
from models.identifiers import Role
from models.ledger.hash_chain import GENESIS
from models.signatures import public_key_of, sign
from models.tables.base import table_of
from models.tables.ledger import StatementRow
from models.tables.training import UnitStaffRow
from runtime.errors import Refused
from runtime.local.people import everywhere
from runtime.statement_log import StatementLog
from tests.support.authority import key_of
from tests.support.checkpoints import AUDITOR, PUBLIC, in_pem
from tests.support.errors import raises
from tests.support.forged_beside import CUT, MORE_PLACES, NOBODY, READ, UNKNOWN, forge_beside, record_beside
from tests.support.forged_rows import FORGER, FORGINGS, Forging, made_to_do_harm
from tests.support.identities import identity_rows
from tests.support.office import TestOffice, event, open_office
from tests.support.processes import environment, of_office, run

VERDICTS = "verdicts.jsonl"

NOWHERE = {
    "HELAVAGEN_DATABASE_URL": "postgresql://nobody@nowhere.invalid/none",
    "TEMPORAL_ADDRESS": "nowhere.invalid:1",
}
STATEMENTS = table_of(StatementRow)


def says(office: TestOffice, said: Statement, key: Ed25519PrivateKey) -> None:
    """Put a statement at the end of the log by SQL, whether its author may make it or not."""
    register = Register.fold(StatementLog(office.engine).statements())
    number, previous, written = register.number + 1, register.head, as_said(said)
    signed = sign(key, statement_bytes(number, previous, written))
    values = {"number": number, "said": written, "previous": previous, "key": signed.key, "signature": signed.value}
    with office.engine.begin() as connection:
        connection.execute(insert(STATEMENTS).values(values))


NEVER_RECORDED = {
    **{"unit": "Lasarettet, vårdnära service", "person": "eve", "form": "permanent", "struck": False},
    **{"from_day": date(2024, 1, 1), "recorded_by": "coordinator:anna.berg", "recorded_at": datetime.now(UTC)},
    **{"number": CUT["unit_staff"], "previous": GENESIS, "key": public_key_of(FORGER), "signature": "0" * 128},
}
"""A member of staff that somebody puts into the training record in Anna Berg's name, in the place of another."""


NEVER_REGISTERED = "A22222223"
"""Somebody whom nobody has registered."""


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Forged:
    """An office after all forgings: the journey of each, an untouched one, and what two audits said of all of it."""

    office: TestOffice
    folder: Path
    journeys: dict[str, str] = field(default_factory=dict)
    audits: dict[str, dict[str, Any]] = field(default_factory=dict)

    def found(self, audit: str, name: str) -> list[tuple[str, str]]:
        """What an audit found of a journey or of the register: the id, and the number that the finding names."""
        said = self.audits[audit].get(name, {"findings": []})
        return [(one["what"]["id"], _number(one["where"])) for one in said["findings"]]


def _number(where: Any) -> str:
    values = where["values"] if isinstance(where, dict) else {}
    return str(next(iter(values.values()), ""))


@pytest.fixture(scope="module")
async def forged(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Forged]:
    folder = tmp_path_factory.mktemp("forged-rows")
    async with open_office(temporal.client, folder) as office:
        forged = Forged(office, folder)
        forged.journeys |= await record_beside(office)
        for name in (*FORGINGS, "harmful", "untouched"):
            journey = forged.journeys[name] = await office.refer()
            assert (await office.send(journey, "note_added", text="Genuine.")).row == 2
        make_checkpoint(office.lists.engine, folder / "then.json", ledger="test", key=AUDITOR, now=now)
        for name, forging in FORGINGS.items():
            await _forge(forged, name, forging)
        says(office, StaffEntered(at=now(), person="eve", name="Eve", assignments=everywhere((Role.MANAGER,))), FORGER)
        bo = StaffEntered(at=now(), person="bo.lind", name="Bo Lind", assignments=everywhere((Role.MANAGER,)))
        says(office, bo, key_of("bo.lind"))
        says(office, WorkerRegistered(at=now(), key=public_key_of(FORGER)), FORGER)
        with office.engine.begin() as connection:
            forge_beside(connection, forged.journeys)
            made_to_do_harm(connection, forged.journeys["harmful"])
            connection.execute(insert(table_of(UnitStaffRow)).values(NEVER_RECORDED))
            eve = identity_rows(sealer_on(office.engine), "x", NEVER_REGISTERED, "198505059807", "Eve", now())
            for table, values in eve.items():
                connection.execute(insert(table_of(table)).values(values))
        against = ("--checkpoint", str(folder / "then.json"))
        verdicts = ("--results", str(folder / VERDICTS))
        forged.audits["live"] = await audited(of_office(office), "verify", *against, *verdicts)
        bundle = folder / "bundle.zip"
        exported = await run("audit.py", "export", "--output", str(bundle), env=environment(**of_office(office)))
        assert exported.status == 0, exported.errors
        forged.audits["bundle"] = await audited(NOWHERE, "verify", "--bundle", str(bundle), *against)
        yield forged


async def _forge(forged: Forged, name: str, forging: Forging) -> None:
    office, journey = forged.office, forged.journeys[name]
    with office.engine.begin() as connection:
        forging.forge(connection, journey)
    if forging.afterwards is not None:
        said = event("note_added", text="Honest.", event_id=forging.afterwards)
        receipt = await office.journeys.submit(journey, said)
        assert receipt.row == forging.row + 1


async def audited(env: dict[str, str], *command: str) -> dict[str, Any]:
    """The verdicts by what they are on. The audit must end with status 1."""
    ended = await run("audit.py", *command, "--json", env=environment(**env))
    assert ended.status == 1, ended
    said = json.loads(ended.output)
    return {one["journey_id"]: one for one in (*said["verdicts"], *said["beside"])}


@pytest.mark.parametrize("audit", ["live", "bundle"])
@pytest.mark.parametrize("name", FORGINGS)
def test_a_forged_row_is_named(forged: Forged, audit: str, name: str) -> None:
    forging, journey = FORGINGS[name], forged.journeys[name]
    assert forged.audits[audit][journey]["verdict"] == "differs"
    assert (forging.what, str(forging.row)) in forged.found(audit, journey)


@pytest.mark.parametrize("audit", ["live", "bundle"])
def test_a_row_that_no_reader_expects_is_named_and_ends_no_audit(forged: Forged, audit: str) -> None:
    assert ("finding.journey_unreadable", "") in forged.found(audit, forged.journeys["harmful"])


@pytest.mark.parametrize("command", ["audit.py timeline", "audit.py why", "admin.py show", "admin.py find"])
async def test_a_row_that_no_reader_expects_ends_no_reading(forged: Forged, command: str) -> None:
    """The genuine note before it is told, and of the row itself that it is none of ours."""
    script, name = command.split()
    as_anna = environment(**of_office(forged.office), HELAVAGEN_ACTOR="anna.berg")
    ended = await run(script, name, forged.journeys["harmful"].split("/")[1], env=as_anna)
    assert (ended.status, ended.errors) == (0, ""), ended
    assert "coordinator" in ended.output


@pytest.mark.parametrize("audit", ["live", "bundle"])
def test_nothing_is_named_in_the_untouched_journey(forged: Forged, audit: str) -> None:
    said = forged.audits[audit][forged.journeys["untouched"]]
    assert (said["verdict"], said["findings"], said["remarks"]) == ("agrees", [], [])


@pytest.mark.parametrize("audit", ["live", "bundle"])
def test_a_statement_that_its_author_may_not_make_is_named(forged: Forged, audit: str) -> None:
    last = StatementLog(forged.office.engine).register().number
    named = {number for what, number in forged.found(audit, REGISTER) if what == "finding.statement_does_not_count"}
    assert named == {str(number) for number in (last - 2, last - 1, last)}


def test_a_forged_row_of_training_is_named(forged: Forged) -> None:
    assert ("finding.record_not_signed", str(CUT["unit_staff"])) in forged.found("live", REGISTER)


GONE, DIFFERS = "finding.rows_gone", "finding.head_differs"
TAILS = {
    "where.identity_commitment": (GONE, "identity_commitments"),
    "where.position_change": (GONE, "position_changes"),
    "where.training_completion": (GONE, "training_completions"),
    "where.unit_staff": (DIFFERS, "unit_staff"),
}
"""What is said of each log against the checkpoint: of the staff of units another row stands where one was cut off."""


@pytest.mark.parametrize("where", TAILS)
def test_the_latest_rows_of_a_log_that_were_cut_off_are_named(forged: Forged, where: str) -> None:
    what, table = TAILS[where]
    said = [one for one in forged.audits["live"][REGISTER]["findings"] if one["what"]["id"] in (GONE, DIFFERS)]
    assert [one["what"]["id"] for one in said if one["where"]["id"] == where] == [what]
    assert (what, str(CUT[table])) in forged.found("live", REGISTER)


@pytest.mark.parametrize("audit", ["live", "bundle"])
def test_the_latest_reading_that_was_cut_off_is_named(forged: Forged, audit: str) -> None:
    assert forged.found(audit, forged.journeys["read"]) == [(GONE, str(READ))]


@pytest.mark.parametrize("audit", ["live", "bundle"])
def test_places_that_were_taken_and_freed_by_hand_are_named(forged: Forged, audit: str) -> None:
    for journey in (forged.journeys["placed"], NOBODY):
        assert [what for what, _ in forged.found(audit, journey)] == ["finding.place_differs"]


def test_positions_that_were_changed_or_put_in_are_named(forged: Forged) -> None:
    named = forged.found("live", REGISTER)
    assert ("finding.position_differs", MORE_PLACES) in named
    assert ("finding.position_not_signed", UNKNOWN) in named


def test_an_identity_that_was_put_in_is_named(forged: Forged) -> None:
    assert ("finding.identity_not_signed", "A22222223") in forged.found("live", REGISTER)


@pytest.fixture
async def report(forged: Forged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, Path]:
    """The exit status of reporting the live audit to a board, and the folder with the report as PDF, page and JSON."""
    (key := tmp_path / "auditor.pem").write_bytes(in_pem(AUDITOR))
    files = [f"--{option}={tmp_path / name}" for option, name in REPORT.items()]
    against = (f"--checkpoint={forged.folder / 'then.json'}", f"--checkpoint-key={PUBLIC}")
    command = ("report", f"--results={forged.folder / VERDICTS}", *against, f"--key={key}", "--by=Karin Ek", *files)
    return await status_of(monkeypatch, of_office(forged.office) | LEDGER, *command), tmp_path


LEDGER = {"HELAVAGEN_LEDGER": "test"}
"""As the checkpoint says."""

REPORT = {"output": "report.pdf", "html": "report.html", "json-file": "report.json"}


async def status_of(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], *command: str) -> int:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    ended = await asyncio.to_thread(CliRunner().invoke, audit.app, command, standalone_mode=False)
    if ended.exception is not None:
        raise ended.exception
    return int(ended.return_value or 0)


async def test_a_report_to_a_board_tells_each_forging_with_the_rules_of_its_row(
    forged: Forged, report: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, folder = report
    assert status == 1
    said = json.loads((folder / "report.json").read_text())["statement"]
    every = [one for verdict in forged.audits["live"].values() for one in verdict["findings"]]
    assert said["counted"]["findings"] == len(said["findings"]) == len(every)
    told = {(one["journey"], one["what"]["id"], _number(one["where"])): one for one in said["findings"]}
    for name, forging in FORGINGS.items():
        finding = told[forged.journeys[name], forging.what, str(forging.row)]
        assert (finding["why"] is None) != (finding["why_not"] is None), name
    explained = [one["why"] for one in said["findings"] if one["why"] is not None]
    assert explained
    assert all(why["rules"] for why in explained)
    assert (said["held_against"]["is_key_known"], said["held_against"]["rows_since"] > 0) == (True, True)
    assert said["lacking"]["journeys"] + said["lacking"]["unseen"] == said["counted"]["journeys"]
    assert sum(said["lacking"]["found"].values()) == len(said["lacking"].get("told", ()))
    held = said["held_against"]
    assert sum(one["after"] for one in held["grown"]) == held["rows_since"]
    assert held["verified"] == held["journeys"]
    files = [str(folder / name) for name in REPORT.values()]
    held = ("--key", PUBLIC, "--results", str(forged.folder / VERDICTS))
    assert await status_of(monkeypatch, NOWHERE, "check-report", *files, *held) == 0
    with raises(Refused, "report.other_key"):
        await status_of(monkeypatch, NOWHERE, "check-report", files[0], "--key", public_key_of(FORGER))


async def test_a_report_is_of_what_its_verdicts_are_of(
    forged: Forged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key := tmp_path / "auditor.pem").write_bytes(in_pem(AUDITOR))
    verdicts, output = forged.folder / VERDICTS, tmp_path / "report.pdf"
    (elsewhere := tmp_path / VERDICTS).write_text(verdicts.read_text().replace("sqlite:", "elsewhere:", 1))
    at = f"--checkpoint={forged.folder / 'then.json'}"
    then = read_checkpoint(forged.folder / "then.json")
    later = then.statement.model_copy(update={"statements": then.statement.statements + 1})  # of the same root
    signed = {"statement": later.model_dump(), "signature": AUDITOR.sign(later.canonical()).hex()}
    (other := tmp_path / "later.json").write_text(
        json.dumps({**json.loads((forged.folder / "then.json").read_text()), **signed})
    )
    refused: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
        "report.other_checkpoint": (LEDGER, (f"--results={verdicts}",)),
        "report.checkpoint_of_same_root": (LEDGER, (f"--results={verdicts}", f"--checkpoint={other}")),
        "checkpoint.other_ledger": ({"HELAVAGEN_LEDGER": "another"}, (f"--results={verdicts}", at)),
        "report.other_source": (LEDGER, (f"--results={elsewhere}", at)),
    }
    for id, (ledger, of) in refused.items():
        with raises(Refused, id):
            env = of_office(forged.office) | ledger
            await status_of(monkeypatch, env, "report", *of, f"--key={key}", f"--output={output}")
    assert not output.exists()


async def test_finished_verdicts_are_reported_on_without_a_server(
    forged: Forged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (key := tmp_path / "auditor.pem").write_bytes(in_pem(AUDITOR))
    env = of_office(forged.office) | LEDGER | {"TEMPORAL_ADDRESS": "127.0.0.1:1"}
    files = (f"--output={tmp_path / 'report.pdf'}", f"--json-file={tmp_path / 'report.json'}")
    of = (f"--results={forged.folder / VERDICTS}", f"--checkpoint={forged.folder / 'then.json'}")
    assert await status_of(monkeypatch, env, "report", *of, f"--key={key}", *files) == 1
    said = json.loads((tmp_path / "report.json").read_text())["statement"]
    assert said["lacking"] is None
    assert "limit.lacks_unknown" in {one["what"]["id"] for one in said["limits"]}
    assert said["findings"]


async def test_whoever_makes_themselves_manager_by_sql_is_none(forged: Forged) -> None:
    office = forged.office
    journey = forged.journeys["untouched"]
    receipt = await office.send(journey, "note_added", text="x", actor="manager:bo.lind")
    assert (receipt.accepted, receipt.rule) == (False, "the_author_has_the_role")


async def test_a_row_that_was_inserted_is_never_taken_in(forged: Forged) -> None:
    """The journey knows what was sent, and nothing else, also after an honest event."""
    journey = forged.journeys["inserted with a key of one's own"]
    status = await forged.office.journeys.status(journey)
    assert status.events == 3
