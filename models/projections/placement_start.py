"""Since when a journey has held its place: the moment, in UTC, at which what took it was recorded."""

from datetime import datetime

from models.events.events import Corrected
from models.journey.journey import Journey
from models.rules.decision import Proposal

MOST_STEPS = 10_000
"""Steps of the fold that take a tenth of what Temporal gives a workflow task; no journey of people needs so many."""


def place_since(journey: Journey) -> datetime | None:
    """The moment of the event that took the place which is held now; None where none is held, or it takes too long.

    A state knows days and no moments, so all events are gone through once more, and with each correction all before it:
    only for a repair.
    """
    corrections = sum(isinstance(entry.event, Corrected) for entry in journey.entries)
    if journey.state is None or journey.state.place is None or len(journey.entries) * (corrections + 1) > MOST_STEPS:
        return None
    ahead = Journey(journey.rules, journey_id=journey.id)
    since: datetime | None = None
    for entry in journey.entries:
        held = ahead.state.place if ahead.state else None
        answer = ahead.propose(entry.event, entry.recorded_at)
        if not isinstance(answer, Proposal) and not isinstance(entry.event, Corrected):
            answer = ahead.grandfather(entry.event, entry.recorded_at)
        if isinstance(answer, Proposal):
            ahead.commit(answer)
            since = entry.recorded_at if answer.after.place != held else since
    return since
