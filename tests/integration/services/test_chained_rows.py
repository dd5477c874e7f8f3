"""The training record as a log: an audit finds each row that somebody changed, exchanged, took out or put in."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text, update

from auditing.evidence.evidence import as_json
from auditing.transparency.checkpointing import heads_of_logs
from auditing.transparency.signing import ChainHead
from auditing.verification.chained_checks import chained_findings
from models.access.chained_rows import BEGINNING, chained_bytes, chained_hash
from models.access.statements import Assignment, KeyRevoked
from models.fields import FIRST_DAY
from models.identifiers import Role
from models.programme.training import Completion, StaffForm
from models.signatures import public_key_of, sign
from models.tables.base import Base, table_of
from models.tables.training import TrainingCompletionRow, UnitStaffRow
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from services.training import TrainingRecord
from tests.support.authority import TestKeyring, enter, found, key_of
from tests.support.programmes import RULES
from tests.support.values import MONDAY

PACKAGE = RULES.packages["values_and_diversity"]
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = "coordinator:anna.berg"
TABLES: dict[str, type[Base]] = {"unit_staff": UnitStaffRow, "training_completions": TrainingCompletionRow}
LOGS = (*TABLES, "position_changes")


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """Three rows in each table, recorded by Anna Berg, in a database without its guards."""
    found(engine, RULES)
    employ(engine, "maria.ek", "jonas.alm", "K7Q29FMXB")
    assert TrainingRecord(engine, TestKeyring()).complete(
        PACKAGE, [Completion("maria.ek", part.id, MONDAY) for part in PACKAGE.parts], by=BY, at=NOW
    )
    with engine.begin() as connection:
        for table in LOGS:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"alter table {table} disable trigger user"))
            else:
                for change in ("update", "delete", "replace"):
                    connection.execute(text(f"drop trigger {table}_no_{change}"))
    return engine


def named(engine: Engine, checkpoint: dict[str, ChainHead] | None = None) -> set[tuple[str, str]]:
    """What an audit finds: which finding, in which row of which table."""
    register = StatementLog(engine).register()
    places = {"where.unit_staff": "staff", "where.training_completion": "taken", "where.position_change": "offered"}
    return {
        (one.what.id.removeprefix("finding.record_"), f"{places[one.where.id]} {one.where.values['number']}")  # type: ignore[union-attr]
        for one in chained_findings(engine, register, checkpoint)
    }


def rows_in(engine: Engine, table: str) -> list[dict[str, Any]]:
    rows = table_of(TABLES[table])
    with engine.connect() as connection:
        return [as_json(row) for row in connection.execute(rows.select().order_by(rows.c.number))]


def test_nothing_is_found_where_nobody_has_touched_it(engine: Engine) -> None:
    assert named(engine) == set()
    for table in TABLES:
        rows = rows_in(engine, table)
        assert [row["number"] for row in rows] == [1, 2, 3]
        assert [row["previous"] for row in rows] == [BEGINNING, *(chained_hash(table, row) for row in rows[:-1])]


CHANGED = {
    "the person": ("unit_staff", "update unit_staff set person = 'eve' where number = 2", 2),
    "the unit": ("unit_staff", "update unit_staff set unit = 'Elsewhere' where number = 2", 2),
    "the last day": ("unit_staff", "update unit_staff set until_day = '2024-02-01' where number = 2", 2),
    "who recorded it": (
        "unit_staff",
        "update unit_staff set recorded_by = 'coordinator:bo.lind' where number = 2",
        2,
    ),
    "a day": (
        "training_completions",
        "update training_completions set completed_on = '2020-01-01' where number = 2",
        2,
    ),
    "that it is struck": ("training_completions", "update training_completions set struck = true where number = 2", 2),
    "the last row": ("training_completions", "update training_completions set person = 'eve' where number = 3", 3),
    "no signature": ("unit_staff", "update unit_staff set signature = null where number = 3", 3),
    "no number": ("unit_staff", "update unit_staff set number = null, key = null where number = 3", 3),
}


@pytest.mark.parametrize("case", CHANGED)
def test_a_row_that_was_changed_is_named(engine: Engine, case: str) -> None:
    table, statement, row = CHANGED[case]
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1
    place = {"unit_staff": "staff", "training_completions": "taken"}[table]
    expected = {("not_signed", f"{place} {row}")}
    if row == 2:
        expected.add(("chain_broken", f"{place} 3"))
    assert named(engine) == expected


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize(("table", "place"), [("unit_staff", "staff"), ("training_completions", "taken")])
def test_a_row_that_was_taken_out_is_named(engine: Engine, table: str, place: str, number: int) -> None:
    with engine.begin() as connection:
        assert connection.execute(text(f"delete from {table} where number = {number}")).rowcount == 1
    assert named(engine) == {("missing", f"{place} {number + 1}"), ("chain_broken", f"{place} {number + 1}")}


def checkpoint_of(engine: Engine) -> dict[str, ChainHead]:
    with engine.connect() as connection:
        return heads_of_logs(connection)


PLACES = {"unit_staff": "staff", "training_completions": "taken", "position_changes": "offered"}


@pytest.mark.parametrize("table", LOGS)
def test_latest_rows_that_were_cut_off_are_named_against_a_checkpoint(engine: Engine, table: str) -> None:
    checkpoint = checkpoint_of(engine)
    last = checkpoint[table].rows
    assert last >= 3
    with engine.begin() as connection:
        assert connection.execute(text(f"delete from {table} where number >= {last - 1}")).rowcount == 2
    assert named(engine) == set()
    assert named(engine, checkpoint) == {("finding.rows_gone", f"{PLACES[table]} {last}")}


def employ(engine: Engine, *people: str) -> None:
    said = {"from_day": date(2024, 1, 1), "until_day": None, "by": BY, "at": NOW}
    for person in people:
        assert TrainingRecord(engine, TestKeyring()).employ("Ward service", person, StaffForm.PERMANENT, **said)  # type: ignore[arg-type]


def test_rows_that_were_recorded_anew_in_the_place_of_others_are_named_against_a_checkpoint(engine: Engine) -> None:
    checkpoint = checkpoint_of(engine)
    with engine.begin() as connection:
        assert connection.execute(text("delete from unit_staff where number = 3")).rowcount == 1
    employ(engine, "a.one", "b.two")
    assert named(engine) == set()
    assert named(engine, checkpoint) == {("finding.head_differs", "staff 3")}


def test_a_log_that_only_grew_agrees_with_a_checkpoint(engine: Engine) -> None:
    checkpoint = checkpoint_of(engine)
    assert (checkpoint["unit_staff"].rows, checkpoint["identity_commitments"].rows) == (3, 0)
    employ(engine, "a.one")
    assert named(engine, checkpoint) == set()


def test_rows_that_were_exchanged_are_named(engine: Engine) -> None:
    first, second, _last = rows_in(engine, "unit_staff")
    table = table_of(UnitStaffRow)
    with engine.begin() as connection:
        for row, other in ((first, second), (second, first)):
            values = {name: other[name] for name in ("person", "key", "signature")}
            connection.execute(update(table).where(table.c.id == row["id"]).values(values))
    assert {("not_signed", "staff 1"), ("not_signed", "staff 2")} <= named(engine)


def put_in(engine: Engine, key: str | None, **changed: Any) -> None:
    """The next row of the completions by SQL, in its place in the chain, signed with somebody's key or none."""
    table = table_of(TrainingCompletionRow)
    with engine.begin() as connection:
        last = dict(connection.execute(table.select().order_by(table.c.number.desc()).limit(1)).one()._mapping)
        previous = chained_hash(table.name, last)
        del last["id"]
        row = {**last, "number": last["number"] + 1, "previous": previous, "person": "eve", **changed}
        if key is not None:
            signed = sign(key_of(key), chained_bytes(table.name, row))
            row |= {"key": signed.key, "signature": signed.value}
        connection.execute(insert(table).values(row))


