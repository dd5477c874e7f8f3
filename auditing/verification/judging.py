"""What the core of today says of an event of a history."""

from collections.abc import Callable
from datetime import datetime

from models.events.events import SAID_BY_THE_JOURNEY, Event
from models.journey.fold import Entry
from models.journey.transitions import MOVES
from models.rules.decision import Proposal, Refusal
from workflows.messages import not_judged


def judged(judge: Callable[[Event, datetime], Proposal | Refusal], entry: Entry) -> Proposal | Refusal:
    """What the core says of an event; where it stumbles over it, what a journey would answer."""
    try:
        return judge(entry.event, entry.recorded_at)
    except Exception:
        return not_judged()


RULES_OF_OWN = {move.kind: guard.id for move in MOVES if move.kind in SAID_BY_THE_JOURNEY for guard in move.guards}
"""The rule by which the journey says something itself, by the kind of event."""
