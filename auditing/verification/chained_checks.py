"""Whether what people record beside the ledger is whole: each row in its place in its chain, signed by its author."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, select

from activities.chained_rows import LOGS
from auditing.evidence.evidence import JsonRow, as_json
from auditing.evidence.findings import Finding, finding_of, so_many
from auditing.transparency.signing import ChainHead
from auditing.verification.authority_checks import moment_of
from models.access.chained_rows import BEGINNING, chained_bytes, chained_hash
from models.access.permissions import PERMISSIONS, Operation, Reading, Relation
from models.access.register import Register
from models.access.speaking import sign_in_of, why_not_word_of
from models.identifiers import Actor
from models.message import Message, msg
from models.signatures import is_signed
from models.tables.base import table_of
from models.tables.journeys import PositionChangeRow
from models.tables.people import DisposalRow, IdentityCommitmentRow, ProtectionRow, ReportRow, TextErasureRow
from models.tables.training import UnitStaffRow

AT_ONCE = 1_000
"""Rows that are fetched at a time."""


def chained_findings(
    engine: Engine, register: Register, checkpoint: Mapping[str, ChainHead] | None = None
) -> Iterator[Finding]:
    """What is wrong with them: rows that were changed, taken out, put in or signed by somebody else, and rows that a
    checkpoint knows and that are gone."""
    for table in map(table_of, LOGS):
        # Rows without a number have no place in the chain, wherever they come.
        query = select(table).order_by(table.c.number, *table.primary_key)
        with engine.connect() as connection:
            rows = connection.execution_options(yield_per=AT_ONCE).execute(query)
            then = (checkpoint or {}).get(table.name)
            yield from _chain_findings(table.name, (as_json(row) for row in rows), register, then)


def _chain_findings(
    table: str, rows: Iterator[JsonRow], register: Register, then: ChainHead | None
) -> Iterator[Finding]:
    expected, previous = 1, BEGINNING
    kept, head = 0, BEGINNING
    for row in rows:
        where = _where(table, row["id"] if row["number"] is None else row["number"])
        yield from _row_findings(table, row, register, where)
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
            yield _chain_broken(where, previous, row["previous"])
        expected, previous = row["number"] + 1, chained_hash(table, row)
        if then is not None and row["number"] <= then.rows:
            kept, head = kept + 1, previous
    if then is not None:
        yield from _kept_findings(table, then, ChainHead(rows=kept, head=head))


def apart_findings(table: str, rows: Sequence[JsonRow], register: Register) -> Iterator[Finding]:
    """The same of some rows of a log, in their order: what others stand between them is not known."""
    before: JsonRow | None = None
    for row in rows:
        where = _where(table, row["number"])
        yield from _row_findings(table, row, register, where)
        if before is not None and row["number"] <= before["number"]:
            least = before["number"] + 1
            yield finding_of("finding.record_missing", "a row is missing or there twice", where, least, row["number"])
        elif before is not None and row["number"] == before["number"] + 1:
            expected = chained_hash(table, before)
            if row["previous"] != expected:
                yield _chain_broken(where, expected, row["previous"])
        before = row


def _chain_broken(where: Message, expected: str, found: str) -> Finding:
    return finding_of("finding.record_chain_broken", "the chain of the rows is broken", where, expected, found)


def _row_findings(table: str, row: JsonRow, register: Register, where: Message) -> Iterator[Finding]:
    """What is wrong with a row by itself."""
    if not _is_signed(table, row):
        said = msg("found.recorders_signature", "the signature of whoever recorded this row")
        yield finding_of(
            "finding.record_not_signed",
            "whoever recorded the row has not signed it",
            where,
            said,
            row["signature"],
        )
    elif table == PositionChangeRow.__tablename__:
        yield from _worker_findings(row, register, where)
    else:
        yield from _recorder_findings(table, row, register, where)


def _kept_findings(table: str, then: ChainHead, now: ChainHead) -> Iterator[Finding]:
    """What is gone of the rows of a checkpoint, or is another than it was. `now` is what is left of them."""
    where = _where(table, then.rows)
    if now.rows != then.rows:
        expected, found = so_many(then.rows), so_many(now.rows)
        yield finding_of("finding.rows_gone", "rows of the checkpoint are gone", where, expected, found)
    elif now.head != then.head:
        yield finding_of("finding.head_differs", "head differs from the checkpoint", where, then.head, now.head)


def _worker_findings(row: JsonRow, register: Register, where: Message) -> Iterator[Finding]:
    """What positions offer is signed by a worker whose key counted then."""
    if not register.is_a_workers(row["key"], moment_of(row["recorded_at"])):
        said = msg("found.signature_of_worker", "the signature of a registered worker")
        yield finding_of(
            "finding.row_not_a_workers", "no registered worker has signed the row", where, said, row["key"]
        )


def _recorder_findings(table: str, row: JsonRow, register: Register, where: Message) -> Iterator[Finding]:
    """A row counts where its author's key counted then, and they had the role that they recorded it in."""
    actor, at = Actor.read(row["recorded_by"]), moment_of(row["recorded_at"])
    key = register.key_of(row["key"], at)
    why_not = why_not_word_of(key, actor, sign_in_of(row), at) if key and actor else None
    if actor is None or key is None or why_not is not None:
        expected = msg(
            "found.word_of", "a key of {holder}, or the word of a server for them", holder=row["recorded_by"]
        )
        found = why_not or row["key"]
        yield finding_of("finding.record_by_another", "the row is signed by somebody else", where, expected, found)
    elif not _is_in_a_role_for_it(table, row, register, actor):
        said = msg("found.recorder_in_the_role", "somebody in the role that they recorded it in")
        yield finding_of(
            "finding.record_out_of_role", "the row was recorded out of role", where, said, row["recorded_by"]
        )


