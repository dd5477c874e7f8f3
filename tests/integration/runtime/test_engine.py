"""Opening the database: who only reads cannot write, and neither waits for the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from models.stages import Stage
from runtime.database import open_engine, open_for_reading
from runtime.errors import UsageError
from services.queries.lists import Lists
from tests.support.builders import ROUTES
from tests.support.errors import raises
from tests.support.recording import RecordedWay, everything, recorder_on, rows_of


@pytest.fixture
def told(engine: Engine) -> RecordedWay:
    return RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.AWAITING_PLACEMENT])


@pytest.fixture
def reading(database_url: str, told: RecordedWay) -> Iterator[Engine]:  # noqa: ARG001 - opened once something is there
    engine = open_for_reading(database_url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "insert into positions select 'another', title, unit, site, staffing_need, profile, programmes, places"
        " from positions limit 1",
        "update journeys set stage = 'closed'",
        "delete from notices",
        "create table notes (id integer)",
        "drop table notices",
        "create temporary table notes as select * from ledger",
    ],
)
def test_who_opens_for_reading_cannot_write(engine: Engine, reading: Engine, statement: str) -> None:
    before = everything(engine)
    if statement.startswith("create temporary") and engine.dialect.name == "postgresql":
        statement = "create sequence numbers"  # PostgreSQL lets readers have temporary tables, which harm nobody
    with reading.connect() as connection, pytest.raises(DatabaseError, match=r"read.?only"):
        connection.execute(text(statement))
    assert everything(engine) == before


def test_every_transaction_of_a_reader_is_read_only_not_just_the_first(reading: Engine) -> None:
    for _ in range(3):
        with reading.connect() as connection:
            assert connection.scalar(text("select count(*) from ledger")) == 3
            connection.rollback()
            with pytest.raises(DatabaseError, match=r"read.?only"):
                connection.execute(text("delete from notices"))


def test_a_reader_does_not_wait_for_a_writer_and_sees_only_what_is_committed(
    engine: Engine, reading: Engine, told: RecordedWay
) -> None:
    with engine.begin() as writer:
        writer.execute(text("update journeys set stage = 'closed'"))
        assert [line.stage for line in Lists(reading).journeys()] == [Stage.AWAITING_PLACEMENT]
    assert [line.stage for line in Lists(reading).journeys()] == [Stage.CLOSED]
    assert told.candidate == Lists(reading).journeys()[0].candidate


def test_a_writer_does_not_wait_for_a_reader(engine: Engine, reading: Engine) -> None:
    with reading.connect() as reader:
        rows = reader.execute(text("select * from ledger"))
        assert rows.fetchone() is not None
        with engine.begin() as writer:
            writer.execute(text("update journeys set site = '2482'"))
        assert len(rows.fetchall()) == 2


def test_two_that_read_and_then_write_come_one_after_the_other(database_url: str, engine: Engine) -> None:
    """As two processes on one SQLite file: neither is told that the database is locked."""
    with engine.begin() as connection:
        connection.execute(text("create table counter (number integer)"))
        connection.execute(text("insert into counter values (0)"))
    engines = [open_engine(database_url) for _ in range(2)]

    def count(mine: Engine) -> None:
        for _ in range(20):
            with mine.begin() as connection:
                for_update = " for update" if mine.dialect.name == "postgresql" else ""
                number = connection.scalar(text(f"select number from counter{for_update}"))
                connection.execute(text("update counter set number = :number"), {"number": (number or 0) + 1})

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(count, engines))
    assert rows_of(engine, "counter") == [{"number": 40}]
    for mine in engines:
        mine.dispose()


def test_a_place_without_a_position_is_refused(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(
            text("insert into places_taken values ('journey/x/y', 'nowhere', '2026-03-02 09:00:00')"),
        )


def test_opening_connects_to_nothing(tmp_path: Path) -> None:
    file = tmp_path / "not" / "there" / "test.db"
    open_engine(f"sqlite:///{file}").dispose()
    open_engine("postgresql://nobody@localhost:1/nothing").dispose()
    open_for_reading("postgresql://nobody@localhost:1/nothing").dispose()
    assert not file.exists()


@pytest.mark.parametrize("url", ["", "test.db", "mysterydb://x", "://", "/var/lib/test.db"])
@pytest.mark.parametrize("opening", [open_engine, open_for_reading])
def test_what_is_no_address_is_told_in_one_sentence(opening: Callable[[str], Engine], url: str) -> None:
    with raises(UsageError, "settings.database"):
        opening(url)
