"""Putting rows at the end of the chain of their table, each signed by whoever records it."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.access.chained_rows import BEGINNING, chained_bytes, chained_hash
from models.identifiers import Actor
from models.signatures import sign
from models.tables import IdentityCommitmentRow, TrainingCompletionRow, UnitStaffRow
from runtime.keyring import Keyring

R = TypeVar("R", UnitStaffRow, TrainingCompletionRow, IdentityCommitmentRow)


def append(session: Session, row: R, *, by: str, at: datetime, keyring: Keyring) -> None:
    """Put a row at the end of its table's chain. Raises UsageError where the key of `by` is not here.

    Where somebody else gets the number first, IntegrityError comes as the session is flushed.
    """
    table: type[R] = type(row)
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        session.execute(text(f"lock table {table.__tablename__} in share row exclusive mode"))
    chain = select(table).where(table.number.is_not(None)).order_by(table.number.desc())
    last = session.scalars(chain.limit(1)).first()
    row.recorded_by, row.recorded_at = by, max(at, last.recorded_at) if last else at
    row.number = (last.number or 0) + 1 if last else 1
    row.previous = chained_hash(table.__tablename__, vars(last)) if last else BEGINNING
    signature = sign(keyring.key(Actor.parse(by).name), chained_bytes(table.__tablename__, vars(row)))
    row.key, row.signature = signature.key, signature.value
    session.add(row)
