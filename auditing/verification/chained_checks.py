"""Whether what people record beside the ledger is whole: each row in its place in its chain, signed by its author."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Engine, select

from activities.record import table_of
from auditing.evidence.evidence import JsonRow, as_json
from auditing.evidence.findings import Finding, finding_of
from auditing.verification.authority_checks import moment_of
from models.access.chained_rows import BEGINNING, chained_bytes, chained_hash
from models.access.register import Register
from models.identifiers import Actor
from models.message import Message, msg
from models.signatures import is_signed
from models.tables import IdentityCommitmentRow, TrainingCompletionRow, UnitStaffRow

AT_ONCE = 1_000
"""Rows that are fetched at a time."""


def chained_findings(engine: Engine, register: Register) -> Iterator[Finding]:
    """What is wrong with them: rows that were changed, taken out, put in or signed by somebody else."""
    for model in (UnitStaffRow, TrainingCompletionRow, IdentityCommitmentRow):
        table = table_of(model)
        # Rows without a number have no place in the chain, wherever they come.
        query = select(table).order_by(table.c.number, *table.primary_key)
        with engine.connect() as connection:
            rows = connection.execution_options(yield_per=AT_ONCE).execute(query)
            yield from _chain_findings(table.name, (as_json(row) for row in rows), register)


def _chain_findings(table: str, rows: Iterator[JsonRow], register: Register) -> Iterator[Finding]:
    expected, previous = 1, BEGINNING
    for row in rows:
        where = _where(table, row)
        if not _is_signed(table, row):
            said = msg("found.recorders_signature", "the signature of whoever recorded this row")
            yield finding_of(
                "finding.record_not_signed",
                "whoever recorded the row has not signed it",
                where,
                said,
                row["signature"],
            )
        else:
            yield from _recorder_findings(row, register, where)
        if row["number"] is None:
            continue
        if row["number"] != expected:
            yield finding_of(
                "finding.record_missing",
                "a row is missing or there twice",
                where,
                expected,
                row["number"],
            )
        if row["previous"] != previous:
            yield finding_of(
                "finding.record_chain_broken",
                "the chain of the rows is broken",
                where,
                previous,
                row["previous"],
            )
        expected, previous = row["number"] + 1, chained_hash(table, row)


def _recorder_findings(row: JsonRow, register: Register, where: Message) -> Iterator[Finding]:
    """A row counts where its author's key counted then, and they had the role that they recorded it in."""
    actor, at = Actor.read(row["recorded_by"]), moment_of(row["recorded_at"])
    key = register.key_of(row["key"], at)
    if actor is None or key is None or (key.of, key.holder) != ("person", actor.name):
        expected = msg("found.key_of", "a key of {holder}", holder=row["recorded_by"])
        found = key.holder if key else row["key"]
        yield finding_of("finding.record_by_another", "the row is signed by somebody else", where, expected, found)
    elif all(one.role is not actor.role for one in register.assignments(actor.name, at)):
        said = msg("found.recorder_in_the_role", "somebody in the role that they recorded it in")
        yield finding_of(
            "finding.record_out_of_role", "the row was recorded out of role", where, said, row["recorded_by"]
        )


def _is_signed(table: str, row: Mapping[str, Any]) -> bool:
    if row["number"] is None or row["key"] is None or row["signature"] is None:
        return False
    return is_signed(chained_bytes(table, row), row["signature"], row["key"])


def _where(table: str, row: JsonRow) -> Message:
    number = row["id"] if row["number"] is None else row["number"]
    if table == IdentityCommitmentRow.__tablename__:
        return msg("where.identity_commitment", "registered identities, row {number}", number=number)
    if table == UnitStaffRow.__tablename__:
        return msg("where.unit_staff", "unit staff, row {number}", number=number)
    return msg("where.training_completion", "training taken, row {number}", number=number)
