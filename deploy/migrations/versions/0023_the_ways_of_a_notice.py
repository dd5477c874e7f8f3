"""What came of each way by which a partner is told, where it has several; nothing of notices from before."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("ways", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("notices", "ways")