def _is_in_a_role_for_it(table: str, row: JsonRow, register: Register, actor: Actor) -> bool:
    """Whether somebody had the role then, and it gives the right that the table asks for, there where it asks."""
    held = [one for one in register.assignments(actor.name, moment_of(row["recorded_at"])) if one.role is actor.role]
    needed = _RIGHTS.get(table)
    farthest = Relation.ANY if needed is None else PERMISSIONS[actor.role].get(needed)
    if farthest is None or not held:
        return False
    return (
        table != ReportRow.__tablename__
        or farthest is Relation.ANY
        or any(one.is_in(row["programme"], None) for one in held)
    )


_RIGHTS = {ProtectionRow.__tablename__: Operation.PROTECTION, ReportRow.__tablename__: Reading.REPORT}
"""What only some roles may record."""


def _is_signed(table: str, row: Mapping[str, Any]) -> bool:
    if row["number"] is None or row["key"] is None or row["signature"] is None:
        return False
    return is_signed(chained_bytes(table, row), row["signature"], row["key"])


def _where(table: str, number: int) -> Message:
    if table == DisposalRow.__tablename__:
        return msg("where.disposal", "erasures, row {number}", number=number)
    if table == IdentityCommitmentRow.__tablename__:
        return msg("where.identity_commitment", "registered identities, row {number}", number=number)
    if table == ProtectionRow.__tablename__:
        return msg("where.protection", "protected persons, row {number}", number=number)
    if table == PositionChangeRow.__tablename__:
        return msg("where.position_change", "positions offered, row {number}", number=number)
    if table == ReportRow.__tablename__:
        return msg("where.report", "reports read and published, row {number}", number=number)
    if table == TextErasureRow.__tablename__:
        return msg("where.text_erasure", "erased texts, row {number}", number=number)
    if table == UnitStaffRow.__tablename__:
        return msg("where.unit_staff", "unit staff, row {number}", number=number)
    return msg("where.training_completion", "training taken, row {number}", number=number)
