"""The database itself refuses to change, remove or skip what was recorded, whoever asks and however."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, Executable, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from models.stages import Stage
from models.tables.ledger import LedgerRow
from tests.support.builders import ROUTES
from tests.support.recording import RecordedWay, everything, recorder_on, rows_of

APPEND_ONLY, NO_GAPS = "the ledger is append-only", "the ledger has no gaps"
CHAINED = "the ledger is a chain"
NEW = UUID(int=7)
"""The id of an event that the ledger does not know."""

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def told(engine: Engine) -> RecordedWay:
    """A journey with four rows in the ledger, their ids 1 to 4."""
    return RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.INTERNSHIP])


@pytest.fixture
def connection(engine: Engine, told: RecordedWay) -> Iterator[Connection]:
    """A connection of somebody who means no good; afterwards everything must stand as it stood."""
    before = everything(engine)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    assert everything(engine) == before
    assert told.tells("check_in_recorded").row == 5  # and the ledger goes on


def refused(connection: Connection, match: str, *statements: str | Executable) -> None:
    """Each of the statements is refused by the database."""
    for statement in statements:
        with pytest.raises(DatabaseError, match=match):
            connection.execute(text(statement) if isinstance(statement, str) else statement)
        connection.rollback()


def row(connection: Connection, **but: Any) -> dict[str, Any]:
    """A whole row like the last one and chained to it, with an id of its own, but for what is given."""
    columns = LedgerRow.__table__.columns
    last = connection.execute(select(*columns).order_by(columns.id.desc()).limit(1)).mappings().one()
    return {**last, "id": 1_000, "previous": last["hash"], **but}


def test_rows_cannot_be_changed(connection: Connection) -> None:
    refused(
        connection,
        APPEND_ONLY,
        "update ledger set accepted = not accepted",
        "update ledger set contents = contents where row = 4",
        "update ledger set digest = digest where row = 1",
        "update ledger set row = row + 10",
        "update ledger set journey_id = 'journey/elsewhere'",
        "update ledger set id = id + 100",
        update(LedgerRow).values(kind="note_added"),
    )


def test_rows_cannot_be_removed(connection: Connection) -> None:
    refused(
        connection,
        APPEND_ONLY,
        "delete from ledger",
        "delete from ledger where row = 4",
        "delete from ledger where row = 2",
        delete(LedgerRow),
    )


def test_the_product_itself_cannot_change_a_row_either(engine: Engine, told: RecordedWay) -> None:
    with Session(engine) as session:
        session.scalars(select(LedgerRow).where(LedgerRow.row == 1)).one().kind = "note_added"
        with pytest.raises(DatabaseError, match=APPEND_ONLY):
            session.flush()
    assert told.tells("check_in_recorded").row == 5


@only_postgresql
def test_the_table_cannot_be_emptied_at_a_stroke(connection: Connection) -> None:
    refused(connection, APPEND_ONLY, "truncate ledger", "truncate ledger cascade", "truncate notices, ledger")


@only_sqlite
def test_no_row_is_replaced_by_an_insert(connection: Connection) -> None:
    """`insert or replace` removes, without firing a trigger for it, whatever stands in its way."""
    replace = insert(LedgerRow).prefix_with("or replace")
    for but in ({"row": 4}, {"row": 4, "id": 4}, {"row": 5, "id": 4, "event_id": NEW}, {"row": 5}):
        refused(connection, NO_GAPS, replace.values(row(connection, **but)))
    refused(connection, NO_GAPS, "replace into ledger select * from ledger where row = 4")


@pytest.mark.parametrize(
    ("on", "but"),
    [
        (["journey_id", "row"], {"row": 4, "event_id": NEW}),
        (["journey_id", "event_id"], {"row": 5}),
        (["id"], {"row": 5, "id": 4, "event_id": NEW}),
    ],
)
def test_no_row_is_changed_by_an_insert_that_meets_it(
    connection: Connection, on: list[str], but: dict[str, Any]
) -> None:
    upsert: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[connection.dialect.name]
    values = row(connection, **but)
    changed = upsert(LedgerRow).values(values).on_conflict_do_update(index_elements=on, set_={"kind": "note_added"})
    refused(connection, f"{APPEND_ONLY}|{NO_GAPS}", changed)


def test_a_row_that_is_not_the_next_of_its_journey_is_refused(connection: Connection) -> None:
    for number in (6, 4, 1, 0, -1, 1_000):
        refused(connection, NO_GAPS, insert(LedgerRow).values(row(connection, row=number, event_id=NEW)))
    elsewhere = row(connection, journey_id="journey/C4ZEYN7RB/service_division", row=2)
    refused(connection, NO_GAPS, insert(LedgerRow).values(elsewhere))


def test_an_event_has_one_row_in_a_journey(connection: Connection) -> None:
    again = insert(LedgerRow).values(row(connection, row=5))
    refused(connection, f"{NO_GAPS}|uq_ledger_journey_id_event_id", again)


def test_rows_sent_in_one_statement_must_follow_one_another(connection: Connection) -> None:
    pair = [row(connection, row=number, id=1_000 + number, event_id=UUID(int=number)) for number in (5, 7)]
    refused(connection, NO_GAPS, insert(LedgerRow).values(pair))


def test_a_row_that_does_not_carry_the_hash_of_the_row_before_is_refused(connection: Connection) -> None:
    for previous in ("0" * 64, "f" * 64, ""):
        refused(connection, CHAINED, insert(LedgerRow).values(row(connection, row=5, event_id=NEW, previous=previous)))
    elsewhere = row(connection, journey_id="journey/C4ZEYN7RB/service_division", row=1)
    refused(connection, CHAINED, insert(LedgerRow).values(elsewhere))


@pytest.mark.usefixtures("told")
def test_the_next_row_is_taken(engine: Engine) -> None:
    """What is refused above is refused for what is wrong in it, not because nothing may be inserted at all."""
    with engine.begin() as connection:
        connection.execute(insert(LedgerRow).values(row(connection, row=5, event_id=NEW)))
    assert [line["row"] for line in rows_of(engine, "ledger", "row")] == [1, 2, 3, 4, 5]
