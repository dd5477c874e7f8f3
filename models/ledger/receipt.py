"""The receipt that the sender of an event gets: its answer, the same however often the event is sent."""

from datetime import datetime
from uuid import UUID

from models.fields import Source, Strict
from models.message import Message
from models.stages import Stage


class Receipt(Strict):
    """The answer to one event, the same however often the event is sent.

    `row` numbers the ledger rows of a journey from 1 without gaps. `stage` is the stage afterwards; None where no
    journey has begun. `reason` says why an event was refused; `message` is the answer as it was told in English then,
    for clients that have no catalogue.
    """

    event_id: UUID
    kind: str
    accepted: bool
    row: int
    recorded_at: datetime
    stage: Stage | None
    rule: str | None = None
    source: Source | None = None
    message: str
    reason: Message | None = None
    allowed: tuple[str, ...] = ()

    @property
    def instead(self) -> tuple[str, ...]:
        """What was possible instead of what was refused: of a correction, no other of the same kind."""
        return tuple(kind for kind in self.allowed if kind != self.kind or kind not in CORRECTIONS)


CORRECTIONS = ("corrected", "correction_proposed")
