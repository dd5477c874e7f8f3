"""Who read a report, what was published, and the first day at work of those who began another day than was agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("passages", sa.Column("began_on", sa.Date(), nullable=True))
    op.create_table(
        "reports",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_programme_act", "reports", ["programme", "act"], unique=False)
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if on_postgresql else SQLITE:
        op.execute(statement)


POSTGRESQL = (
    """
    create function reports_are_append_only() returns trigger language plpgsql as $$
    begin
        raise exception '% are append-only: what was written stays', tg_table_name;
    end $$
    """,
    """
    create trigger reports_no_change before update or delete on reports
    for each row execute function reports_are_append_only()
    """,
    """
    create trigger reports_no_truncate before truncate on reports
    for each statement execute function reports_are_append_only()
    """,
)

SQLITE = (
    """
    create trigger reports_no_update before update on reports
    begin select raise(abort, 'reports are append-only: what was written stays'); end
    """,
    """
    create trigger reports_no_delete before delete on reports
    begin select raise(abort, 'reports are append-only: what was written stays'); end
    """,
    # Keeps "insert or replace" from removing a row, which fires no delete trigger.
    """
    create trigger reports_no_replace before insert on reports
    when exists (select 1 from reports where number = new.number)
    begin select raise(abort, 'reports are append-only: this row is there'); end
    """,
)


def downgrade() -> None:
    """There is no way back: going back would drop what was published. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
