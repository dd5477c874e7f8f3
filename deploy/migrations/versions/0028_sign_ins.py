"""By what a server of ours knew for whom it signed, in each row that it signs for somebody."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLES = (
    "ledger",
    "reads",
    "disposals",
    "identity_commitments",
    "protections",
    "reports",
    "text_erasures",
    "unit_staff",
    "training_completions",
)


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("sign_in", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True))


def downgrade() -> None:
    """There is no way back: without its sign-in no row counts that a server signed. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
