"""Who a candidate is, and why somebody read of them, sealed; who is protected; readings that were refused."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("candidates", "identity_commitments", "reads"):
        if op.get_bind().execute(sa.text(f"select count(*) from {table}")).scalar():  # noqa: S608 – names of ours
            raise RuntimeError("The contents of these rows are not sealed. Begin with an empty database.")
        op.drop_table(table)
    op.create_table(
        "candidates",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("identity_index", sa.String(length=64), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_candidates")),
        sa.UniqueConstraint("identity_index", name=op.f("uq_candidates_identity_index")),
    )
    _create_log("identity_commitments", sa.Column("commitment", sa.String(length=64), nullable=False))
    _create_log(
        "protections",
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
    )
    _create_reads()
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:  # the other tables have theirs, which outlived them
        op.execute(FUNCTION)
        op.execute(AS_BEFORE_FOR_AUDITORS)
    for statement in POSTGRESQL if on_postgresql else SQLITE:
        for table, same in TABLES:
            op.execute(statement.format(table=table, same=same))


def _create_log(table: str, *columns: sa.Column[Any]) -> None:
    """A table of rows of a candidate that people sign."""
    op.create_table(
        table,
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        *columns,
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_candidate", table, ["candidate"], unique=False)


def _create_reads() -> None:
    op.create_table(
        "reads",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=True),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reads")),
        sa.UniqueConstraint("journey_id", "number", name=op.f("uq_reads_journey_id_number")),
    )
    op.create_index("ix_reads_read_at", "reads", ["read_at"], unique=False)


TABLES = (
    ("identity_commitments", "number = new.number"),
    ("protections", "number = new.number"),
    ("reads", "id = new.id or (journey_id = new.journey_id and number = new.number)"),
)
"""What is never changed and never removed, and which row an insert would replace."""

FUNCTION = """
    create function protections_are_append_only() returns trigger language plpgsql as $$
    begin
        raise exception 'protections are append-only: what was written stays';
    end $$
    """

AS_BEFORE_FOR_AUDITORS = """
    do $$ begin
        if exists (select 1 from pg_roles where rolname = 'hela_vagen_audit') then
            revoke all on candidates from hela_vagen_audit;
        end if;
    end $$
    """
"""A table that is made anew has the privileges of any new one: see `deploy/audit_role.sql`."""

POSTGRESQL = (
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
    when exists (select 1 from {table} where {same})
    begin select raise(abort, '{table} are append-only: this row is there'); end
    """,
)


def downgrade() -> None:
    """There is no way back: going back would drop who the candidates are. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
