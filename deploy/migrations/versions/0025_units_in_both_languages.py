"""The unit of a position is kept in both languages, so that it may be longer."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = ("positions", "position_changes")


def upgrade() -> None:
    # SQLite asks no text for its length, and a table made anew would lose its triggers.
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.alter_column(table, "unit", type_=sa.Text(), existing_nullable=False)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.alter_column(table, "unit", type_=sa.String(200), existing_nullable=False)
