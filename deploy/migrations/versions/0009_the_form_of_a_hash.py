"""Each ledger row names the form of what its hash covers; rows that were there name none."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("ledger", sa.Column("form", sa.Integer(), nullable=True))


def downgrade() -> None:
    """There is no way back: see the first migration. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
