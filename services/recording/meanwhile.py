"""What has happened to a journey since somebody was shown it: two people may have the same case before them."""

from collections.abc import Sequence
from datetime import datetime

from models.access.register import Register
from models.events.descriptions import name_of
from models.fields import Strict
from models.identifiers import Actor, Role
from models.message import Message, msg, plain
from services.queries.lines import LedgerLine


class Happened(Strict):
    """A row that somebody has not seen: what was recorded, by whom and when."""

    row: int
    event_id: str
    what: Message
    by: Message
    recorded_at: datetime


def last_row(lines: Sequence[LedgerLine]) -> int:
    """The number of the last row, by which a form says what its reader had seen; 0 where there is none."""
    return max((line.row for line in lines), default=0)


def since(lines: Sequence[LedgerLine], row: int, register: Register) -> list[Happened]:
    """What was accepted after a row, in the order of recording."""
    return [_happened(line, register) for line in lines if line.row > row and line.receipt.accepted]


def _happened(line: LedgerLine, register: Register) -> Happened:
    return Happened(
        row=line.row,
        event_id=line.event_id,
        what=name_of(line.kind),
        by=_who(line.actor, register),
        recorded_at=line.recorded_at,
    )


BY_ITSELF = msg("meanwhile.by_itself", "the journey itself")


def _who(written: str | None, register: Register) -> Message:
    actor = Actor.read(written or "")
    if actor is None or actor.role is Role.SYSTEM:
        return BY_ITSELF
    known = register.people.get(actor.name)
    return plain(known[-1].name if known else actor.name)
