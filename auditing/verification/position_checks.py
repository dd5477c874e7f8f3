"""Whether the positions offer what workers have signed that they offer."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, func, select

from activities.positions import OFFERED
from auditing.evidence.fields import fields_of
from auditing.evidence.findings import NOTHING, Finding, finding_of
from models.message import Message, msg
from models.tables.base import table_of
from models.tables.journeys import PositionChangeRow, PositionRow

POSITIONS, CHANGES = table_of(PositionRow), table_of(PositionChangeRow)


def position_findings(engine: Engine) -> Iterator[Finding]:
    """Positions that were changed, put in or taken out."""
    latest = select(func.max(CHANGES.c.number)).group_by(CHANGES.c.position)
    signed = select(CHANGES).where(CHANGES.c.number.in_(latest)).subquery()
    of_both = [column for name in OFFERED for column in (POSITIONS.c[name], signed.c[name].label(f"signed_{name}"))]
    held = select(POSITIONS.c.id, signed.c.number, *of_both)
    held = held.outerjoin_from(POSITIONS, signed, signed.c.position == POSITIONS.c.id).order_by(POSITIONS.c.id)
    gone = select(signed.c.position).where(signed.c.position.not_in(select(POSITIONS.c.id)))
    with engine.connect() as connection:
        for row in connection.execute(held).mappings():
            yield from _position_findings(dict(row))
        for position in connection.scalars(gone.order_by(signed.c.position)):
            where, expected = _where(position), msg("found.position", "the position")
            yield finding_of("finding.position_missing", "the position is gone", where, expected, NOTHING)


def _position_findings(row: dict[str, Any]) -> Iterator[Finding]:
    where = _where(row["id"])
    if row["number"] is None:
        expected = msg("found.signature_of_worker", "the signature of a registered worker")
        yield finding_of(
            "finding.position_not_signed", "no worker has signed what the position offers", where, expected, NOTHING
        )
        return
    changed = [name for name in OFFERED if row[name] != row[f"signed_{name}"]]
    if changed:
        signed, found = (fields_of({name: row[f"{of}{name}"] for name in changed}) for of in ("signed_", ""))
        yield finding_of("finding.position_differs", "the position was changed", where, signed, found)


def _where(position: str) -> Message:
    return msg("where.position", "position {position}", position=position)
