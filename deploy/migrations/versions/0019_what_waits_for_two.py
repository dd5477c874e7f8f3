"""An index for the proposals that wait for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PROPOSED = sa.text("kind = 'correction_proposed'")


def upgrade() -> None:
    op.create_index(
        "ix_ledger_proposals",
        "ledger",
        ["recorded_at"],
        unique=False,
        postgresql_where=PROPOSED,
        sqlite_where=PROPOSED,
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_proposals", table_name="ledger")
