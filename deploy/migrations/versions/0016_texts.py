"""What people write in events, apart from them, and which of it was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().execute(sa.text("select count(*) from remarks")).scalar():
        raise RuntimeError("These remarks are not sealed. Begin with an empty database.")
    op.drop_table("remarks")
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute("drop function remarks_are_append_only()")
    op.create_table(
        "texts",
        sa.Column("id", sa.String(length=69), nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
    )
    op.create_index("ix_texts_journey_id", "texts", ["journey_id"])
    op.create_table(
        "text_erasures",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=69), nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_text_erasures")),
        sa.UniqueConstraint("text", name=op.f("uq_text_erasures_text")),
    )
    for statement in POSTGRESQL if on_postgresql else SQLITE:
        op.execute(statement)


ONLY_ERASED = " and ".join(
    ["new.contents is null"]
    + [f"new.{name} = old.{name}" for name in ("id", "journey_id", "event_id", "field", "written_by", "written_at")]
)
"""The one change that a text may see: its contents go."""

POSTGRESQL = (
    """
    create function texts_are_append_only() returns trigger language plpgsql as $$
    begin
        raise exception '% are append-only: what was written stays, or is erased', tg_table_name;
    end $$
    """,
    f"""
    create trigger texts_no_change before update on texts for each row when (not ({ONLY_ERASED}))
    execute function texts_are_append_only()
    """,
    """
    create trigger texts_no_delete before delete on texts for each row execute function texts_are_append_only()
    """,
    """
    create trigger texts_no_truncate before truncate on texts
    for each statement execute function texts_are_append_only()
    """,
    """
    create trigger text_erasures_no_change before update or delete on text_erasures
    for each row execute function texts_are_append_only()
    """,
    """
    create trigger text_erasures_no_truncate before truncate on text_erasures
    for each statement execute function texts_are_append_only()
    """,
)

SQLITE = (
    f"""
    create trigger texts_no_update before update on texts when not ({ONLY_ERASED})
    begin select raise(abort, 'texts are append-only: what was written stays, or is erased'); end
    """,
    """
    create trigger texts_no_delete before delete on texts
    begin select raise(abort, 'texts are append-only: what was written stays, or is erased'); end
    """,
    # Keeps "insert or replace" from removing a row, which fires no delete trigger.
    """
    create trigger texts_no_replace before insert on texts when exists (select 1 from texts where id = new.id)
    begin select raise(abort, 'texts are append-only: this row is there'); end
    """,
    """
    create trigger text_erasures_no_update before update on text_erasures
    begin select raise(abort, 'text_erasures are append-only: what was written stays'); end
    """,
    """
    create trigger text_erasures_no_delete before delete on text_erasures
    begin select raise(abort, 'text_erasures are append-only: what was written stays'); end
    """,
    """
    create trigger text_erasures_no_replace before insert on text_erasures
    when exists (select 1 from text_erasures where number = new.number or text = new.text)
    begin select raise(abort, 'text_erasures are append-only: this row is there'); end
    """,
)


def downgrade() -> None:
    """There is no way back: going back would drop what people wrote. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
