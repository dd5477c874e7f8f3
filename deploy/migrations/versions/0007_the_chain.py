"""Each ledger row carries its hash and that of the row before; rows that were there are chained as they stand."""

import hashlib
from collections.abc import Iterator
from datetime import UTC
from itertools import groupby
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

BATCH = 1_000
"""Rows that are chained in one statement."""


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_OPEN if on_postgresql else SQLITE_OPEN:
        op.execute(statement)
    op.add_column("ledger", sa.Column("rules_digest", sa.String(length=64), nullable=True))
    op.add_column("ledger", sa.Column("previous", sa.String(length=64), nullable=True))
    op.add_column("ledger", sa.Column("hash", sa.String(length=64), nullable=True))
    chain(op.get_bind())
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.alter_column("previous", existing_type=sa.String(length=64), nullable=False)
        batch_op.alter_column("hash", existing_type=sa.String(length=64), nullable=False)
    for statement in POSTGRESQL_SHUT if on_postgresql else SQLITE_SHUT:
        op.execute(statement)


JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
LEDGER = sa.table(
    "ledger",
    *(sa.column(name, sa.Integer()) for name in ("id", "row")),
    *(sa.column(name, sa.String()) for name in ("journey_id", "kind", "actor", "rule", "source", "digest")),
    *(sa.column(name, sa.String()) for name in ("stage_before", "stage_after", "rules_digest", "previous", "hash")),
    sa.column("event_id", sa.Uuid()),
    sa.column("effective_on", sa.Date()),
    sa.column("recorded_at", sa.DateTime(timezone=True)),
    sa.column("accepted", sa.Boolean()),
    sa.column("receipt", JSON),
)


def chain(connection: sa.Connection) -> None:
    """Give every row its hash, journey by journey, in constant memory."""
    last = ""
    while True:
        query = sa.select(LEDGER.c.journey_id).distinct().where(LEDGER.c.journey_id > last)
        ids = list(connection.scalars(query.order_by(LEDGER.c.journey_id).limit(BATCH)))
        if not ids:
            return
        rows = connection.execute(
            sa.select(LEDGER).where(LEDGER.c.journey_id.in_(ids)).order_by(LEDGER.c.journey_id, LEDGER.c.row)
        ).mappings()
        for _, of_journey in groupby(rows.all(), key=lambda row: row["journey_id"]):
            write = sa.update(LEDGER).where(LEDGER.c.id == sa.bindparam("of_id"))
            connection.execute(write, list(chained(of_journey)))
        last = ids[-1]


def chained(rows: Iterator[Any]) -> Iterator[dict[str, Any]]:
    """The hashes of a journey's rows, as `models.ledger.hash_chain` makes them at the time of this migration."""
    previous = "0" * 64
    for row in rows:
        covered = {name: _plain(row[name]) for name in row if name not in ("id", "recorded_at", "hash")}
        moment = row["recorded_at"] if row["recorded_at"].tzinfo else row["recorded_at"].replace(tzinfo=UTC)
        covered["recorded_at"] = moment.astimezone(UTC).isoformat(timespec="microseconds")
        covered["previous"] = previous
        own = hashlib.sha256(rfc8785.dumps(covered)).hexdigest()
        yield {"of_id": row["id"], "previous": previous, "hash": own}
        previous = own


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | dict) else str(value)


POSTGRESQL_OPEN = ("drop trigger ledger_no_change on ledger", "drop trigger ledger_next_row on ledger")

POSTGRESQL_SHUT = (
    """
    create trigger ledger_no_change before update or delete on ledger
    for each row execute function ledger_is_append_only()
    """,
    """
    create or replace function ledger_has_no_gaps() returns trigger language plpgsql as $$
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

SQLITE_OPEN = ("drop trigger ledger_no_update", "drop trigger ledger_no_delete", "drop trigger ledger_next_row")

SQLITE_SHUT = (
    """
    create trigger ledger_no_update before update on ledger
    begin select raise(abort, 'the ledger is append-only: record a correction instead'); end
    """,
    """
    create trigger ledger_no_delete before delete on ledger
    begin select raise(abort, 'the ledger is append-only: record a correction instead'); end
    """,
    """
    create trigger ledger_next_row before insert on ledger
    when new.row <> (select coalesce(max(row), 0) + 1 from ledger where journey_id = new.journey_id)
        or exists (select 1 from ledger where journey_id = new.journey_id and event_id = new.event_id)
        or exists (select 1 from ledger where id = new.id)
    begin select raise(abort, 'the ledger has no gaps: this row is not the next of its journey'); end
    """,
    """
    create trigger ledger_chain before insert on ledger
    when new.row = (select coalesce(max(row), 0) + 1 from ledger where journey_id = new.journey_id)
        and new.previous is not coalesce(
            (select hash from ledger where journey_id = new.journey_id and row = new.row - 1),
            '0000000000000000000000000000000000000000000000000000000000000000'
        )
    begin select raise(abort, 'the ledger is a chain: this row does not follow the one before'); end
    """,
)


def downgrade() -> None:
    """There is no way back: see the first migration. Restore a backup instead."""
    raise RuntimeError(downgrade.__doc__)
