"""Remarks at the desk: taken out of the event before it is sent, shown only to whoever asks for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.events.events import EVENT_CLASSES
from models.fields import Strict, Text
from models.tables import RemarkRow
from runtime.errors import UsageError
from services.queries.lists import LedgerLine


class Remark(Strict):
    """A remark on a journey."""

    id: UUID
    journey_id: str
    written_by: str
    written_at: datetime
    text: Text


def remark_id(journey_id: str, about: str, text: str) -> UUID:
    """The id of a remark follows from what it says about what: the same remark sent twice is one remark."""
    return uuid5(REMARKS, f"{journey_id} {about} {text}")


def keep(engine: Engine, remark: Remark | None) -> None:
    """Write a remark down, where there is one. Safe to repeat by its id.

    It comes before the event that names it is sent: then neither refusal nor repeat can lose it.
    """
    if remark is None:
        return
    try:
        with Session(engine) as session, session.begin():
            if session.get(RemarkRow, remark.id) is None:
                session.add(RemarkRow(**remark.model_dump()))
    except IntegrityError:
        # Somebody else wrote the same remark just now; then it is there, and otherwise the error is another one.
        with Session(engine) as session:
            session.get_one(RemarkRow, remark.id)


def remarks_on(engine: Engine, journey_id: str) -> list[Remark]:
    """The remarks on a journey, the first one first."""
    query = select(RemarkRow).where(RemarkRow.journey_id == journey_id).order_by(RemarkRow.written_at, RemarkRow.id)
    with Session(engine) as session:
        return [Remark.model_validate(row, from_attributes=True) for row in session.scalars(query)]


REMARKS = UUID("0f1d9c1e-6b0a-5d0f-8a57-53c1a5f4a6d2")
"""Namespace of the ids of remarks."""


REMARKED = frozenset(kind for kind, cls in EVENT_CLASSES.items() if "remark_id" in cls.model_fields)
"""Kinds of event that may be remarked upon."""


def taken_apart(
    kind: str, fields: Mapping[str, Any], *, journey_id: str, about: str, by: str, at: datetime
) -> tuple[dict[str, Any], Remark | None]:
    """An event's fields with the remark's id in place of its text, and the remark, to be kept before the event is sent.

    `about` says which event it is. Raises UsageError for a remark that could not be kept.
    """
    text = fields.get("remark")
    if kind not in REMARKED or not isinstance(text, str):
        return dict(fields), None
    try:
        remark = Remark(
            id=remark_id(journey_id, about, text.strip()),
            journey_id=journey_id,
            written_by=by,
            written_at=at,
            text=text,
        )
    except ValidationError as error:
        raise UsageError(
            "remark.format", "The remark must be plain text of 1 to 2,000 characters. Shorten or omit it."
        ) from error
    kept = {name: value for name, value in fields.items() if name != "remark"}
    # Where an old event that carries a remark is corrected, the new remark stands in its place.
    inside = {"remark": None} if "remark" in EVENT_CLASSES[kind].model_fields else {}
    return {**kept, **inside, "remark_id": str(remark.id)}, remark


class RemarkLine(Strict):
    """A remark with the ledger row that names it; none where its event never arrived."""

    row: int | None
    kind: str | None
    accepted: bool
    written_by: str
    written_at: datetime
    text: str


def told(remarks: Sequence[Remark], rows: Sequence[LedgerLine]) -> list[RemarkLine]:
    """Every remark on a journey: those kept apart, and those that old events carried, in the order of the ledger."""
    naming = {UUID(str(said["remark_id"])): row for row in rows for said in _said(row) if said.get("remark_id")}
    apart = [_line(naming.get(one.id), one.written_by, one.written_at, one.text) for one in remarks]
    inside = [
        _line(row, str(row.actor), row.recorded_at, str(said["remark"]))
        for row in rows
        for said in _said(row)
        if said.get("remark")
    ]
    return sorted((*apart, *inside), key=lambda line: (line.row is None, line.row or 0, line.written_at))


def without_remarks(rows: Sequence[LedgerLine]) -> list[LedgerLine]:
    """The rows as they are shown to whoever did not ask for remarks: of those that old events carry nothing is left."""
    return [row.model_copy(update={"event": _bare(row.event)}) if any(_said(row)) else row for row in rows]


def _line(row: LedgerLine | None, by: str, at: datetime, text: str) -> RemarkLine:
    return RemarkLine(
        row=row.row if row else None,
        kind=row.kind if row else None,
        accepted=row is not None and row.receipt.accepted,
        written_by=by,
        written_at=at,
        text=text,
    )


def _said(row: LedgerLine) -> list[Mapping[str, Any]]:
    """What an event says, and what it puts in another's place."""
    event = row.event or {}
    return [said for said in (event, event.get("replacement")) if said]


def _bare(event: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if event is None:
        return None
    bare = {name: value for name, value in event.items() if name != "remark" or value is None}
    return {**bare, "replacement": _bare(event["replacement"])} if event.get("replacement") else bare