def test_a_row_that_was_put_in_is_named(engine: Engine) -> None:
    put_in(engine, None)  # the key and the signature of the row before
    assert named(engine) == {("not_signed", "taken 4")}


@pytest.mark.parametrize("key", ["bo.lind", "nobody.here"])
def test_a_row_that_another_signed_is_named(engine: Engine, key: str) -> None:
    put_in(engine, key)
    assert named(engine) == {("by_another", "taken 4")}


def test_a_row_in_a_role_that_its_author_does_not_have_is_named(engine: Engine) -> None:
    enter(engine, "rita.rev", Assignment(role=Role.AUDITOR, from_day=FIRST_DAY))
    now = datetime.now(UTC)
    put_in(engine, "rita.rev", recorded_by="auditor:rita.rev", recorded_at=now)
    assert named(engine) == set()
    put_in(engine, "rita.rev", recorded_by="coordinator:rita.rev", recorded_at=now)
    assert named(engine) == {("out_of_role", "taken 5")}


def test_a_row_that_a_revoked_key_signed_is_named(engine: Engine) -> None:
    revoked = datetime.now(UTC)
    of_bo = KeyRevoked(at=revoked, key=public_key_of(key_of("bo.lind")), because="A lost laptop")
    StatementLog(engine).add(of_bo, key_of(OPERATOR))
    put_in(engine, "bo.lind", recorded_by="coordinator:bo.lind", recorded_at=datetime.now(UTC))
    assert named(engine) == {("by_another", "taken 4")}


def test_recording_goes_on_from_the_last_signed_row(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("update unit_staff set number = null, previous = null, key = null, signature = null"))
    employ(engine, "a.one", "b.two")
    assert {what for what, _place in named(engine)} == {"not_signed"}
    assert len(named(engine)) == 3
