"""What the histories of a journey tell of its ledger, and what came of writing it anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from activities.outbox import Delivery
from models.events.events import Repaired
from models.events.values import RestoredRows
from models.ledger.entry import LedgerEntry
from models.ledger.receipt import Receipt
from models.message import Message
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


class Settled(NamedTuple):
    """What became of a notice, and when its sending was asked for, in UTC."""

    how: Delivery
    at: datetime


@dataclass(frozen=True)
class Retelling:
    """What the histories of a journey tell of its ledger: its rows by their numbers, and the notices that are settled.

    `rules` are those of its referral, `runs` the runs that tell it. `under_way` are the events whose notices an
    activity is sending just now.
    """

    rules: Programme | None
    rows: Mapping[int, Told]
    runs: tuple[str, ...]
    settled: Mapping[UUID, Settled] = field(default_factory=dict)
    under_way: frozenset[UUID] = frozenset()


class CannotRestore(Refused):
    """A journey's rows cannot be written anew. One sentence on why, and one on what helps."""


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
