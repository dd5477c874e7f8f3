"""Notices, by which partners and others are told what has happened, and what a notice may repeat."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from models.fields import Name, Strict
from models.identifiers import CandidateNumber, JourneyId
from models.stages import Stage

TOLD = ("position", "starts_on", "ends_on", "form", "deadline", "step", "due_on", "after_days", "about")
"""Fields of events that a notice may repeat: facts of the agreement, never a remark or a judgement."""


MayLearn = Callable[[str], frozenset[str]]
"""From a recipient to the fields of an event that they may be told."""


class Notice(Strict):
    """What one recipient is told of one event. Knows the candidate by number only.

    `notice_id` is the same however often the notice is sent. `stage` is the stage after the event. `details` holds
    facts of the event that are not personal, such as `deadline`, `step`, `due_on`, `starts_on`; days in ISO 8601. What
    the recipient may not be told is not there: then `stage` or `effective_on` is None, or `details` lacks it.
    """

    notice_id: UUID
    journey_id: JourneyId
    candidate: CandidateNumber
    programme: str
    event_id: UUID
    kind: str
    stage: Stage | None
    effective_on: date | None
    recorded_at: AwareDatetime
    recipient: Name
    details: dict[str, str]


def id_of_notice(event_id: UUID, journey_id: str, recipient: str) -> UUID:
    """The id of the notice by which a recipient is told of an event of a journey: the same for ever."""
    return uuid5(event_id, f"{journey_id} {recipient}")
