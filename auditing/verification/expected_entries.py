"""What the ledger and the notices of a journey should say, by its history."""

from dataclasses import dataclass
from datetime import datetime

from auditing.evidence.history_model import Answered, Digests
from models.events.events import Event
from models.journey.fold import Entry
from models.rules.recording import each_event_has_its_id, it_can_be_stored
from models.stages import Stage

WITHOUT_CONTENTS = frozenset({each_event_has_its_id.id, it_can_be_stored.id})
"""Rules that refuse an event whose contents the ledger then does not keep."""


@dataclass(frozen=True)
class Expected:
    """What the ledger should say in one row, by the history. `event` is None where nobody can say which it was.

    `kept` says whether the row holds the event; what was no event, or could not be stored, leaves a trace alone.
    `judged_by` are the digests under which the rules of then may be named.
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


@dataclass(frozen=True)
class ExpectedNotice:
    """A notice that should have been written: to whom, of which event, and the stage after it."""

    notice_id: str
    entry: Entry
    recipient: str
    stage: Stage
