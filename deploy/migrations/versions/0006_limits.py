"""The day on which the law makes a role permanent, and that law."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("journeys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("limit_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("limit_by", sa.Text(), nullable=True))
        batch_op.create_index("ix_journeys_limit_on", ["limit_on", "journey_id"])


def downgrade() -> None:
    """There is no way back: see the first migration. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
