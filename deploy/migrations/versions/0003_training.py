"""Training: who works in which unit, and who has taken which part of a package. Append-only, like the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = ("unit_staff", "training_completions")


def upgrade() -> None:
    op.create_table(
        "unit_staff",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_staff")),
    )
    op.create_index("ix_unit_staff_unit", "unit_staff", ["unit"], unique=False)
    op.create_table(
        "training_completions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_completions")),
    )
    op.create_index("ix_training_completions_package_person", "training_completions", ["package", "person"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


POSTGRESQL = (
    """
    create function training_is_append_only() returns trigger language plpgsql as $$
    begin
        raise exception 'the training record is append-only: strike the row instead';
    end $$
    """,
    *(
        f"""
        create trigger {table}_no_{name} before {when} on {table}
        for each {each} execute function training_is_append_only()
        """
        for table in TABLES
        for name, when, each in (("change", "update or delete", "row"), ("truncate", "truncate", "statement"))
    ),
)

SQLITE = (
    *(
        f"""
        create trigger {table}_no_{change} before {change} on {table}
        begin select raise(abort, 'the training record is append-only: strike the row instead'); end
        """
        for table in TABLES
        for change in ("update", "delete")
    ),
    # Keeps "insert or replace" from removing a row, which fires no delete trigger.
    *(
        f"""
        create trigger {table}_no_replace before insert on {table}
        when exists (select 1 from {table} where id = new.id)
        begin select raise(abort, 'the training record is append-only: strike the row instead'); end
        """  # noqa: S608
        for table in TABLES
    ),
)


def downgrade() -> None:
    """There is no way back: going back would drop the training record. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
