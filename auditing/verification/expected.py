"""What the ledger and the notices should say by a history: one row, one notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from auditing.evidence.history_model import Answered, Digests
from models.events.events import Event
from models.journey.fold import Entry
from models.ledger.entry import Parties
from models.stages import Stage
from models.state.state import State


@dataclass(frozen=True)
class Expected:
    """What the ledger should say in one row, by the history. `event` is None where nobody can say which it was.

    `kept` says whether the row holds the event; what was no event, or could not be stored, leaves a trace alone.
    `judged_by` are the digests under which the rules of then may be named; `parties` those who had to do with the
    journey before it; `demands_own_key` says that its author signs it with a key of their own. `before` and `after` are
    the states around an event that was accepted.
    """

    event_id: str
    event: Event | None
    kept: bool
    digests: Digests
    accepted: bool
    recorded_at: datetime
    stage_before: Stage | None
    stage_after: Stage | None
    judged_by: Digests
    answered: Answered | None
    parties: Parties = field(default_factory=Parties)
    demands_own_key: bool = False
    before: State | None = None
    after: State | None = None


@dataclass(frozen=True)
class ExpectedNotice:
    """A notice that should have been written: to whom, of which event, the stage after it, and what it repeats
    beside what its event says."""

    notice_id: str
    entry: Entry
    recipient: str
    stage: Stage
    beside: Mapping[str, str]
