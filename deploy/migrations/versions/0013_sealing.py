"""A key for each candidate, which seals what is theirs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "candidate_keys",
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("candidate", name=op.f("pk_candidate_keys")),
    )
    if op.get_bind().execute(sa.text("select count(*) from ledger")).scalar():
        raise RuntimeError("The contents of these rows are not sealed. Begin with an empty database.")
    for table, old, new in CHANGED:
        for name in old:
            op.drop_column(table, name)
        for column in new:
            op.add_column(table, column)


CHANGED: tuple[tuple[str, tuple[str, ...], tuple[sa.Column[Any], ...]], ...] = (
    (
        "ledger",
        ("event", "receipt"),
        (
            sa.Column("commitment", sa.String(length=64), nullable=False),
            sa.Column("contents", sa.LargeBinary(), nullable=False),
        ),
    ),
    (
        "notices",
        ("notice",),
        (
            sa.Column("kind", sa.String(length=64), nullable=False),
            sa.Column("contents", sa.LargeBinary(), nullable=False),
        ),
    ),
)
