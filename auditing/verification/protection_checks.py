"""Whether protected persons were read of by the named staff alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from auditing.evidence.findings import Finding, finding_of
from models.access.permissions import Operation
from models.access.protections import protections
from models.access.register import Register
from models.identifiers import Actor
from models.message import msg
from models.tables.people import ProtectionRow, ReadRow


def protection_findings(engine: Engine, register: Register) -> Iterator[Finding]:
    """Readings by somebody who was not named then, and was not refused. Of protecting itself the row tells more."""
    with Session(engine) as session:
        rows = [vars(row) for row in session.scalars(select(ProtectionRow).order_by(ProtectionRow.number))]
        whose = sorted({row["candidate"] for row in rows})
        query = select(ReadRow).where(ReadRow.candidate.in_(whose), ReadRow.refused.is_(False)).order_by(ReadRow.id)
        for read in session.scalars(query.where(ReadRow.what != Operation.PROTECTION.value)):
            named, actor = _named_at(rows, register, read.candidate, read.read_at), Actor.read(read.actor)
            if named is not None and (actor is None or actor.name not in named):
                where = msg(
                    "where.reading_of", "{journey}, reading {number}", journey=read.journey_id, number=read.number
                )
                yield finding_of(
                    "finding.reading_of_protected",
                    "somebody read of a protected person who was not named",
                    where,
                    ", ".join(sorted(named)),
                    read.actor,
                )


def _named_at(
    rows: Sequence[Mapping[str, Any]], register: Register, candidate: str, at: datetime
) -> frozenset[str] | None:
    """Who alone might read of somebody at a moment; None where they were not protected then."""
    then = [row for row in rows if row["candidate"] == candidate and row["recorded_at"] < at]
    return protections(then, register).get(candidate)
