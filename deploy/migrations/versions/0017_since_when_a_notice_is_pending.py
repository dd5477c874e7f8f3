"""Since when each notice is pending: one that was taken up again is tried as long as a new one."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("pending_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE notices SET pending_since = created_at")
    with op.batch_alter_table("notices") as batch_op:
        batch_op.alter_column("pending_since", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.drop_index("ix_notices_status_created_at")
        batch_op.create_index("ix_notices_status_pending_since", ["status", "pending_since"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("notices") as batch_op:
        batch_op.drop_index("ix_notices_status_pending_since")
        batch_op.create_index("ix_notices_status_created_at", ["status", "created_at"], unique=False)
        batch_op.drop_column("pending_since")
