"""Who opened an identity, and remarks apart from the events that they belong to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "identity_openings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("opened_by", sa.String(length=80), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_openings")),
    )
    with op.batch_alter_table("identity_openings", schema=None) as batch_op:
        batch_op.create_index("ix_identity_openings_number", ["number"], unique=False)

    op.create_table(
        "remarks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    with op.batch_alter_table("remarks", schema=None) as batch_op:
        batch_op.create_index("ix_remarks_journey_id", ["journey_id"], unique=False)

    statements = POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE
    for table in ("identity_openings", "remarks"):
        for statement in statements:
            op.execute(statement.format(table=table))


POSTGRESQL = (
    """
    create function {table}_are_append_only() returns trigger language plpgsql as $$
    begin
        raise exception '{table} are append-only: what was written stays';
    end $$
    """,
    """
    create trigger {table}_no_change before update or delete on {table}
    for each row execute function {table}_are_append_only()
    """,
    """
    create trigger {table}_no_truncate before truncate on {table}
    for each statement execute function {table}_are_append_only()
    """,
)

SQLITE = (
    """
    create trigger {table}_no_update before update on {table}
    begin select raise(abort, '{table} are append-only: what was written stays'); end
    """,
    """
    create trigger {table}_no_delete before delete on {table}
    begin select raise(abort, '{table} are append-only: what was written stays'); end
    """,
    # Keeps "insert or replace" from removing a row, which fires no delete trigger.
    """
    create trigger {table}_no_replace before insert on {table}
    when exists (select 1 from {table} where id = new.id)
    begin select raise(abort, '{table} are append-only: this id has a row'); end
    """,
)


def downgrade() -> None:
    """There is no way back: going back would drop who opened identities. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
