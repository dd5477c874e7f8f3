"""Making checkpoints of a real ledger, and the auditors' commands for them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

import audit
from activities.chained_rows import LOGS
from activities.language import said
from auditing.evidence.evidence import JsonRow, as_json, read_rows
from auditing.transparency import checkpointing
from auditing.transparency.checkpoint import Checkpoint, read_checkpoint
from auditing.transparency.checkpointing import heads, heads_in_order, make_checkpoint
from auditing.verification.checkpoint_checks import checkpoint_findings, kept_readings
from models.access.permissions import Reading
from models.tables.base import table_of
from models.tables.ledger import LedgerRow
from runtime.errors import Refused, UsageError, UserError
from services.identities.register import Person, Register
from services.queries.lists import Lists
from services.reading import read
from tests.support.authority import TestKeyring
from tests.support.checkpoints import AT, AUDITOR, LEDGER, PUBLIC
from tests.support.databases import migrated
from tests.support.desks import office_of
from tests.support.errors import raises
from tests.support.findings import named
from tests.support.independent_checker import check_checkpoint, check_log, check_proof, check_readings, check_rows
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import CANDIDATE, RecordedWay, by_hand, recorder_on, rows_of
from tests.support.sealing import open_keyed_for_reading
from tests.support.values import COORDINATOR, candidate_from, is_one_sentence

PROGRAMMES = ("service_division", "service-division", "service.b", "service2", "services")
"""Where letters, digits and signs stand in order depends on the database's language, in code points not."""


def record(engine: Engine, programme: str, rows: int = 2) -> str:
    """A journey of so many rows."""
    rules = SERVICE.model_copy(update={"id": programme})
    way = RecordedWay(recorder_on(engine), rules=rules).comes("referred", *["note_added"] * (rows - 1))
    return way.id


@pytest.fixture
def reading(engine: Engine) -> Iterator[Engine]:
    """The auditor's way to the same database."""
    opened = open_keyed_for_reading(engine.url.render_as_string(hide_password=False))
    yield opened
    opened.dispose()


def made(reading: Engine, folder: Path) -> Checkpoint:
    file, _ = make_checkpoint(reading, folder, ledger=LEDGER, key=AUDITOR, now=lambda: AT)
    return read_checkpoint(file, PUBLIC, LEDGER)


def now_of(reading: Engine, journey_id: str) -> list[JsonRow]:
    """The rows of a journey as JSON has them."""
    query = select(LedgerRow).where(LedgerRow.journey_id == journey_id).order_by(LedgerRow.row)
    with Session(reading) as session:
        rows = list(session.scalars(query))
    return [{"row": row.row, "hash": row.hash, "recorded_at": row.recorded_at.isoformat()} for row in rows]


def test_the_rows_of_a_journey_hash_to_its_head_by_the_description_alone(engine: Engine, reading: Engine) -> None:
    journey_id = record(engine, SERVICE.id, rows=3)
    with reading.connect() as connection:
        rows = [as_json(row) for row in connection.execute(select(table_of(LedgerRow)).order_by(LedgerRow.row))]
    with reading.connect() as connection:
        [head] = [leaf.head for leaf in heads(connection) if leaf.journey_id == journey_id]
    assert check_rows(rows) == head


def test_the_heads_of_all_journeys_are_signed(engine: Engine, reading: Engine, tmp_path: Path) -> None:
    assert made(reading, tmp_path).leaves == ()
    ids = [record(engine, programme, rows) for rows, programme in enumerate(PROGRAMMES, 1)]
    later = AT.replace(minute=1)
    file, statement = make_checkpoint(reading, tmp_path, ledger=LEDGER, key=AUDITOR, now=lambda: later)
    assert file.name == "hela-vagen-checkpoint-2026-11-23T0201Z.json"
    assert (statement.journeys, statement.rows) == (5, 15)
    check_checkpoint(file.read_text(encoding="utf-8"), PUBLIC)
    leaves = read_checkpoint(file).leaves
    assert [leaf.journey_id for leaf in leaves] == sorted(ids)
    rows = {(row["journey_id"], row["row"]): row["hash"] for row in rows_of(engine, "ledger")}
    assert all(rows[leaf.journey_id, leaf.rows] == leaf.head for leaf in leaves)

    journey = ids[-1]
    assert list(checkpoint_findings(read_checkpoint(file), journey, now_of(reading, journey))) == []
    by_hand(engine, f"update ledger set hash = '{'f' * 64}' where row = 5")
    [finding] = checkpoint_findings(read_checkpoint(file), journey, now_of(reading, journey))
    assert finding.what.id == "finding.head_differs"


