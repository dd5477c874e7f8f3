"""The statements of authority, as the database keeps them."""

from typing import Any

from sqlalchemy import func, select

from models.tables.ledger import StatementRow

LATEST_STATEMENT = select(func.coalesce(func.max(StatementRow.number), 0)).scalar_subquery()
"""The number of the last row, as part of another query."""


def statements_after(number: int) -> Any:
    """The rows of later statements, in their order."""
    return select(StatementRow).where(StatementRow.number > number).order_by(StatementRow.number)
