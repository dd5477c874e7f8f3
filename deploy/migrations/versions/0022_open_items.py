"""What journeys wait for, each thing a row; of journeys from before, the one that their list told of."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_open_items_due_on": (),
    "ix_open_items_coordinator_due_on": ("coordinator",),
    "ix_open_items_site_due_on": ("site",),
    "ix_open_items_programme_due_on": ("programme",),
}

FROM_LISTS = """
insert into open_items 
    (journey_id, item, candidate, stage, programme, site, coordinator, what, of_whom, since, due_on)
select journey_id, waits_for, candidate, stage, programme, site, coordinator, substr(waits_for, 1, 64), of_whom, since,
    due_on
from journeys where due_on is not null and erased_on is null
"""
"""A repair of the journey, or its next event that moves a day, tells the rest."""


def upgrade() -> None:
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
    for name, before in INDEXES.items():
        op.create_index(name, "open_items", [*before, "due_on", "journey_id", "item"], unique=False)
    op.execute(FROM_LISTS)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="open_items")
    op.drop_table("open_items")
