"""What the histories of a journey tell of its ledger, and what came of writing it anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from activities.outbox import Settled
from models.events.events import Event, Repaired
from models.events.values import RestoredRows
from models.identifiers import JourneyId
from models.ledger.entry import LedgerEntry
from models.ledger.receipt import Receipt
from models.message import Message, msg
from models.programme.programme import Programme
from models.signatures import EventSignature
from runtime.errors import Refused


class Told(NamedTuple):
    """What a journey asked to have recorded, and the receipt that it got."""

    entry: LedgerEntry
    receipt: Receipt

    @property
    def is_first(self) -> bool:
        """Whether the receipt is of this very recording, and not that of an earlier one."""
        return self.entry.recorded_at == self.receipt.recorded_at


@dataclass(frozen=True)
class Retelling:
    """What the histories of a journey tell of its ledger: its rows by their numbers, and the notices that are settled.

    `rules` are those of its referral, `runs` the runs that tell it. `under_way` are the events whose notices an
    activity is sending just now. `known_rows` is the last row that the journey knows, and `events` are the accepted
    ones that it knows, by their ids: more than the rows tell where the history of an earlier run is lost.
    """

    rules: Programme | None
    rows: Mapping[int, Told]
    runs: tuple[str, ...]
    settled: Mapping[UUID, Settled] = field(default_factory=dict)
    under_way: frozenset[UUID] = frozenset()
    known_rows: int = 0
    events: Mapping[UUID, Event] = field(default_factory=dict)


class CannotRestore(Refused):
    """A journey's rows cannot be written anew. One sentence on why, and one on what helps."""


class RowLost(CannotRestore):
    """An accepted event that no history tells stood in the row `row`: no later one can be written anew."""

    def __init__(self, row: int, journey_id: JourneyId) -> None:
        super().__init__(
            msg(
                "restore.row_lost",
                "No history tells row {row} of {journey}. Restore a later backup of the database, or the archive. Where"
                " there is none, two operators can have the journey go on without it.",
                row=row,
                journey=journey_id,
            )
        )
        self.row = row


@dataclass(frozen=True)
class Loss:
    """What is lost of a journey for good: the rows from `first` to `last`. `restorable` are those before them that the
    histories tell, if any; `events` those that the journey still knows, and that people may say again."""

    restorable: RestoredRows | None
    first: int
    last: int
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Restored:
    """What was written anew of a journey: the rows, how many notices, and of which events they are still to be sent.

    `lost` is what no history tells. `receipt` is the answer to the event that says so, and None where the journey never
    began.
    """

    rows: RestoredRows
    notices: int
    unsent: frozenset[UUID]
    lost: tuple[Message, ...]
    receipt: Receipt | None


class Statement(NamedTuple):
    """The event that says what was restored, as its author has signed it, and the moment of recording it in UTC."""

    event: Repaired
    signed: EventSignature
    at: datetime
