"""`audit.py verify` on a real server: all of it or one, side by side, interrupted, against a checkpoint, as a page."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner

import audit
from auditing.evidence.findings import Verdict
from auditing.verification import parallel as many
from auditing.verification.verifier import Verifier
from models.identifiers import JourneyId
from runtime.build import build_id
from runtime.errors import Refused, UsageError, UserError
from runtime.statement_log import StatementLog
from tests.support.checkpoints import AUDITOR, PUBLIC, in_pem
from tests.support.office import TestOffice, event, open_office
from tests.support.processes import of_office
from tests.support.retention import lose

JOURNEYS = 5
KEY = "auditor.pem"


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    """An office with a few journeys of one event and a note."""
    async with open_office(temporal.client, tmp_path_factory.mktemp("verified")) as office:
        for _ in range(JOURNEYS):
            journey = await office.refer()
            await office.journeys.submit(journey, event("note_added", text="Called."))
        yield office


@pytest.fixture(autouse=True)
def _settings(office: TestOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in of_office(office).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)


async def run(*command: str) -> tuple[int, str]:
    """Exit status and output. Raises what the command raises."""
    ended = await asyncio.to_thread(CliRunner().invoke, audit.app, command, standalone_mode=False)
    if ended.exception is not None:
        raise ended.exception
    return int(ended.return_value or 0), ended.stdout


async def audits(*command: str) -> dict[str, Any]:
    """All that an audit says, as JSON."""
    _, output = await run("verify", "--json", *command)
    found: dict[str, Any] = json.loads(output)
    return found


async def verdicts(*command: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await audits(*command))["verdicts"]
    return found


async def fails(why: str, error: type[UserError], *command: str) -> None:
    with pytest.raises(error, match=why):
        await run(*command)


async def test_every_journey_is_verified_and_the_code_that_wrote_it_is_named() -> None:
    status, output = await run("verify")
    assert status == 0
    assert f"journeys: {JOURNEYS}, ledger rows: {2 * JOURNEYS}" in output
    assert f"agrees: {JOURNEYS}" in output
    assert f"written by: {build_id()}" in output


async def test_processes_side_by_side_say_what_one_says(monkeypatch: pytest.MonkeyPatch) -> None:
    one = await verdicts("--cores", "1")
    monkeypatch.setattr(many, "CHUNK", 1)
    two = await verdicts("--cores", "2")
    assert sorted(two, key=str) == sorted(one, key=str)
    assert len(one) == JOURNEYS


async def test_one_candidate_or_one_programme(office: TestOffice) -> None:
    journey = office.lists.journey_ids()[0]
    assert [one["journey_id"] for one in await verdicts(journey.split("/")[1])] == [journey]
    assert len(await verdicts("--programme", "service_division")) == JOURNEYS
    assert await verdicts("--programme", "easy_jobs") == []
    two = [JourneyId.parse(id_).candidate for id_ in office.lists.journey_ids()[:2]]
    assert {one["journey_id"].split("/")[1] for one in await verdicts(*two)} == {*two}
    await fails("journey.unknown", UsageError, "verify", two[0], "K7Q29FMXB")


async def test_an_audit_says_of_what_it_was_and_against_what_it_was_held(office: TestOffice) -> None:
    said = await audits("--town", "2480", "--from", "2025-01-01")
    about = said["about"]
    assert about["scope"] == {"town": "2480", "first": "2025-01-01"}
    assert (about["population"]["journeys"], about["in_ledger"], about["wanted"]) == (JOURNEYS, JOURNEYS, JOURNEYS)
    assert (about["checkpoint"], about["root"], about["build"]) == (None, None, build_id())
    assert about["server"] == office.client.service_client.config.target_host
    assert said["totals"]["journeys"] == len(said["verdicts"]) == JOURNEYS
    _, output = await run("verify", "--to", "1990-01-01")
    assert "Journeys where something was recorded or took effect until 1 January 1990." in output
    assert "0 journeys were to be verified." in output
    assert "Held against no checkpoint" in output


async def test_a_sample_is_verified_and_named(tmp_path: Path) -> None:
    file, page = tmp_path / "sample.json", tmp_path / "report.html"
    _, output = await run("sample", "2", "--seed", "7", "--by", "town,end", "--output", str(file), "--json")
    drawn = sorted(one["journey_id"] for stratum in json.loads(output)["strata"] for one in stratum["drawn"])
    said = await audits("--sample", str(file), "--html", str(page))
    assert sorted(one["journey_id"] for one in said["verdicts"]) == drawn
    assert (said["about"]["sample"]["seed"], said["about"]["sample"]["of"]) == ("7", JOURNEYS)
    assert f"2 of {JOURNEYS} journeys drawn with the seed 7" in page.read_text()
    await fails("verify.scope_of_sample", UsageError, "verify", "--sample", str(file), "--town", "2480")


async def test_a_journey_that_was_dropped_from_the_database_is_looked_for_on_the_server(
    office: TestOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(office.settings.data / "test.db")) as kept, closing(sqlite3.connect(copy)) as to:
        kept.backup(to)
        to.execute("drop trigger ledger_no_delete")
        for table in ("ledger", "journeys", "passages", "notices"):
            to.execute(f"delete from {table}")
        to.commit()
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", f"sqlite:///{copy}")
    ours = [one for one in await verdicts() if one["journey_id"] in office.lists.journey_ids()]
    assert len(ours) == JOURNEYS
    assert {finding["what"]["id"] for one in ours for finding in one["findings"]} >= {
        "finding.row_missing",
        "finding.lists_differ",
    }


async def test_an_interrupted_audit_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "verdicts.jsonl"
    await run("verify", "--results", str(file))
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:3], lines[3][:40]]))  # killed while it wrote the third verdict
    asked: list[list[str]] = []
    verify = Verifier.verify

    async def noted(self: Verifier, ids: list[str]) -> Any:
        asked.append(list(ids))
        return await verify(self, ids)

    monkeypatch.setattr(Verifier, "verify", noted)
    status, output = await run("verify", "--results", str(file), "--cores", "1")
    assert (status, len(asked[0])) == (0, JOURNEYS - 2)
    assert f"agrees: {JOURNEYS}" in output
    await fails(
        r"^verdicts\..* found=\{\} wanted=\{.programme.:.easy_jobs.\}",
        UsageError,
        "verify",
        "--results",
        str(file),
        "--programme",
        "easy_jobs",
    )


async def test_a_missing_history_fails_the_audit(office: TestOffice) -> None:
    journey = await office.refer()
    await lose(office.client, journey)
    status, output = await run("verify", JourneyId.parse(journey).candidate)
    assert status == 1, output
    assert "not verifiable: 1" in output
    with office.engine.begin() as connection:
        for table in ("ledger_no_delete", "ledger_no_update"):
            connection.exec_driver_sql(f"drop trigger {table}")
        for table in ("ledger", "journeys", "notices", "passages"):
            connection.exec_driver_sql(f"delete from {table} where journey_id = '{journey}'")


async def test_the_founders_key_is_told_and_held_against_the_one_that_is_known(office: TestOffice) -> None:
    founder = StatementLog(office.engine).register().founder
    assert founder is not None
    ended = await asyncio.to_thread(CliRunner().invoke, audit.app, ["verify"], standalone_mode=False)
    assert founder in ended.stdout
    assert (await run("verify", "--root", founder.upper()))[0] == 0
    status, output = await run("verify", "--root", PUBLIC)
    assert status == 1
    assert f"register of staff: the register was founded by another key: expected {PUBLIC}, found {founder}" in output
    assert f"journeys: {JOURNEYS}," in output  # the register is none
    assert f"agrees: {JOURNEYS}. Findings in what journeys share" in output
    await fails("key.not_public", UsageError, "verify", "--root", "x")


async def test_a_report_that_cannot_be_written_is_refused_before_the_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Verifier, "verify")
    await fails(r"^file\.unwritable", UsageError, "verify", "--html", str(tmp_path))


async def test_what_is_tampered_with_ends_with_status_one_and_stands_in_the_page(
    office: TestOffice, tmp_path: Path
) -> None:
    file, page = tmp_path / "checkpoint.json", tmp_path / "report.html"
    _, public = await run("checkpoint-key", str(tmp_path / KEY))
    key = public.split()[0]
    await run("checkpoint", "--key", str(tmp_path / KEY), "--output", str(file))
    status, _ = await run("verify", "--checkpoint", str(file), "--key", key, "--html", str(page))
    assert (status, "Every journey agrees." in page.read_text()) == (0, True)
    assert f"It was signed with the key that was named, {key}." in page.read_text()
    unnamed = (await audits("--checkpoint", str(file)))["about"]["checkpoint"]
    assert (unnamed["key_named"], unnamed["public_key"], unnamed["journeys"]) == (False, key, JOURNEYS)
    assert (unnamed["journeys_since"], unnamed["rows_since"]) == (0, 0)

    journey = office.lists.journey_ids()[0]
    with office.engine.begin() as connection:
        connection.execute(text("update journeys set coordinator = 'bo.lind' where journey_id = :j"), {"j": journey})
    await fails(r"^file\.unwritable", UsageError, "verify", "--checkpoint", str(file), "--html", str(page))
    assert "Every journey agrees." in page.read_text()
    page = tmp_path / "again.html"
    status, output = await run("verify", "--checkpoint", str(file), "--html", str(page))
    assert status == Refused.status
    assert f"{journey}, read models: coordinator differs: expected anna.berg, found bo.lind" in output
    assert journey in page.read_text()
    assert [one["verdict"] for one in await verdicts()].count(Verdict.DIFFERS) == 1
    with office.engine.begin() as connection:
        connection.execute(text("update journeys set coordinator = 'anna.berg'"))


async def test_what_is_called_wrongly_is_said_in_one_sentence(tmp_path: Path) -> None:
    await fails(r"^checkpoint\.unreadable", UsageError, "verify", "--checkpoint", str(tmp_path / "none"))
    await fails(r"^programme\.unknown programme=nonsense", UsageError, "verify", "--programme", "nonsense")
    await fails(r"^file\.unwritable", UsageError, "verify", "--results", str(tmp_path))
    await fails(r"^file\.unwritable", UsageError, "verify", "--results", str(tmp_path / "none" / "x"))
    (tmp_path / "letter").write_text("hej hopp")
    await fails(r"^verdicts\.unknown_file", UsageError, "verify", "--results", str(tmp_path / "letter"))
    assert (tmp_path / "letter").read_text() == "hej hopp"
    await fails(r"^checkpoint\.key_alone", UsageError, "verify", "--key", "x")
    await fails(r"^(candidate\.number|journey\.unknown)", UsageError, "verify", "K7Q29FMXX")


def stated(file: Path) -> dict[str, Any]:
    """The statement of a report, without the moments at which it was verified and made."""
    said: dict[str, Any] = json.loads(file.read_bytes())["statement"]
    return {name: value for name, value in said.items() if name not in ("at", "verified_at")}


async def test_a_report_of_a_sample_verifies_it_and_says_the_same_of_finished_and_interrupted_verdicts(
    tmp_path: Path,
) -> None:
    Path(KEY).write_bytes(in_pem(AUDITOR))
    await run("sample", "2", "--seed", "7", "--by", "programme", "--output", "sample.json")
    of = ("report", "--sample", "sample.json", "--results", "verdicts.jsonl", "--key", KEY)

    async def reported(name: str) -> dict[str, Any]:
        files = ("--output", f"{name}.pdf", "--json-file", f"{name}.json")
        assert (await run(*of, *files))[0] == 0
        assert (await run("check-report", f"{name}.pdf", f"{name}.json", "--results", "verdicts.jsonl"))[0] == 0
        return stated(tmp_path / f"{name}.json")

    first = await reported("first")
    assert (first["counted"]["journeys"], first["population"]["journeys"]) == (2, JOURNEYS)
    assert (first["sample"]["seed"], first["sample"]["drawn"], first["sample"]["of"]) == ("7", 2, JOURNEYS)
    assert {"limit.not_verified", "limit.no_checkpoint"} <= {one["what"]["id"] for one in first["limits"]}
    assert await reported("again") == first
    file = tmp_path / "verdicts.jsonl"
    header, one, other = file.read_text().splitlines()
    file.write_text(f"{header}\n{one}\n{other[:40]}")
    assert await reported("interrupted") == first
    await fails("report.of_a_sample", Refused, *of[:1], *of[3:], "--output", "none.pdf")
    await fails("verdicts.other", UsageError, "report", "--programme", "easy_jobs", *of[3:], "--output", "none.pdf")
    assert not Path("none.pdf").exists()


async def test_a_report_of_a_scope_verifies_what_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELAVAGEN_ACTOR", "anna.berg")
    Path(KEY).write_bytes(in_pem(AUDITOR))
    of = ("report", "--programme", "service_division", "--key", KEY, "--output", "report.pdf", "--json")
    status, output = await run(*of)
    said = json.loads(output)
    assert (status, said["verdicts"], said["statement"]["conclusion"][1]["id"]) == (0, JOURNEYS, "conclusion.all")
    assert said["statement"]["scope"]["programme"] == "service_division"
    assert said["statement"]["lacking"]["journeys"] == JOURNEYS
    assert said["statement"]["by"] == "Anna Berg"
    await fails("file.unwritable", UsageError, *of)
    await fails("key.not_private", UsageError, *of[:3], "--key", "report.pdf", "--output", "other.pdf")
