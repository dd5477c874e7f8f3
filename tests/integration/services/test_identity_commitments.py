"""Who the candidates are is held: an audit finds each identity that was changed, exchanged, taken out or put in."""

from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import Engine, insert, text, update
from sqlalchemy.exc import DatabaseError

from activities.sealing import sealer_on
from auditing.transparency.checkpointing import heads_of_logs
from auditing.transparency.signing import ChainHead
from auditing.verification.chained_checks import chained_findings
from auditing.verification.identity_checks import identity_findings
from models.identifiers import CandidateNumber
from models.tables.people import CandidateRow
from runtime.statement_log import StatementLog
from services.identities.register import Person, Register
from tests.support.authority import TestKeyring
from tests.support.identities import identity_rows, opened_in, rewrite
from tests.support.recording import RecordedWay, recorder_on, rows_of
from tests.support.values import COORDINATOR

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = [Person(f"1990{number:08}", f"Somebody {number}", f"{number}@example.se") for number in range(3)]
TABLE = "identity_commitments"


class Office:
    """Three people who have been referred, in a database without its guards."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        recorder = recorder_on(engine)
        register = Register(engine, Random(1), TestKeyring())
        self.numbers: list[CandidateNumber] = [register.number_of(one, NOW, COORDINATOR) for one in PEOPLE]
        for number in self.numbers:
            RecordedWay(recorder, number).comes("referred")

    def unguarded(self, *tables: str) -> None:
        with self.engine.begin() as connection:
            for table in tables:
                if self.engine.dialect.name == "postgresql":
                    connection.execute(text(f"alter table {table} disable trigger user"))
                else:
                    named = text("select name from sqlite_master where type = 'trigger' and tbl_name = :table")
                    for name in connection.scalars(named, {"table": table}).all():
                        connection.execute(text(f"drop trigger {name}"))

    def does(self, statement: str, **values: str) -> None:
        with self.engine.begin() as connection:
            assert connection.execute(text(statement), values).rowcount

    def named(self, checkpoint: dict[str, ChainHead] | None = None) -> set[tuple[str, str]]:
        """What an audit finds: which finding, of which candidate or row."""
        register = StatementLog(self.engine).register()
        every = [*identity_findings(self.engine), *chained_findings(self.engine, register, checkpoint)]
        return {(one.what.id.removeprefix("finding."), str(one.where.values["number"])) for one in every}  # type: ignore[union-attr]


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


def test_nothing_is_found_where_nobody_has_touched_them(office: Office) -> None:
    assert office.named() == set()
    assert [row["candidate"] for row in rows_of(office.engine, TABLE, "number")] == office.numbers


def test_a_commitment_says_nothing_of_the_person(office: Office) -> None:
    """Two who are registered alike have different ones: each has a salt of its own, sealed with the identity."""
    salts = [opened_in(office.engine, number)["salt"] for number in office.numbers]
    assert len(set(salts)) == 3
    assert {len(salt) for salt in salts} == {64}
    written = str(rows_of(office.engine, TABLE)) + str(rows_of(office.engine, "candidates"))
    assert all(
        said not in written for said in ("Somebody", "example", *(one.identity_number for one in PEOPLE), *salts)
    )


@pytest.mark.parametrize("column", ["name", "email", "phone", "identity_number", "salt"])
def test_an_identity_that_was_changed_is_named(office: Office, column: str) -> None:
    number = office.numbers[1]
    rewrite(office.engine, number, **{column: "190001010000"})
    assert office.named() == {("identity_changed", number)}


@pytest.mark.parametrize("contents", [b"", b"\x01 what no key has sealed, long enough to be something"])
def test_an_identity_that_does_not_open_is_named(office: Office, contents: bytes) -> None:
    number = office.numbers[1]
    with office.engine.begin() as connection:
        connection.execute(update(CandidateRow).where(CandidateRow.number == number).values(contents=contents))
    assert office.named() == {("identity_changed", number)}


def test_an_identity_that_is_found_by_another_number_is_named(office: Office) -> None:
    number = office.numbers[1]
    office.does("update candidates set identity_index = 'x' where number = :number", number=number)
    assert office.named() == {("identity_found_by_another", number)}


def test_identities_that_were_exchanged_are_named(office: Office) -> None:
    first, second, _third = office.numbers
    for number, other in ((first, "x"), (second, first), ("x", second)):
        office.does("update candidates set number = :other where number = :number", number=number, other=other)
    assert office.named() == {("identity_changed", first), ("identity_changed", second)}


def test_an_identity_that_was_taken_out_is_named(office: Office) -> None:
    office.does("delete from candidates where number = :number", number=office.numbers[2])
    assert office.named() == {("identity_missing", office.numbers[2])}


def test_an_identity_that_was_erased_with_all_that_was_said_of_them_is_not(office: Office) -> None:
    number = office.numbers[2]
    office.does("delete from candidates where number = :number", number=number)
    office.does("update candidate_keys set wrapped = null where candidate = :number", number=number)
    office.does("delete from search_tokens where candidate = :number", number=number)
    sealer_on(office.engine).forget(number)
    assert office.named() == set()


def test_an_identity_that_was_put_in_is_named(office: Office) -> None:
    rows = identity_rows(sealer_on(office.engine), "1", "A22222223", "198505059807", "Eve", NOW)
    with office.engine.begin() as connection:
        for table, said in rows.items():
            connection.execute(insert(table).values(said))
    assert office.named() == {("identity_not_signed", "A22222223")}


COMMITMENTS = {
    "exchanged": (
        [f"update {TABLE} set commitment = '{'0' * 64}' where number = 2"],
        {"identity_changed", "record_not_signed", "record_chain_broken"},
    ),
    "taken out": (
        [f"delete from {TABLE} where number = 2"],
        {"identity_not_signed", "record_missing", "record_chain_broken"},
    ),
    "taken out with the identity": (
        [
            f"delete from candidates where number = (select candidate from {TABLE} where number = 2)",
            f"delete from search_tokens where candidate = (select candidate from {TABLE} where number = 2)",
            f"delete from {TABLE} where number = 2",
        ],
        {"record_missing", "record_chain_broken"},
    ),
    "in another's name": (
        [f"update {TABLE} set recorded_by = 'coordinator:bo.lind' where number = 3"],
        {"record_not_signed"},
    ),
}


@pytest.mark.parametrize("case", COMMITMENTS)
def test_a_commitment_that_was_touched_is_named(office: Office, case: str) -> None:
    statements, expected = COMMITMENTS[case]
    office.unguarded(TABLE)
    for statement in statements:
        office.does(statement)
    assert {what for what, _of in office.named()} == expected


def test_the_latest_identity_taken_out_with_its_commitment_is_named_against_a_checkpoint(office: Office) -> None:
    with office.engine.connect() as connection:
        checkpoint = heads_of_logs(connection)
    office.unguarded(TABLE)
    office.does("delete from candidates where number = :number", number=office.numbers[2])
    office.does("delete from search_tokens where candidate = :number", number=office.numbers[2])
    office.does(f"delete from {TABLE} where number = 3")
    assert office.named() == set()
    assert office.named(checkpoint) == {("rows_gone", "3")}


@pytest.mark.parametrize("statement", [f"update {TABLE} set commitment = ''", f"delete from {TABLE}"])
def test_the_database_refuses_to_change_a_commitment(office: Office, statement: str) -> None:
    with office.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text(statement))
