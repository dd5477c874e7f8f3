"""Logs beside the ledger, each a table with one chain: putting signed rows at its end."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.access.chained_rows import BEGINNING, chained_bytes, chained_hash
from models.signatures import Signer, sign
from models.tables.journeys import PositionChangeRow
from models.tables.people import DisposalRow, IdentityCommitmentRow, ProtectionRow, ReportRow, TextErasureRow
from models.tables.training import TrainingCompletionRow, UnitStaffRow

R = TypeVar(
    "R",
    DisposalRow,
    IdentityCommitmentRow,
    PositionChangeRow,
    ProtectionRow,
    ReportRow,
    TextErasureRow,
    TrainingCompletionRow,
    UnitStaffRow,
)

LOGS = (
    DisposalRow,
    IdentityCommitmentRow,
    PositionChangeRow,
    ProtectionRow,
    ReportRow,
    TextErasureRow,
    TrainingCompletionRow,
    UnitStaffRow,
)
"""The tables that are such logs, in the order of their names."""


def hold_back_others(session: Session, table: type[R]) -> None:
    """Let nobody else write to a log until the session's transaction ends."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        # Not a lock on the table: for that a role needs a right to change its rows, which nobody is to have.
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"hela_vagen.{table.__tablename__}"))))


def append(session: Session, rows: Sequence[R], *, at: datetime, by: Signer) -> None:
    """Put rows of one table at the end of its chain, signed; nothing where there are none.

    Where somebody else gets a number first, IntegrityError comes as the session is flushed.
    """
    if not rows:
        return
    table: type[R] = type(rows[0])
    hold_back_others(session, table)
    chain = select(table).where(table.number.is_not(None)).order_by(table.number.desc())
    last = session.scalars(chain.limit(1)).first()
    for row in rows:
        row.recorded_at = max(at, last.recorded_at) if last else at
        row.number = (last.number or 0) + 1 if last else 1
        row.previous = chained_hash(table.__tablename__, vars(last)) if last else BEGINNING
        if by.kept is not None and not isinstance(row, PositionChangeRow):  # what positions offer, workers alone sign
            row.sign_in = by.kept
        signature = sign(by.key, chained_bytes(table.__tablename__, vars(row)))
        row.key, row.signature = signature.key, signature.value
        last = row
    session.add_all(rows)
