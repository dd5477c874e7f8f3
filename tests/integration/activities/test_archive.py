"""The archive of histories, as a table and as files: what is put comes back as it was, or not at all."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError

from activities.archive.runs import ArchivedRun, EntryChanged, RunKey, pack, serialized
from activities.archive.store import Archive, DatabaseArchive, FolderArchive, read_archived
from models.message import msg
from models.tables.ledger import ArchivedHistoryRow
from runtime.archive import open_archive
from runtime.database import open_engine
from runtime.errors import Refused, UsageError
from runtime.failures import as_user_error
from runtime.i18n import translate, using_language
from runtime.settings import Settings
from tests.support.databases import migrated, migrated_postgres
from tests.support.histories import JOURNEY, history
from tests.support.recording import rows_of

STARTED = datetime(2026, 3, 2, 9, 30, 0, 123_456, tzinfo=UTC)
APPEND_ONLY = "archived histories are append-only"
HISTORIES = Path(__file__).parents[2] / "histories"


def packed(
    run_id: str = "run-1", name: str = "continued_as_new-1", day: int = 0, journey: str = JOURNEY
) -> ArchivedRun:
    started = STARTED + timedelta(days=day)
    key = RunKey(journey_id=journey, run_id=run_id)
    events = history(name, journey).events
    return pack(key, events, started_at=started, closed_at=started + timedelta(hours=1), archived_at=started)


@pytest.fixture(params=["database", "file", "memory"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    if request.param == "database":
        yield DatabaseArchive(request.getfixturevalue("engine"))
    elif request.param == "file":
        yield FolderArchive(f"file://{tmp_path}/archive")
    else:
        yield FolderArchive(f"memory://{tmp_path.name}")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in today's form, to be copied: bringing one up to date takes longer than a test."""
    file = tmp_path_factory.mktemp("archive") / "empty.db"
    migrated(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture
def engine(empty: Path, tmp_path: Path) -> Iterator[Engine]:
    """SQLite alone: PostgreSQL has its own tests below."""
    engine = open_engine(f"sqlite:///{copy(empty, tmp_path)}")
    yield engine
    engine.dispose()


def test_a_history_comes_back_byte_for_byte(archive: Archive) -> None:
    run = packed()
    assert archive.put(run)
    found = archive.get(run.key)
    assert found == run
    assert found is not None
    assert serialized(found.history().events) == serialized(history().events)
    assert found.history().workflow_id == JOURNEY


def test_what_is_archived_stays_as_it_was_put_first(archive: Archive) -> None:
    assert archive.put(packed())
    assert not archive.put(packed())
    assert not archive.put(packed(name="rubbish"))
    assert archive.get(packed().key) == packed()
    assert list(archive.runs()) == [packed().key]


def test_what_is_not_archived_is_nothing(archive: Archive) -> None:
    key = packed().key
    assert archive.get(key) is None
    assert list(archive.runs()) == list(archive.runs(JOURNEY)) == []
    assert archive.among([key]) == archive.among([]) == set()
    assert read_archived(archive, JOURNEY) == []


def test_the_runs_of_a_journey_are_told_apart_from_others(archive: Archive) -> None:
    mine, other = packed(), packed("run-2", journey=f"{JOURNEY}_2")
    below = packed("run-3", journey=f"{JOURNEY}/run-1")
    for run in (mine, other, below):
        archive.put(run)
    assert list(archive.runs(JOURNEY)) == [mine.key]
    assert set(archive.runs()) == {mine.key, other.key, below.key}
    missing = RunKey(journey_id=JOURNEY, run_id="run-2")
    assert archive.among([mine.key, missing, other.key]) == {mine.key, other.key}


def test_histories_of_a_journey_are_read_the_oldest_first(archive: Archive) -> None:
    for run_id, name, day in (("b", "continued_as_new-2", 30), ("c", "continued_as_new-1", 0), ("a", "rubbish", 60)):
        archive.put(packed(run_id, name, day))
    found = [serialized(one.events) for one in read_archived(archive, JOURNEY)]
    assert found == [serialized(history(f).events) for f in ("continued_as_new-1", "continued_as_new-2", "rubbish")]


@pytest.mark.parametrize(
    ("journey", "run_id"),
    [("../../etc/passwd", ".."), ("..", "."), ("/", "a/b"), ("å ö\\%2F*?", "run%2F1"), ("x." * 300, "r"), ("-", "r\n")],
)
def test_ids_that_mean_harm_as_paths_stay_inside(tmp_path: Path, journey: str, run_id: str) -> None:
    inside = tmp_path / "inside"
    archive = FolderArchive(f"file://{inside}")
    run = packed(run_id, journey=journey)
    assert archive.put(run)
    assert archive.get(run.key) == run
    assert list(archive.runs()) == list(archive.runs(journey)) == [run.key]
    [file] = (path for path in tmp_path.rglob("*") if path.is_file())
    assert file.is_relative_to(inside)
    assert all(len(part.encode()) <= 255 for part in file.parts)


def test_a_file_is_there_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = FolderArchive(f"file://{tmp_path}")

    def break_down(*_: Any) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", break_down)
        with pytest.raises(OSError, match="no space"):
            archive.put(packed())
    assert list(archive.runs()) == []
    assert archive.put(packed())
    assert archive.get(packed().key) == packed()


def test_a_file_is_read_with_what_every_machine_has(tmp_path: Path) -> None:
    FolderArchive(f"file://{tmp_path}").put(packed())
    [file] = tmp_path.rglob("*.history.gz")
    head, _, rest = file.read_bytes().partition(b"\n")
    assert json.loads(head)["journey_id"] == JOURNEY
    assert gzip.decompress(rest) == serialized(history().events)
    assert "K7Q29FMXB" in str(file)


# What was changed is refused

RIGHT, OF_ANOTHER = packed(), packed(journey="journey/C4ZEYN7RB/service_division")
CHANGES: dict[str, dict[str, Any]] = {
    "another history": {"packed": packed(name="rubbish").packed, "events": packed(name="rubbish").events},
    "no history": {"packed": b"nonsense"},
    "cut short": {"packed": RIGHT.packed[:-9]},
    "something behind it": {"packed": RIGHT.packed + b"more"},
    "another journey's": {"packed": OF_ANOTHER.packed, "sha256": OF_ANOTHER.sha256, "events": OF_ANOTHER.events},
    "fewer events": {"events": RIGHT.events - 1},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_entry_is_told_in_one_sentence_and_never_taken(archive: Archive, change: dict[str, Any]) -> None:
    archive.put(RIGHT.model_copy(update=change))
    told = rf"history of {JOURNEY}, run run-1, is not as it was archived: it.*\. Restore"
    with pytest.raises(EntryChanged, match=told) as changed:
        read_archived(archive, JOURNEY)
    assert changed.value.sentence.id == "archive.entry_changed"


def test_the_other_runs_of_the_journey_can_still_be_read(archive: Archive) -> None:
    for number, change in enumerate((CHANGES["fewer events"], {}, CHANGES["no history"], {})):
        archive.put(packed(f"run-{number}", day=9 - number).model_copy(update=change))
    with pytest.raises(EntryChanged, match="run run-0") as changed:
        read_archived(archive, JOURNEY)
    assert len(changed.value.readable) == 2


def test_a_script_says_the_sentence_in_the_language_of_whoever_runs_it() -> None:
    error = as_user_error(EntryChanged(RIGHT.key, msg("archive.other_hash", "its hash differs")))
    assert isinstance(error, Refused)
    assert translate(error.message).startswith("The archived history of")
    with using_language("sv"):
        assert "är inte som den arkiverades: dess hashvärde är ett annat" in translate(error.message)


def test_something_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.archive.runs.LARGEST", 1_000)
    with pytest.raises(EntryChanged, match="cannot be unpacked"):
        packed().history()


@pytest.mark.parametrize("head", [b"", b"{}", packed("run-2").entry.model_dump_json().encode()])
def test_a_file_whose_first_line_is_another_is_refused(tmp_path: Path, head: bytes) -> None:
    archive = FolderArchive(f"file://{tmp_path}")
    archive.put(packed())
    [file] = tmp_path.rglob("*.history.gz")
    file.write_bytes(head + b"\n" + packed().packed)
    with pytest.raises(EntryChanged, match="its first line cannot be read|it is the history of something else"):
        archive.get(packed().key)


def test_keys_are_read_a_page_at_a_time(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.archive.store.AT_A_TIME", 2)
    runs = [packed(f"run-{number}", journey=f"{JOURNEY}_{number // 2}") for number in range(5)]
    for run in runs:
        archive.put(run)
    assert sorted(key.run_id for key in archive.runs()) == [run.run_id for run in runs]
    assert [key.run_id for key in archive.runs(f"{JOURNEY}_1")] == ["run-2", "run-3"]


# The table


@pytest.fixture(scope="module")
def postgres_engine(postgres_server: str) -> Iterator[Engine]:
    engine = open_engine(migrated_postgres(postgres_server, "archive"))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of each kind with one archived run, which must still be there afterwards."""
    engine = request.getfixturevalue("postgres_engine" if request.param == "postgresql" else "engine")
    DatabaseArchive(engine).put(packed())
    before = rows_of(engine, "archived_histories")
    yield engine
    assert rows_of(engine, "archived_histories") == before


def test_the_database_lets_nobody_change_or_remove_a_row(filled: Engine) -> None:
    values = {**packed().model_dump(), "events": 1}
    upsert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[filled.dialect.name](ArchivedHistoryRow)
    statements = [
        text("update archived_histories set sha256 = 'x'"),
        text("delete from archived_histories"),
        upsert.values(values).on_conflict_do_update(index_elements=["journey_id", "run_id"], set_={"events": 1}),
    ]
    if filled.dialect.name == "postgresql":
        statements.append(text("truncate archived_histories"))
    else:
        replace = insert(ArchivedHistoryRow).prefix_with("or replace")
        statements.append(replace.values(values))
        columns = ", ".join(
            column.name for column in ArchivedHistoryRow.__table__.columns if column.name != "journey_id"
        )
        other = f"insert or replace into archived_histories (rowid, journey_id, {columns})"
        statements.append(text(f"{other} select rowid, 'x', {columns} from archived_histories"))
    for statement in statements:
        with filled.connect() as connection, pytest.raises(DatabaseError, match=APPEND_ONLY):
            connection.execute(statement)


def test_two_who_put_the_same_run_at_once_do_not_fail(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlalchemy.orm.Session.get", lambda *_: None)
    assert not DatabaseArchive(filled).put(packed())


def test_moments_and_bytes_come_back_from_postgresql_too(filled: Engine) -> None:
    assert DatabaseArchive(filled).get(packed().key) == packed()
    assert DatabaseArchive(filled).among([packed().key]) == set(DatabaseArchive(filled).runs(JOURNEY))


# The setting


def test_the_setting_chooses_the_archive(engine: Engine, tmp_path: Path) -> None:
    assert isinstance(open_archive(Settings(), engine), DatabaseArchive)
    assert isinstance(open_archive(Settings(archive=f"file://{tmp_path}"), engine), FolderArchive)


@pytest.mark.parametrize("setting", ["nosuch://place", "elsewhere", "", "s3://bucket/archive"])
def test_an_archive_that_cannot_be_is_refused_in_one_sentence(engine: Engine, setting: str) -> None:
    with pytest.raises(UsageError, match=r"^settings\.archive(_package)?\b"):
        open_archive(Settings(archive=setting), engine)
