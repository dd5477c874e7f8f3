"""The first form: every table, with what keeps rows as they were written."""

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    create_tables()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """There is no way back: it would drop what was recorded. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)


def create_tables() -> None:
    op.create_table(
        "archived_histories",
        sa.Column("journey_id", sa.String(length=1000), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("journey_id", "run_id", name=op.f("pk_archived_histories")),
    )
    op.create_table(
        "candidate_keys",
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("candidate", name=op.f("pk_candidate_keys")),
    )
    op.create_table(
        "candidates",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("identity_index", sa.String(length=64), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_candidates")),
        sa.UniqueConstraint("identity_index", name=op.f("uq_candidates_identity_index")),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("provider_session", sa.String(length=255), nullable=True),
        sa.Column("level", sa.String(length=200), nullable=True),
        sa.Column("signed_in_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_sessions")),
    )
    op.create_table(
        "disposals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("decision", sa.String(length=60), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("sign_in", JSON, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_disposals")),
    )
    op.create_table(
        "findings",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("requirement", sa.String(length=64), nullable=False),
        sa.Column("essential", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("journey_id", "requirement", name=op.f("pk_findings")),
    )
    op.create_table(
        "follow_ups",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("after_days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("journey_id", "after_days", name=op.f("pk_follow_ups")),
    )
    op.create_table(
        "identity_commitments",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("sign_in", JSON, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_identity_commitments")),
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
        sa.Column("limit_on", sa.Date(), nullable=True),
        sa.Column("limit_by", sa.Text(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("referring_partner", sa.String(length=64), nullable=True),
        sa.Column("profile", sa.String(length=64), nullable=True),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_journeys")),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("stage_before", sa.String(length=32), nullable=True),
        sa.Column("stage_after", sa.String(length=32), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("rules_digest", sa.String(length=64), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("form", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("signature", sa.String(length=128), nullable=True),
        sa.Column("sign_in", JSON, nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("worker_signature", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("journey_id", "event_id", name=op.f("uq_ledger_journey_id_event_id")),
        sa.UniqueConstraint("journey_id", "row", name=op.f("uq_ledger_journey_id_row")),
    )
    op.create_index(
        "ix_ledger_of_candidate",
        "ledger",
        ["journey_id"],
        postgresql_ops={"journey_id": "varchar_pattern_ops"},
        postgresql_where=sa.text("row = 1"),
        sqlite_where=sa.text("row = 1"),
    )
    op.create_index(
        "ix_ledger_proposals",
        "ledger",
        ["recorded_at"],
        postgresql_where=sa.text("kind = 'correction_proposed'"),
        sqlite_where=sa.text("kind = 'correction_proposed'"),
    )
    op.create_table(
        "links",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_links")),
    )
    op.create_table(
        "mail_acts",
        sa.Column("mail_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("mail_id", "number", name=op.f("pk_mail_acts")),
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
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("pending_since", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("sent_to", sa.String(length=64), nullable=True),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("bounced_at", MOMENT, nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("ways", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
    )
    op.create_table(
        "open_items",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("coordinator", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("of_whom", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("partner", sa.String(length=64), nullable=True),
        sa.Column("about", sa.String(length=64), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("journey_id", "item", name=op.f("pk_open_items")),
    )
    op.create_table(
        "partner_messages",
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("partner", "message_id", name=op.f("pk_partner_messages")),
    )
    op.create_table(
        "passages",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("journey_id", "number", name=op.f("pk_passages")),
    )
    op.create_table(
        "position_changes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200).with_variant(sa.Text(), "postgresql"), nullable=False),
        sa.Column("unit", sa.String(length=200).with_variant(sa.Text(), "postgresql"), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("staffing_need", sa.Text(), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.Column("programmes", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_position_changes")),
    )
    op.create_table(
        "positions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200).with_variant(sa.Text(), "postgresql"), nullable=False),
        sa.Column("unit", sa.String(length=200).with_variant(sa.Text(), "postgresql"), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("staffing_need", sa.Text(), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.Column("programmes", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
    )
    op.create_table(
        "protections",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("sign_in", JSON, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_protections")),
    )
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
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("sign_in", JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reads")),
        sa.UniqueConstraint("journey_id", "number", name=op.f("uq_reads_journey_id_number")),
    )
    op.create_table(
        "received_mails",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("journey_id", sa.String(length=200), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mails")),
    )
    op.create_table(
        "reports",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("sign_in", JSON, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reports")),
    )
    op.create_table(
        "search_tokens",
        sa.Column("token", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("candidate", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("token", "candidate", name=op.f("pk_search_tokens")),
    )
    op.create_table(
        "statements",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_statements")),
    )
    op.create_table(
        "text_erasures",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=69), nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("sign_in", JSON, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_text_erasures")),
        sa.UniqueConstraint("text", name=op.f("uq_text_erasures_text")),
    )
    op.create_table(
        "texts",
        sa.Column("id", sa.String(length=69), nullable=False),
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("written_by", sa.String(length=80), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
    )
    op.create_table(
        "training_completions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("struck", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("signature", sa.String(length=128), nullable=True),
        sa.Column("sign_in", JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_completions")),
    )
    op.create_index("ix_training_completions_number", "training_completions", ["number"], unique=True)
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
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("signature", sa.String(length=128), nullable=True),
        sa.Column("sign_in", JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_staff")),
    )
    op.create_index("ix_unit_staff_number", "unit_staff", ["number"], unique=True)
    op.create_table(
        "places_taken",
        sa.Column("journey_id", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["position"], ["positions.id"], name=op.f("fk_places_taken_position")),
        sa.PrimaryKeyConstraint("journey_id", name=op.f("pk_places_taken")),
    )
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


INDEXES = (
    ("ix_desk_sessions_ends_at", "desk_sessions", ["ends_at"]),
    ("ix_desk_sessions_subject", "desk_sessions", ["subject"]),
    ("ix_disposals_candidate", "disposals", ["candidate"]),
    ("ix_identity_commitments_candidate", "identity_commitments", ["candidate"]),
    ("ix_journeys_candidate", "journeys", ["candidate"]),
    ("ix_journeys_coordinator_due_on", "journeys", ["coordinator", "due_on", "journey_id"]),
    ("ix_journeys_due_on", "journeys", ["due_on", "journey_id"]),
    ("ix_journeys_limit_on", "journeys", ["limit_on", "journey_id"]),
    ("ix_journeys_programme_due_on", "journeys", ["programme", "due_on", "journey_id"]),
    ("ix_journeys_programme_stage", "journeys", ["programme", "stage"]),
    ("ix_journeys_site_due_on", "journeys", ["site", "due_on", "journey_id"]),
    ("ix_journeys_stage_since", "journeys", ["stage", "since", "journey_id"]),
    ("ix_journeys_updated_at", "journeys", ["updated_at"]),
    ("ix_links_notice_id", "links", ["notice_id"]),
    ("ix_notices_created_at", "notices", ["created_at"]),
    ("ix_notices_journey_event", "notices", ["journey_id", "event_id"]),
    ("ix_notices_recipient", "notices", ["recipient"]),
    ("ix_notices_status_pending_since", "notices", ["status", "pending_since"]),
    ("ix_open_items_coordinator_due_on", "open_items", ["coordinator", "due_on", "journey_id", "item"]),
    ("ix_open_items_due_on", "open_items", ["due_on", "journey_id", "item"]),
    ("ix_open_items_programme_due_on", "open_items", ["programme", "due_on", "journey_id", "item"]),
    ("ix_open_items_site_due_on", "open_items", ["site", "due_on", "journey_id", "item"]),
    ("ix_partner_messages_received_at", "partner_messages", ["received_at"]),
    ("ix_protections_candidate", "protections", ["candidate"]),
    ("ix_reads_actor", "reads", ["actor"]),
    ("ix_reads_candidate", "reads", ["candidate"]),
    ("ix_reads_read_at", "reads", ["read_at"]),
    ("ix_received_mails_notice_id", "received_mails", ["notice_id"]),
    ("ix_received_mails_received_at", "received_mails", ["received_at"]),
    ("ix_reports_programme_act", "reports", ["programme", "act"]),
    ("ix_search_tokens_candidate", "search_tokens", ["candidate"]),
    ("ix_texts_journey_id", "texts", ["journey_id"]),
    ("ix_training_completions_package_person", "training_completions", ["package", "person"]),
    ("ix_unit_staff_unit", "unit_staff", ["unit"]),
    ("ix_places_taken_position", "places_taken", ["position"]),
)


class Kept(NamedTuple):
    """A table whose rows are never changed and never removed."""

    table: str
    same: str
    """Which row an insert would replace: in SQLite "insert or replace" removes one and fires no delete trigger."""
    function: str
    says: str
    """What PostgreSQL raises."""
    changed: str
    there: str
    """What SQLite raises where a row is changed, and where one is replaced."""


def kept(table: str, same: str = "number = new.number", says: str = "", function: str = "") -> Kept:
    changed = f"{table} are append-only: what was written stays"
    there = f"{table} are append-only: this row is there"
    return Kept(table, same, function or f"{table}_are_append_only", says or f"'{changed}'", changed, there)


def trained(table: str) -> Kept:
    says = "the training record is append-only: strike the row instead"
    return Kept(table, "id = new.id or number = new.number", "training_is_append_only", f"'{says}'", says, says)


OF_TEXTS = "texts_are_append_only"
SAID_OF_TEXTS = "'% are append-only: what was written stays, or is erased', tg_table_name"
ARCHIVED = "archived histories are append-only: "

KEPT = (
    Kept(
        "archived_histories",
        "journey_id = new.journey_id and run_id = new.run_id or rowid = new.rowid",
        "archived_histories_are_append_only",
        f"'{ARCHIVED}what was archived stays'",
        f"{ARCHIVED}what was archived stays",
        f"{ARCHIVED}this run is archived",
    ),
    kept("disposals"),
    kept("identity_commitments"),
    kept("position_changes"),
    kept("protections"),
    kept("reads", "id = new.id or (journey_id = new.journey_id and number = new.number)"),
    kept("reports", says="'% are append-only: what was written stays', tg_table_name"),
    kept("statements"),
    kept("text_erasures", "number = new.number or text = new.text", SAID_OF_TEXTS, OF_TEXTS),
    trained("training_completions"),
    trained("unit_staff"),
)

ONLY_ERASED = " and ".join(
    ["new.contents is null"]
    + [f"new.{name} = old.{name}" for name in ("id", "journey_id", "event_id", "field", "written_by", "written_at")]
)
"""The one change that a text may see: its contents go."""

LEDGER = "the ledger is append-only: record a correction instead"

FUNCTIONS = {row.function: row.says for row in KEPT} | {"ledger_is_append_only": f"'{LEDGER}'"}

POSTGRESQL = (
    # What is stored is compressed already: PostgreSQL need not try once more.
    "alter table archived_histories alter column packed set storage external",
    *(
        f"""
        create function {name}() returns trigger language plpgsql as $$
        begin
            raise exception {says};
        end $$
        """
        for name, says in FUNCTIONS.items()
    ),
    *(
        f"""
        create trigger {table}_no_{name} before {when} on {table}
        for each {each} execute function {function}()
        """
        for table, function in [(row.table, row.function) for row in KEPT] + [("ledger", "ledger_is_append_only")]
        for name, when, each in (("change", "update or delete", "row"), ("truncate", "truncate", "statement"))
    ),
    f"""
    create trigger texts_no_change before update on texts for each row when (not ({ONLY_ERASED}))
    execute function {OF_TEXTS}()
    """,
    f"create trigger texts_no_delete before delete on texts for each row execute function {OF_TEXTS}()",
    f"create trigger texts_no_truncate before truncate on texts for each statement execute function {OF_TEXTS}()",
    """
    create function ledger_has_no_gaps() returns trigger language plpgsql as $$
    begin
        if new.row <> (select coalesce(max(row), 0) + 1 from ledger where journey_id = new.journey_id) then
            raise exception 'the ledger has no gaps: row % is not the next of its journey', new.row;
        end if;
        if new.previous is distinct from coalesce(
            (select hash from ledger where journey_id = new.journey_id and row = new.row - 1), repeat('0', 64)
        ) then
            raise exception 'the ledger is a chain: row % does not follow the one before', new.row;
        end if;
        return new;
    end $$
    """,
    """
    create trigger ledger_next_row before insert on ledger
    for each row execute function ledger_has_no_gaps()
    """,
)


def refused(trigger: str, when: str, says: str) -> str:
    """What makes SQLite refuse: each of its triggers has one statement."""
    return f"create trigger {trigger} before {when} begin select raise(abort, '{says}'); end"


SQLITE = (
    *(
        refused(f"{table}_no_{change}", f"{change} on {table}", says)
        for table, says in [(row.table, row.changed) for row in KEPT] + [("ledger", LEDGER)]
        for change in ("update", "delete")
    ),
    *(
        refused(
            f"{row.table}_no_replace",
            f"insert on {row.table} when exists (select 1 from {row.table} where {row.same})",  # noqa: S608
            row.there,
        )
        for row in KEPT
    ),
    refused(
        "texts_no_update",
        f"update on texts when not ({ONLY_ERASED})",
        "texts are append-only: what was written stays, or is erased",
    ),
    refused("texts_no_delete", "delete on texts", "texts are append-only: what was written stays, or is erased"),
    refused(
        "texts_no_replace",
        "insert on texts when exists (select 1 from texts where id = new.id)",
        "texts are append-only: this row is there",
    ),
    # Also keeps "insert or replace" from removing a row.
    refused(
        "ledger_next_row",
        """insert on ledger
        when new.row <> (select coalesce(max(row), 0) + 1 from ledger where journey_id = new.journey_id)
            or exists (select 1 from ledger where journey_id = new.journey_id and event_id = new.event_id)
            or exists (select 1 from ledger where id = new.id)""",
        "the ledger has no gaps: this row is not the next of its journey",
    ),
    refused(
        "ledger_chain",
        """insert on ledger
        when new.row = (select coalesce(max(row), 0) + 1 from ledger where journey_id = new.journey_id)
            and new.previous is not coalesce(
                (select hash from ledger where journey_id = new.journey_id and row = new.row - 1),
                '0000000000000000000000000000000000000000000000000000000000000000'
            )""",
        "the ledger is a chain: this row does not follow the one before",
    ),
)
