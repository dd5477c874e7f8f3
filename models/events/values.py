"""What events are made of: answers, outcomes and steps by their names, scores, and employment before the journey."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from models.events.fact import Period
from models.fields import Day, Name, Score, Strict, added
from models.identifiers import JourneyId
from models.message import Worded, msg


class UnionAnswer(Worded):
    """What a union says to what is to be agreed."""

    NO_OBJECTION = "no_objection", msg("union_answer.no_objection", "no objection")
    WANTS_NEGOTIATION = "wants_negotiation", msg("union_answer.wants_negotiation", "wants to negotiate")
    OBJECTS = "objects", msg("union_answer.objects", "objects")


class FollowUpOutcome(Worded):
    """What somebody does some time after the end of the way."""

    AT_WORK = "at_work", msg("follow_up_outcome.at_work", "at work")
    STUDYING = "studying", msg("follow_up_outcome.studying", "studying")
    OTHER_MEASURE = "other_measure", msg("follow_up_outcome.other_measure", "in another measure")
    SEEKING = "seeking", msg("follow_up_outcome.seeking", "looking for work")
    NOT_REACHED = "not_reached", msg("follow_up_outcome.not_reached", "not reached")


class DeadlineStep(Worded):
    """What a deadline does, in this order."""

    REMINDER = "reminder", msg("deadline_step.reminder", "reminder")
    DUE = "due", msg("deadline_step.due", "day due")
    ESCALATION = "escalation", msg("deadline_step.escalation", "escalation")


class CriterionScore(Strict):
    """How well one of the programme's criteria was met, or a requirement learnt: its id is the `criterion`."""

    criterion: Name
    score: Score


class EarlierEmployment(Period):
    """A time-limited employment with this employer before the journey; it counts where the law counts days."""

    form: Name


class EmploymentElsewhere(Period):
    """A time-limited employment that another journey of the same person tells of: agreed there, or `told` at its
    referral. `decided_on` is the day of the latest decision on it."""

    journey: JourneyId
    form: Name
    decided_on: Day
    told: bool = added(False)


class Together(Strict):
    """Candidates who are handed over at once: which they are is told by the same `id`, and how many there are."""

    id: UUID
    count: Annotated[int, Field(ge=2, le=10_000)]


class ReadUpTo(Strict):
    """The last accepted ledger row of another journey that was read."""

    journey: JourneyId
    row: Annotated[int, Field(ge=1)]


RunId = Annotated[str, Field(min_length=1, max_length=64)]
"""Temporal's name of a run."""


class RestoredRows(Strict):
    """Rows of the ledger that were written anew after the database had been put back to an earlier day: from `first`
    to `last`, as the histories of these runs tell them."""

    first: Annotated[int, Field(ge=1)]
    last: Annotated[int, Field(ge=1)]
    runs: Annotated[tuple[RunId, ...], Field(max_length=1_000)]


class LostRows(Strict):
    """Rows of the ledger that are lost for good, from `first` to `last`: in the place of each stands one that says so.

    `statement` is the number of the statement in the register by which another operator said so first.
    """

    first: Annotated[int, Field(ge=1)]
    last: Annotated[int, Field(ge=1)]
    statement: Annotated[int, Field(ge=1)]
