"""Stages passed, findings and follow-ups as read models; indexes for each way of asking who needs something today.

A journey that was under way gets its rows with its next event that changes them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "passages",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("journey_id", "number", name=op.f("pk_passages")),
    )
    op.create_table(
        "findings",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("requirement", sa.String(length=64), nullable=False),
        sa.Column("essential", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("journey_id", "requirement", name=op.f("pk_findings")),
    )
    op.create_table(
        "follow_ups",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("after_days", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("journey_id", "after_days", name=op.f("pk_follow_ups")),
    )
    with op.batch_alter_table("journeys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("referring_partner", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("profile", sa.String(length=64), nullable=True))
        batch_op.drop_index("ix_journeys_coordinator_due_on")
        batch_op.create_index("ix_journeys_due_on", ["due_on", "journey_id"], unique=False)
        batch_op.create_index("ix_journeys_coordinator_due_on", ["coordinator", "due_on", "journey_id"], unique=False)
        batch_op.create_index("ix_journeys_site_due_on", ["site", "due_on", "journey_id"], unique=False)
        batch_op.create_index("ix_journeys_programme_due_on", ["programme", "due_on", "journey_id"], unique=False)
        batch_op.create_index("ix_journeys_stage_since", ["stage", "since", "journey_id"], unique=False)


def downgrade() -> None:
    """There is no way back: what was written since would be lost. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
