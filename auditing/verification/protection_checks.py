"""Whether protected persons were read of by the named staff alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from auditing.evidence.evidence import JsonRow
from auditing.evidence.findings import Finding, finding_of
from auditing.verification.authority_checks import moment_of
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
        reads = session.scalars(query.where(ReadRow.what != Operation.PROTECTION.value))
        yield from unnamed_findings(rows, map(vars, reads), register)


def protection_findings_in(rows: Mapping[str, Sequence[JsonRow]], register: Register) -> Iterator[Finding]:
    """The same of one journey, by its rows."""
    protected = [{**row, "recorded_at": moment_of(row["recorded_at"])} for row in rows["protections"]]
    reads = ({**row, "read_at": moment_of(row["read_at"])} for row in rows["reads"] if not row["refused"])
    yield from unnamed_findings(protected, (row for row in reads if row["what"] != Operation.PROTECTION), register)


def unnamed_findings(
    rows: Sequence[Mapping[str, Any]], reads: Iterable[Mapping[str, Any]], register: Register
) -> Iterator[Finding]:
    """Of these readings, which were not refused, those of protected persons by somebody who was not named then."""
    for read in reads if rows else ():
        named, actor = _named_at(rows, register, read["candidate"], read["read_at"]), Actor.read(read["actor"])
        if named is not None and (actor is None or actor.name not in named):
            where = msg(
                "where.reading_of", "{journey}, reading {number}", journey=read["journey_id"], number=read["number"]
            )
            yield finding_of(
                "finding.reading_of_protected",
                "somebody read of a protected person who was not named",
                where,
                ", ".join(sorted(named)),
                read["actor"],
            )


def _named_at(
    rows: Sequence[Mapping[str, Any]], register: Register, candidate: str, at: datetime
) -> frozenset[str] | None:
    """Who alone might read of somebody at a moment; None where they were not protected then."""
    then = [row for row in rows if row["candidate"] == candidate and row["recorded_at"] < at]
    return protections(then, register).get(candidate)
