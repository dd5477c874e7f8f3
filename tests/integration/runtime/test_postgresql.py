"""PostgreSQL that says nothing, says it slowly, or is held by another: whoever asks is told within seconds."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from threading import Timer
from time import monotonic

import pytest
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from runtime import database, postgresql
from runtime.connection_states import state_of_refusal
from runtime.database import Limits, open_engine, open_for_migrating, open_for_reading
from runtime.errors import ServiceUnavailable
from runtime.failures import as_user_error
from tests.support.databases import migrated_postgres
from tests.support.proxy import Door, a_door_to

AT_ONCE = 0.3
"""Seconds. More than any answer here takes."""

TOO_LONG = 20

FILES_OF_SELECT = 1024
"""select(2) takes no file of a higher number."""


@pytest.fixture
def door(postgres_server: str, tmp_path: Path) -> Iterator[tuple[Door, str]]:
    with a_door_to(migrated_postgres(postgres_server, tmp_path.name)) as (door, url):
        at_last = Timer(TOO_LONG, door.shut)  # whoever waits without end is hung up on, and not told of silence
        at_last.start()
        yield door, url
        at_last.cancel()


@pytest.fixture
def url(postgres_server: str, tmp_path: Path) -> str:
    return migrated_postgres(postgres_server, tmp_path.name)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url, threads=2)
    yield engine
    engine.dispose()


def is_told(error: Exception, message: str) -> None:
    known = as_user_error(error)
    assert isinstance(known, ServiceUnavailable)
    assert known.message.id == message


def told_to_driver(connection: Connection) -> dict[str, str]:
    """The settings with which a connection was opened."""
    driver = connection.connection.driver_connection
    assert driver is not None
    return dict(driver.info.get_parameters())


@pytest.mark.parametrize("opening", [open_engine, open_for_reading])
def test_a_database_that_falls_silent_is_given_up_and_taken_up_again(
    door: tuple[Door, str], opening: Callable[[str], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", AT_ONCE)
    database, url = door
    engine = opening(f"{url}?connect_timeout=2")
    with engine.connect() as connection:
        connection.execute(text("select 1"))
        database.fall_silent()
        with pytest.raises(OperationalError) as silent:
            connection.execute(text("select 1"))
    is_told(silent.value, "database.unavailable")
    assert isinstance(silent.value.orig, postgresql.Silent)
    database.open()
    with engine.connect() as connection:
        assert connection.scalar(text("select 1")) == 1
    engine.dispose()


def its_backend_ends(engine: Engine, url: str) -> None:
    """The server ends the connection that the pool would hand out next."""
    with engine.connect() as connection:
        process = connection.scalar(text("select pg_backend_pid()"))
    by_another = open_engine(url, threads=1)
    with by_another.connect() as connection:
        connection.execute(text("select pg_terminate_backend(:process, 5000)"), {"process": process})
    by_another.dispose()


def test_a_connection_that_lay_for_a_while_is_looked_at_before_it_is_used(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "LATELY_SECONDS", -1)
    engine = open_engine(url, threads=1)
    its_backend_ends(engine, url)
    with engine.connect() as connection:
        assert connection.scalar(text("select 1")) == 1
    engine.dispose()


def test_one_that_has_answered_lately_is_not_and_its_end_is_told_once(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "LATELY_SECONDS", TOO_LONG)
    engine = open_engine(url, threads=1)
    its_backend_ends(engine, url)
    with pytest.raises(OperationalError) as ended, engine.connect() as connection:
        connection.execute(text("select 1"))
    is_told(ended.value, "database.unavailable")
    with engine.connect() as connection:
        assert connection.scalar(text("select 1")) == 1
    engine.dispose()


def test_a_pool_whose_connections_are_all_silent_is_filled_anew(
    door: tuple[Door, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", AT_ONCE)
    monkeypatch.setattr(postgresql, "LATELY_SECONDS", -1)
    database, url = door
    engine = open_engine(f"{url}?connect_timeout=2", threads=2)
    with engine.connect(), engine.connect():
        pass
    database.fall_silent()
    with pytest.raises(OperationalError) as silent, engine.connect() as connection:
        connection.execute(text("select 1"))
    assert isinstance(silent.value.orig, ConnectionTimeout)
    database.open()
    with engine.connect(), engine.connect() as connection:
        assert connection.scalar(text("select 1")) == 1
    engine.dispose()


def test_a_database_that_takes_connections_and_says_nothing_is_given_up(door: tuple[Door, str]) -> None:
    database, url = door
    database.fall_silent()
    began = monotonic()
    with pytest.raises(OperationalError) as silent, open_engine(f"{url}?connect_timeout=2").connect():
        pass
    assert monotonic() - began < postgresql.CONNECT_SECONDS
    is_told(silent.value, "database.unavailable")


def test_an_answer_that_comes_bit_by_bit_may_take_longer(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", AT_ONCE)
    engine = open_engine(url)
    rows = text("select repeat('x', 9000), pg_sleep(0.01) from generate_series(1, 60)")
    with engine.connect() as connection:
        began = monotonic()
        assert len(connection.execute(rows).all()) == 60
        assert monotonic() - began > AT_ONCE
    engine.dispose()


def test_a_statement_that_takes_too_long_is_ended_by_the_database(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for limits in ("WRITING", "READING"):
        monkeypatch.setattr(database, limits, Limits(statement=AT_ONCE, idle=None))
    for engine in (open_engine(url), open_for_reading(url)):
        with engine.connect() as connection, pytest.raises(OperationalError) as slow:
            connection.execute(text("select pg_sleep(5)"))
        is_told(slow.value, "database.slow")
        engine.dispose()


@pytest.mark.parametrize("opening", [open_for_reading, open_for_migrating])
def test_an_audit_and_a_change_of_form_may_take_long_while_the_database_answers_others(
    url: str, opening: Callable[[str], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", AT_ONCE)
    engine = opening(url)
    with engine.connect() as connection:
        connection.execute(text("select pg_sleep(0.8)"))
    engine.dispose()


def test_a_statement_may_not_take_longer_than_the_server_lets_it_though_it_answers_others(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", AT_ONCE)
    monkeypatch.setattr(database, "READING", Limits(statement=0.4, idle=None))
    engine = open_for_reading(f"{url}&options=-c%20statement_timeout%3D0")  # as one that has lost it
    with engine.connect() as connection, pytest.raises(OperationalError) as silent:
        connection.execute(text("select pg_sleep(5)"))
    assert isinstance(silent.value.orig, postgresql.Silent)
    engine.dispose()


@pytest.mark.parametrize("opening", [open_engine, open_for_migrating])
def test_who_waits_for_a_lock_that_another_keeps_is_told(
    url: str, engine: Engine, opening: Callable[[str], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "LOCK_SECONDS", AT_ONCE)
    other = opening(url)
    with engine.begin() as holding, other.connect() as waiting:
        holding.execute(text("lock table positions in access exclusive mode"))
        with pytest.raises(OperationalError) as locked:
            waiting.execute(text("select id from positions for update"))
    is_told(locked.value, "database.slow")
    other.dispose()


def test_a_transaction_that_stands_still_is_ended(url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WRITING", Limits(statement=None, idle=0.05))
    sleeping = open_engine(url)
    with sleeping.connect() as connection, engine.connect() as other:
        who = {"pid": connection.scalar(text("select pg_backend_pid()"))}
        is_there = text("select count(*) from pg_stat_activity where pid = :pid")
        while other.scalar(is_there, who):
            other.rollback()  # which lets it see anew who is there
        with pytest.raises(DatabaseError) as ended:
            connection.execute(text("select 1"))
    is_told(ended.value, "database.slow")
    sleeping.dispose()


def test_who_finds_no_connection_free_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.pool, "_timeout", AT_ONCE)
    with engine.connect(), engine.connect(), pytest.raises(NoConnectionFree) as full:
        engine.connect()
    is_told(full.value, "database.slow")


def test_what_the_address_says_goes_before_ours(url: str) -> None:
    mark = "&" if "?" in url else "?"
    engine = open_engine(f"{url}{mark}options=-c%20statement_timeout%3D3s&keepalives_idle=77")
    with engine.connect() as connection:
        assert connection.scalar(text("show statement_timeout")) == "3s"
        assert connection.scalar(text("show lock_timeout")) == f"{postgresql.LOCK_SECONDS}s"
        assert told_to_driver(connection)["keepalives_idle"] == "77"
    engine.dispose()


def test_the_level_of_isolation_is_ours_whatever_the_servers_default(engine: Engine, url: str) -> None:
    with engine.begin() as connection:
        name = connection.scalar(text("select current_database()"))
        connection.execute(text(f'alter database "{name}" set default_transaction_isolation = serializable'))
    for other in (open_engine(url), open_for_reading(url), open_for_migrating(url)):
        with other.connect() as connection:
            assert connection.scalar(text("show transaction_isolation")) == "read committed"
        other.dispose()


def test_an_end_of_the_line_is_looked_for(engine: Engine) -> None:
    with engine.connect() as connection:
        told = told_to_driver(connection)
    assert {name: told[name] for name in postgresql.KEEPALIVES} == {
        name: str(value) for name, value in postgresql.KEEPALIVES.items()
    }


def test_why_one_is_turned_away_is_told_with_many_files_open_too(url: str) -> None:
    _, most = getrlimit(RLIMIT_NOFILE)
    setrlimit(RLIMIT_NOFILE, (most, most))
    unknown = make_url(url).set(drivername="postgresql", database="nowhere").render_as_string(hide_password=False)
    with ExitStack() as opened:
        for _ in range(FILES_OF_SELECT):
            opened.callback(os.close, os.dup(0))
        assert state_of_refusal(unknown, postgresql.CONNECT_SECONDS) == "3D000"
