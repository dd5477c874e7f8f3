"""What positions offer, as a log that workers sign: the table of positions follows from it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "position_changes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("staffing_need", sa.Text(), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.Column("programmes", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_position_changes")),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


POSTGRESQL = (
    """
    create function position_changes_are_append_only() returns trigger language plpgsql as $$
    begin
        raise exception 'position_changes are append-only: what was written stays';
    end $$
    """,
    """
    create trigger position_changes_no_change before update or delete on position_changes
    for each row execute function position_changes_are_append_only()
    """,
    """
    create trigger position_changes_no_truncate before truncate on position_changes
    for each statement execute function position_changes_are_append_only()
    """,
)

SQLITE = (
    """
    create trigger position_changes_no_update before update on position_changes
    begin select raise(abort, 'position_changes are append-only: what was written stays'); end
    """,
    """
    create trigger position_changes_no_delete before delete on position_changes
    begin select raise(abort, 'position_changes are append-only: what was written stays'); end
    """,
    # Keeps "insert or replace" from removing a row, which fires no delete trigger.
    """
    create trigger position_changes_no_replace before insert on position_changes
    when exists (select 1 from position_changes where number = new.number)
    begin select raise(abort, 'position_changes are append-only: this row is there'); end
    """,
)


def downgrade() -> None:
    """Only the version before this one is without the log, and its workers go on without it."""
    op.drop_table("position_changes")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function position_changes_are_append_only()")
