"""Putting rows at the end of the chain of their table, each signed by whoever records it."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from activities import chained_rows
from models.identifiers import Actor
from models.tables.people import DisposalRow, IdentityCommitmentRow, ProtectionRow, ReportRow, TextErasureRow
from models.tables.training import TrainingCompletionRow, UnitStaffRow
from runtime.keyring import Keyring

R = TypeVar(
    "R",
    DisposalRow,
    IdentityCommitmentRow,
    ProtectionRow,
    ReportRow,
    TextErasureRow,
    TrainingCompletionRow,
    UnitStaffRow,
)


def append(session: Session, *rows: R, by: str, at: datetime, keyring: Keyring) -> None:
    """Put rows at the end of their table's chain. Raises UsageError where the key of `by` is not here.

    Where somebody else gets the number first, IntegrityError comes as the session is flushed.
    """
    for row in rows:
        row.recorded_by = by
    chained_rows.append(session, rows, at=at, by=keyring.signer(Actor.parse(by).name))
