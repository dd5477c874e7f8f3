"""The archive: histories of closed runs, kept longer than Temporal keeps them. Append-only, like the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "archived_histories",
        sa.Column("journey_id", sa.String(length=1000), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("journey_id", "run_id", name=op.f("pk_archived_histories")),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


POSTGRESQL = (
    # What is stored is compressed already: PostgreSQL need not try once more.
    "alter table archived_histories alter column packed set storage external",
    """
    create function archived_histories_are_append_only() returns trigger language plpgsql as $$
    begin
        raise exception 'archived histories are append-only: what was archived stays';
    end $$
    """,
    """
    create trigger archived_histories_no_change before update or delete on archived_histories
    for each row execute function archived_histories_are_append_only()
    """,
    """
    create trigger archived_histories_no_truncate before truncate on archived_histories
    for each statement execute function archived_histories_are_append_only()
    """,
)

SQLITE = (
    """
    create trigger archived_histories_no_update before update on archived_histories
    begin select raise(abort, 'archived histories are append-only: what was archived stays'); end
    """,
    """
    create trigger archived_histories_no_delete before delete on archived_histories
    begin select raise(abort, 'archived histories are append-only: what was archived stays'); end
    """,
    # Keeps "insert or replace" from removing a row, which fires no delete trigger.
    """
    create trigger archived_histories_no_replace before insert on archived_histories
    when exists (select 1 from archived_histories where journey_id = new.journey_id and run_id = new.run_id)
        or exists (select 1 from archived_histories where rowid = new.rowid)
    begin select raise(abort, 'archived histories are append-only: this run is archived'); end
    """,
)


def downgrade() -> None:
    """There is no way back: going back would drop histories that nobody else has. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
