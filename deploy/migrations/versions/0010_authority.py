"""Statements of authority, and who signed each ledger row: whoever sent the event, and the worker that wrote it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statements",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("said", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_statements")),
    )
    for name, length in (("key", 64), ("signature", 128), ("worker", 64), ("worker_signature", 128)):
        op.add_column("ledger", sa.Column(name, sa.String(length=length), nullable=True))
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


POSTGRESQL = (
    """
    create function statements_are_append_only() returns trigger language plpgsql as $$
    begin
        raise exception 'statements are append-only: what was said stays';
    end $$
    """,
    """
    create trigger statements_no_change before update or delete on statements
    for each row execute function statements_are_append_only()
    """,
    """
    create trigger statements_no_truncate before truncate on statements
    for each statement execute function statements_are_append_only()
    """,
)

SQLITE = (
    """
    create trigger statements_no_update before update on statements
    begin select raise(abort, 'statements are append-only: what was said stays'); end
    """,
    """
    create trigger statements_no_delete before delete on statements
    begin select raise(abort, 'statements are append-only: what was said stays'); end
    """,
    # Keeps "insert or replace" from removing a row, which fires no delete trigger.
    """
    create trigger statements_no_replace before insert on statements
    when exists (select 1 from statements where number = new.number)
    begin select raise(abort, 'statements are append-only: this number has a row'); end
    """,
)


def downgrade() -> None:
    """There is no way back: going back would drop who might do what. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
