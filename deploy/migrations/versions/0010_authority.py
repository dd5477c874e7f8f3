"""Statements of authority, who signed each row of the ledger and of the training record, and readings in the place of
openings of identities."""

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
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.drop_table("identity_openings")
    if on_postgresql:
        op.execute("drop function identity_openings_are_append_only()")
    _create_reads()
    _create_identity_commitments()
    for statement in POSTGRESQL if on_postgresql else SQLITE:
        for table, same in TABLES:
            op.execute(statement.format(table=table, same=same))
    _sign_training(on_postgresql)


def _create_identity_commitments() -> None:
    op.add_column("candidates", sa.Column("salt", sa.String(length=64), nullable=True))
    op.create_table(
        "identity_commitments",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_identity_commitments")),
        sa.UniqueConstraint("candidate", name=op.f("uq_identity_commitments_candidate")),
    )


def _sign_training(on_postgresql: bool) -> None:
    """A place in a chain, a key and a signature for each row that is recorded from now on."""
    for table in ("unit_staff", "training_completions"):
        op.add_column(table, sa.Column("number", sa.Integer(), nullable=True))
        for name, length in (("previous", 64), ("key", 64), ("signature", 128)):
            op.add_column(table, sa.Column(name, sa.String(length=length), nullable=True))
        op.create_index(f"ix_{table}_number", table, ["number"], unique=True)
        if not on_postgresql:
            op.execute(f"drop trigger {table}_no_replace")
            op.execute(NO_REPLACE_OF_TRAINING.format(table=table))


NO_REPLACE_OF_TRAINING = """
    create trigger {table}_no_replace before insert on {table}
    when exists (select 1 from {table} where id = new.id or number = new.number)
    begin select raise(abort, 'the training record is append-only: strike the row instead'); end
    """
"""As before, and by its number too."""


def _create_reads() -> None:
    op.create_table(
        "reads",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reads")),
        sa.UniqueConstraint("journey_id", "number", name=op.f("uq_reads_journey_id_number")),
    )
    op.create_index("ix_reads_read_at", "reads", ["read_at"], unique=False)


TABLES = (
    ("statements", "number = new.number"),
    ("identity_commitments", "number = new.number or candidate = new.candidate"),
    ("reads", "id = new.id or (journey_id = new.journey_id and number = new.number)"),
)
"""What is never changed and never removed, and which row an insert would replace."""


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
    when exists (select 1 from {table} where {same})
    begin select raise(abort, '{table} are append-only: this row is there'); end
    """,
)


def downgrade() -> None:
    """There is no way back: going back would drop who might do what, and who read. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
