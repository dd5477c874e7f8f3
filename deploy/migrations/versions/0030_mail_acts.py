"""Who has read and settled mails that were kept, and letters by whom they were sent to."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_acts",
        sa.Column("mail_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mail_id", "number", name=op.f("pk_mail_acts")),
    )
    op.create_index("ix_notices_recipient", "notices", ["recipient"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_notices_recipient", table_name="notices")
    op.drop_table("mail_acts")