def reads_of(engine: Engine, way: RecordedWay, times: int) -> None:
    """The coordinator in charge reads of a journey so many times."""
    office = office_of(engine, lists=Lists(engine))
    for _ in range(times):
        [line] = office.lists.journeys(journey_id=way.id)
        read(office, line, COORDINATOR, Reading.JOURNEY)


def test_readings_and_logs_are_held_by_the_description_alone(engine: Engine, reading: Engine, tmp_path: Path) -> None:
    way = RecordedWay(recorder_on(engine)).comes("referred")
    other = RecordedWay(recorder_on(engine), candidate_from("K")).comes("referred")
    reads_of(engine, way, 2)
    Register(engine, Random(1), TestKeyring()).number_of(Person("199001019802", "Å Ö"), AT, COORDINATOR)
    file, statement = make_checkpoint(reading, tmp_path, ledger=LEDGER, key=AUDITOR, now=lambda: AT)
    written = file.read_text(encoding="utf-8")
    check_checkpoint(written, PUBLIC)
    rows = read_rows(engine, [way.id, other.id])
    assert len(rows[way.id]["reads"]) == 2
    for journey in (way.id, other.id):
        check_readings(journey, list(rows[journey]["reads"]), written)
    assert {name: one.rows for name, one in statement.chains.items()} == {
        "disposals": 0,
        "identity_commitments": 1,
        "position_changes": len(RULES.positions),
        "protections": 0,
        "reports": 0,
        "text_erasures": 0,
        "training_completions": 0,
        "unit_staff": 0,
    }
    with engine.connect() as connection:
        for log in map(table_of, LOGS):
            chain = [as_json(row) for row in connection.execute(select(log).order_by(log.c.number))]
            check_log(log.name, chain, written)


def test_readings_that_were_cut_off_are_named(engine: Engine, reading: Engine, tmp_path: Path) -> None:
    way = RecordedWay(recorder_on(engine)).comes("referred")
    reads_of(engine, way, 3)
    leaf = made(reading, tmp_path).leaf(way.id)
    assert leaf is not None
    rows = read_rows(engine, [way.id])[way.id]["reads"]
    assert list(kept_readings(leaf, rows)) == []
    assert [named(one) for one in kept_readings(leaf, rows[:2])] == [("finding.rows_gone", "reading 3")]


def test_postgresql_is_told_which_order_is_meant() -> None:
    """A database in Swedish has another; that of these tests has none of its own, and would not show it."""
    assert str(heads_in_order("postgresql")).endswith('ORDER BY ledger.journey_id COLLATE "C"')


def test_it_is_of_one_moment(engine: Engine, reading: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpointing, "PAGE", 1)
    ids = [record(engine, programme) for programme in PROGRAMMES[:3]]
    with reading.connect() as connection:
        reading_on = heads(connection)
        first = next(reading_on)
        record(engine, "preparedness_jobs")
        assert sorted([first.journey_id, *(leaf.journey_id for leaf in reading_on)]) == sorted(ids)


def test_a_ledger_without_a_hash_is_not_signed(engine: Engine, reading: Engine, tmp_path: Path) -> None:
    journey = record(engine, SERVICE.id)
    by_hand(engine, "update ledger set hash = 'x' where row = 2")
    with raises(Refused, "checkpoint.row_without_hash", row="2", journey=journey):
        made(reading, tmp_path)
    assert list(tmp_path.glob("*.json")) == []


