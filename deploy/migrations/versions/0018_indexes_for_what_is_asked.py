"""Indexes for what interfaces ask of many journeys: latest first, by a candidate, by a reader."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_journeys_updated_at", "journeys", "updated_at"),
    ("ix_notices_created_at", "notices", "created_at"),
    ("ix_reads_candidate", "reads", "candidate"),
    ("ix_reads_actor", "reads", "actor"),
)


def upgrade() -> None:
    for name, table, column in INDEXES:
        op.create_index(name, table, [column], unique=False)
    op.create_index(
        "ix_ledger_of_candidate",
        "ledger",
        ["journey_id"],
        unique=False,
        postgresql_ops={"journey_id": "varchar_pattern_ops"},
        postgresql_where=sa.text("row = 1"),
        sqlite_where=sa.text("row = 1"),
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_of_candidate", table_name="ledger")
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
