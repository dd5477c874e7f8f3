"""The statements of authority, as the database keeps them."""

from typing import Any

from sqlalchemy import select

from models.tables.ledger import StatementRow


def statements_after(number: int) -> Any:
    """The rows of later statements, in their order."""
    return select(StatementRow).where(StatementRow.number > number).order_by(StatementRow.number)
