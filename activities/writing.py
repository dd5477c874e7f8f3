"""Writing rows at once, past the unit of work: the recording is the transaction that every event waits for."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from models.tables import Base


def table_of(row: type[Base]) -> Table:
    return cast("Table", row.__table__)


def insert_rows(session: Session, row: type[Base], values: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of one table in the session's transaction; nothing where there are none."""
    if values:
        session.connection().execute(insert(table_of(row)), list(values))
