"""Migrations bring either kind of database, empty or in use, to the form that this version needs."""

from asyncio import gather
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from models.stages import Stage
from models.tables.every import METADATA
from runtime import migrations
from runtime.errors import UsageError
from runtime.migrations import is_current, later_form_of, migration_config, upgrade
from runtime.settings import Settings
from tests.support.authority import offer
from tests.support.builders import ROUTES
from tests.support.databases import empty_postgres
from tests.support.errors import raises
from tests.support.next_form import be_the_next_version, forget_versions
from tests.support.processes import environment, run
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, everything, recorder_on
from tests.support.sealing import open_keyed
from worker import prepare_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which nothing is yet, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    return empty_postgres(request.getfixturevalue("postgres_server"), tmp_path.name)


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    """A database without a table."""
    engine = open_keyed(database_url)
    yield engine
    engine.dispose()


def test_an_empty_database_gets_every_table_of_the_models_as_they_are(empty: Engine) -> None:
    upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_a_table_that_a_migration_forgot_is_noticed(empty: Engine) -> None:
    """The comparison above can fail: it sees a missing column, index and table."""
    upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("drop index ix_notices_journey_event"))
        connection.execute(text("alter table journeys drop column waits_for"))
        connection.execute(text("drop table candidates"))
        found = {step[0] for step in compare_metadata(MigrationContext.configure(connection), METADATA)}
    assert {"add_index", "add_column", "add_table"} <= found


def test_upgrading_twice_is_harmless(empty: Engine) -> None:
    upgrade(empty)
    offer(empty, RULES.positions)
    way = RecordedWay(recorder_on(empty)).comes(*ROUTES[Stage.INTERNSHIP])
    before = everything(empty)
    upgrade(empty)
    assert is_current(empty)
    assert everything(empty) == before
    way.comes("internship_completed")


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Turns this process into a version to come, with one migration more."""
    yield lambda: be_the_next_version(monkeypatch, tmp_path / "migrations")
    monkeypatch.undo()
    forget_versions()


def test_each_migration_runs_by_itself_in_its_order(empty: Engine, next_version: Callable[[], None]) -> None:
    next_version()
    script = ScriptDirectory.from_config(migration_config(empty))
    revisions = [one.revision for one in reversed(list(script.walk_revisions()))]
    for revision in revisions:
        assert not is_current(empty)
        upgrade(empty, revision)
    assert is_current(empty)
    assert revisions == ["0001", "0002"]


def test_the_next_version_fills_in_what_was_recorded_and_workers_of_this_one_go_on(
    empty: Engine, next_version: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(empty)
    offer(empty, RULES.positions)
    way = RecordedWay(recorder_on(empty)).comes(*ROUTES[Stage.INTERNSHIP])
    next_version()
    assert not is_current(empty)
    upgrade(empty)
    with empty.connect() as connection:
        assert connection.execute(text("select papers = coordinator from journeys")).scalars().all() == [True]
    monkeypatch.undo()
    forget_versions()
    assert (is_current(empty), later_form_of(empty)) == (True, "0002")
    way.comes("internship_completed")


async def test_two_who_migrate_at_once_are_both_told_that_it_is_done(database_url: str, empty: Engine) -> None:
    env = environment(HELAVAGEN_DATABASE_URL=database_url)
    both = await gather(*(run("-m", "runtime.migrations", env=env) for _ in range(2)))
    assert [(ended.errors, ended.status) for ended in both] == [("", 0)] * 2
    assert is_current(empty)


def test_a_database_in_todays_form_or_a_later_one_is_current(empty: Engine) -> None:
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)
    with empty.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))  # of a version to come
    assert is_current(empty)


@pytest.mark.parametrize("form", ["0000", "", "a1b2"])
def test_a_form_that_no_version_has_is_no_later_one(empty: Engine, form: str) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :form"), {"form": form})
    assert (is_current(empty), later_form_of(empty)) == (False, None)
    with raises(UsageError, "database.unknown_form", form=form):
        prepare_database(empty, RULES, Settings())


def test_whoever_waits_for_a_migration_goes_on_once_it_is_done_and_is_told_where_it_never_comes(
    empty: Engine, monkeypatch: pytest.MonkeyPatch, next_version: Callable[[], None]
) -> None:
    monkeypatch.setattr("runtime.migrations.time.sleep", lambda _seconds: upgrade(empty))  # while it is waited
    migrations.wait_until_current(empty)
    assert is_current(empty)
    next_version()
    with raises(UsageError, "database.other_form"):
        migrations.wait_until_current(empty, seconds=0)


def test_a_worker_refuses_a_database_in_another_form_and_says_what_to_run(empty: Engine) -> None:
    with raises(UsageError, "database.other_form"):
        prepare_database(empty, RULES, Settings())
    assert inspect(empty).get_table_names() == []


def test_a_migration_that_breaks_halfway_leaves_nothing(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    script = ScriptDirectory.from_config(migration_config(empty))
    first = script.get_revision("0001").module
    monkeypatch.setattr(first, "SQLITE", ("no such statement",))
    monkeypatch.setattr(first, "POSTGRESQL", ("no such statement",))
    monkeypatch.setattr(ScriptDirectory, "from_config", lambda _config: script)
    with pytest.raises(Exception, match="no such statement|syntax error"):
        upgrade(empty)
    assert set(inspect(empty).get_table_names()) <= {"alembic_version"}
    monkeypatch.undo()
    upgrade(empty)
    assert is_current(empty)


def test_there_is_no_way_back(empty: Engine) -> None:
    script = ScriptDirectory.from_config(migration_config(empty))
    with pytest.raises(RuntimeError, match="Restore a backup"):
        script.get_revision("0001").module.downgrade()


def test_the_command_upgrades_the_database_that_is_set(
    database_url: str, empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", database_url)
    migrations.main([])
    assert is_current(empty)


def test_the_command_called_wrongly_says_how_to_call_it() -> None:
    with raises(UsageError, "migrations.arguments"):
        migrations.main(["downgrade"])
