"""What candidates are found by beside their identity number: tokens of names, telephone numbers and addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_tokens",
        sa.Column("token", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("token", "candidate", name=op.f("pk_search_tokens")),
    )
    op.create_index("ix_search_tokens_candidate", "search_tokens", ["candidate"], unique=False)


def downgrade() -> None:
    op.drop_table("search_tokens")
