"""Whom each notice was sent to: a coordinator's may have gone to a substitute, the manager's goes to whoever it is."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("sent_to", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("notices", "sent_to")
