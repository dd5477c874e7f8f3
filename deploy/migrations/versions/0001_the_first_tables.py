"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "candidates",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("identity_number", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_candidates")),
        sa.UniqueConstraint("identity_number", name=op.f("uq_candidates_identity_number")),
    )
    op.create_table(
        "journeys",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("coordinator", sa.String(length=64), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=True),
        sa.Column("end_reason", sa.String(length=64), nullable=True),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("of_whom", sa.String(length=64), nullable=False),
        sa.Column("waits_for", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_journeys")),
    )
    with op.batch_alter_table("journeys", schema=None) as batch_op:
        batch_op.create_index("ix_journeys_candidate", ["candidate"], unique=False)
        batch_op.create_index("ix_journeys_coordinator_due_on", ["coordinator", "due_on"], unique=False)
        batch_op.create_index("ix_journeys_programme_stage", ["programme", "stage"], unique=False)

    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("stage_before", sa.String(length=32), nullable=True),
        sa.Column("stage_after", sa.String(length=32), nullable=True),
        sa.Column("event", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("journey_id", "event_id", name=op.f("uq_ledger_journey_id_event_id")),
        sa.UniqueConstraint("journey_id", "row", name=op.f("uq_ledger_journey_id_row")),
    )
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_journey_event", ["journey_id", "event_id"], unique=False)
        batch_op.create_index("ix_notices_status_created_at", ["status", "created_at"], unique=False)

    op.create_table(
        "positions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("staffing_need", sa.Text(), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.Column("programmes", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
    )
    op.create_table(
        "places_taken",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["positions.id"], name=op.f("fk_places_taken_position")),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_places_taken")),
    )
    with op.batch_alter_table("places_taken", schema=None) as batch_op:
        batch_op.create_index("ix_places_taken_position", ["position"], unique=False)

    refuse_changes_to_the_ledger()


def refuse_changes_to_the_ledger() -> None:
    """The database itself keeps the ledger append-only and without gaps, whoever writes to it."""
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


POSTGRESQL = (
    """
    create function ledger_is_append_only() returns trigger language plpgsql as $$
    begin
        raise exception 'the ledger is append-only: record a correction instead';
    end $$
    """,
    """
    create trigger ledger_no_change before update or delete on ledger
    for each row execute function ledger_is_append_only()
    """,
    """
    create trigger ledger_no_truncate before truncate on ledger
    for each statement execute function ledger_is_append_only()
    """,
    """
    create function ledger_has_no_gaps() returns trigger language plpgsql as $$
    begin
        if new.row <> (select coalesce(max(row), 0) + 1 from ledger where journey_id = new.journey_id) then
            raise exception 'the ledger has no gaps: row % is not the next of its journey', new.row;
        end if;
        return new;
    end $$
    """,
    """
    create trigger ledger_next_row before insert on ledger
    for each row execute function ledger_has_no_gaps()
    """,
)

SQLITE = (
    """
    create trigger ledger_no_update before update on ledger
    begin select raise(abort, 'the ledger is append-only: record a correction instead'); end
    """,
    """
    create trigger ledger_no_delete before delete on ledger
    begin select raise(abort, 'the ledger is append-only: record a correction instead'); end
    """,
    # Also keeps "insert or replace" from removing a row, which fires no delete trigger.
    """
    create trigger ledger_next_row before insert on ledger
    when new.row <> (select coalesce(max(row), 0) + 1 from ledger where journey_id = new.journey_id)
        or exists (select 1 from ledger where journey_id = new.journey_id and event_id = new.event_id)
        or exists (select 1 from ledger where id = new.id)
    begin select raise(abort, 'the ledger has no gaps: this row is not the next of its journey'); end
    """,
)


def downgrade() -> None:
    """There is no way back: going back would drop the ledger. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