Says = Callable[..., Result]


@pytest.fixture
def says(tmp_path: Path) -> Says:
    """Calls `audit.py` on a database with two journeys."""
    url = f"sqlite:///{tmp_path / 'audit.db'}"
    engine = migrated(url)
    for candidate in (CANDIDATE, candidate_from("K")):
        RecordedWay(recorder_on(engine), candidate).comes("referred", "note_added")
    engine.dispose()
    runner = CliRunner(env={"HELAVAGEN_DATABASE_URL": url, "HELAVAGEN_LEDGER": LEDGER, "HELAVAGEN_LANG": "en"})
    return lambda *arguments, **env: runner.invoke(audit.app, [*map(str, arguments)], standalone_mode=False, env=env)


NO_DATABASE = {"HELAVAGEN_DATABASE_URL": "", "HELAVAGEN_DATA": "none"}


def test_an_auditor_signs_and_proves_and_a_stranger_checks(says: Says, tmp_path: Path) -> None:
    key, proof, checkpoint = tmp_path / "auditor.pem", tmp_path / "proof.json", tmp_path / "checkpoint.json"
    public = says("checkpoint-key", key).stdout.strip()
    told = says("checkpoint", "--key", key, "--output", checkpoint).output
    assert f"checkpoint.json: 2 journeys, 4 ledger rows of {LEDGER} at " in told
    assert f"signed with {public}" in told
    check_checkpoint(checkpoint.read_text(encoding="utf-8"), public)

    told = says(
        "prove", "k7q29fmxb", "--checkpoint", checkpoint, "--output", proof, "--key", public, **NO_DATABASE
    ).output
    assert "proof.json: proves journey/K7Q29FMXB/service_division as of " in told
    check_proof(proof.read_text(encoding="utf-8"), public)
    told = says("check-proof", proof, "--key", public, **NO_DATABASE).output
    assert f"{LEDGER} had 2 ledger rows of journey/K7Q29FMXB/service_division" in told
    assert "compare" not in told
    assert f"It was signed with {public}: compare" in says("check-proof", proof, **NO_DATABASE).output
    assert "Beviset håller: " in says("check-proof", proof, HELAVAGEN_LANG="sv").output

    said = json.loads(says("check-proof", proof, "--json").output)
    assert (said["rows"], said["statement"]["public_key"]) == (2, public)
    said = json.loads(says("checkpoint", "--key", key, "--output", tmp_path, "--json").output)
    assert Path(said["file"]).exists()
    assert said["journeys"] == 2


def test_what_goes_wrong_is_told_in_one_sentence(says: Says, tmp_path: Path) -> None:
    key, checkpoint = tmp_path / "auditor.pem", tmp_path / "checkpoint.json"
    says("checkpoint-key", key)
    says("checkpoint", "--key", key, "--output", checkpoint)
    proof = ("--checkpoint", checkpoint, "--output", tmp_path / "proof.json")
    wrong: dict[tuple[object, ...], type[UserError]] = {
        ("checkpoint-key", key): UsageError,
        ("checkpoint", "--key", key, "--output", checkpoint): UsageError,
        ("checkpoint", "--key", checkpoint, "--output", tmp_path / "new.json"): UsageError,
        ("prove", "K7Q29FMXC", *proof): UsageError,
        ("prove", "K7Q29FMXB", *proof, "--programme", "easy_jobs"): UsageError,
        ("prove", "K7Q29FMXB", *proof, "--key", PUBLIC): Refused,
        ("check-proof", checkpoint): UsageError,
        ("check-proof", checkpoint, "--key", "f"): UsageError,
    }
    for arguments, kind in wrong.items():
        error = says(*arguments).exception
        assert isinstance(error, kind), (arguments, error)
        assert is_one_sentence(said(error.message, "en"))
    assert not (tmp_path / "new.json").exists()
    assert not (tmp_path / "proof.json").exists()
