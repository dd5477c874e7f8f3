"""Positions in the database: what the files offer, each change of it signed by the worker that found it there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.authority import Authority
from activities.chained_rows import hold_back_others
from models.programme.position import Position, need_as_column
from models.tables.journeys import PositionChangeRow, PositionRow

OFFERED = ("title", "unit", "site", "staffing_need", "profile", "programmes", "places")
"""What is signed of a position: every column of its table."""


def sync_positions(session: Session, positions: Iterable[Position], authority: Authority, at: datetime) -> None:
    """Make the table say what the files say, each change signed by the worker. Safe to repeat. A position that left the
    files offers no places; one that was never signed stays unsigned."""
    hold_back_others(session, PositionChangeRow)
    log = session.scalars(select(PositionChangeRow).order_by(PositionChangeRow.number))
    signed = {row.position: _columns_of(row) for row in log}
    offered = {position.id: _offered_by(position) for position in positions}
    for row in session.scalars(select(PositionRow).where(PositionRow.id.not_in(list(offered)))):
        row.places = 0
        if row.id in signed:
            offered[row.id] = {**signed[row.id], "places": 0}
    changed = [PositionChangeRow(position=id_, **said) for id_, said in offered.items() if signed.get(id_) != said]
    authority.append(session, changed, at)
    for id_, said in offered.items():
        session.merge(PositionRow(id=id_, **said))


def _columns_of(row: PositionChangeRow | Position) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OFFERED}


def _offered_by(position: Position) -> dict[str, Any]:
    need = need_as_column(position)
    texts = {"title": position.title.as_column(), "unit": position.unit.as_name(), "staffing_need": need}
    return {**_columns_of(position), **texts, "programmes": " ".join(position.programmes)}
