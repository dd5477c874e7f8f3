"""Who has read of many journeys, some journeys at a time, with why, as far as an auditor is shown it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, select

from activities.identities import place_of_reading, reason_in
from activities.sealing import KeyUnusable, Sealer, sealer_on
from models.tables.base import table_of
from models.tables.people import ReadRow

READS = table_of(ReadRow).c


class Reading(NamedTuple):
    """That somebody read something of a candidate, or was refused. Why is not told of a `protected` person."""

    number: int
    actor: str
    what: str
    read_at: datetime
    stage: str
    relation: str
    urgent: bool
    refused: bool
    because: str | None
    protected: bool


PLAIN = tuple(READS[name] for name in Reading._fields[:8])


def reads_of(
    engine: Engine, ids: Sequence[str], known_by: datetime, protected: Collection[str], what: Collection[str] | None
) -> dict[str, tuple[Reading, ...]]:
    """What was read of these journeys by a moment, of some kinds or of all, by journey."""
    query = select(*PLAIN, READS.journey_id, READS.candidate, READS.contents)
    query = query.where(READS.journey_id.in_(ids), READS.read_at <= known_by)
    if what is not None:
        query = query.where(READS.what.in_(what))
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(READS.journey_id, READS.number)).all()
    sealer = sealer_on(engine)
    sealer.have(row.candidate for row in rows)
    found: dict[str, list[Reading]] = defaultdict(list)
    for row in rows:
        hidden = row.candidate in protected
        found[row.journey_id].append(Reading(*row[:8], None if hidden else _because(sealer, row), hidden))
    return {id_: tuple(reads) for id_, reads in found.items()}


def _because(sealer: Sealer, row: Any) -> str | None:
    """Why somebody read; None also where it cannot be read any more."""
    try:
        seal = sealer.unless_ended(row.candidate)
    except KeyUnusable:  # an audit names it
        return None
    return reason_in(seal, place_of_reading(row.journey_id, row.number), row.contents)
