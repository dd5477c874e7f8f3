"""Remarks that events name: an event whose remark is not in the database is refused, so that none can be lost."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from models.ledger.entry import LedgerEntry, RecordedRefusal
from models.message import msg
from models.tables import RemarkRow


def lost_remark(session: Session, entry: LedgerEntry) -> RecordedRefusal | None:
    """Why the remark that an event names cannot be read here; None where it can, or where the event names none."""
    rows = [session.get(RemarkRow, remark_id) for remark_id in named_remarks(entry)]
    if all(row is not None and row.journey_id == entry.journey_id for row in rows):
        return None
    message = msg(
        "the_remark_is_kept.missing",
        "The remark that the event names is not kept here. Send the remark with the event.",
    )
    return RecordedRefusal(rule="the_remark_is_kept", source="remarks", message=message)


def named_remarks(entry: LedgerEntry) -> Iterator[UUID]:
    """Ids of the remarks that an event, or what it puts in another's place, names."""
    event = entry.event or {}
    for said in (event, event.get("replacement") or {}):
        if said.get("remark_id"):
            yield UUID(str(said["remark_id"]))
