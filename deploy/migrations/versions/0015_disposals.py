"""Erasures: a log of who proposed and who carried them out, and in the lists the day."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disposals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("decision", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_disposals")),
    )
    op.create_index("ix_disposals_candidate", "disposals", ["candidate"], unique=False)
    op.add_column("journeys", sa.Column("erased_on", sa.Date(), nullable=True))
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


POSTGRESQL = (
    """
    create function disposals_are_append_only() returns trigger language plpgsql as $$
    begin
        raise exception 'disposals are append-only: what was written stays';
    end $$
    """,
    """
    create trigger disposals_no_change before update or delete on disposals
    for each row execute function disposals_are_append_only()
    """,
    """
    create trigger disposals_no_truncate before truncate on disposals
    for each statement execute function disposals_are_append_only()
    """,
)

SQLITE = (
    """
    create trigger disposals_no_update before update on disposals
    begin select raise(abort, 'disposals are append-only: what was written stays'); end
    """,
    """
    create trigger disposals_no_delete before delete on disposals
    begin select raise(abort, 'disposals are append-only: what was written stays'); end
    """,
    # Keeps "insert or replace" from removing a row, which fires no delete trigger.
    """
    create trigger disposals_no_replace before insert on disposals
    when exists (select 1 from disposals where number = new.number)
    begin select raise(abort, 'disposals are append-only: this row is there'); end
    """,
)


def downgrade() -> None:
    """There is no way back: going back would drop by which decision anybody was erased. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
