"""The offer of a place that a candidate has – open, accepted, declined or lapsed – and the number they drew."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

OFFER = "offer_"
"""Names of the deadlines for answers to offers begin so; the id of the event that offered the place follows."""


@dataclass(frozen=True)
class Offer:
    """A place that was offered, from its first to its last day. `answer_by` is the last day for an answer, `told_on`
    the day on which the offer was made or recorded; `accepted` is None as long as there is no answer."""

    event_id: UUID
    position: str
    starts_on: date
    ends_on: date
    offered_on: date
    told_on: date
    answer_by: date
    accepted: bool | None = None
    lapsed: bool = False

    @property
    def deadline(self) -> str:
        return f"{OFFER}{self.event_id}"

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self.accepted is None and not self.lapsed

    @property
    def holds_a_place(self) -> bool:
        return self.accepted is not False and not self.lapsed


@dataclass(frozen=True)
class Lot:
    """The candidate's number among those who waited for a place when lots were drawn; `is_used` once a place was
    offered."""

    number: int
    of: int
    seed: str
    drawn_on: date
    is_used: bool = False

    @property
    def item(self) -> str:
        """The name of what is waited for, the same for all that were drawn with one seed."""
        return item_of_drawing(self.seed)


def item_of_drawing(seed: str) -> str:
    return f"lot_{sha256(seed.encode()).hexdigest()[:32]}"
