"""Which messages partners' systems have sent."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_messages",
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("partner", "message_id", name=op.f("pk_partner_messages")),
    )
    op.create_index("ix_partner_messages_received_at", "partner_messages", ["received_at"], unique=False)


def downgrade() -> None:
    op.drop_table("partner_messages")
