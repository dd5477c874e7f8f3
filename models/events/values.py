"""What events are made of: answers, outcomes and steps by their names, scores, and employment before the journey."""

from enum import StrEnum

from models.events.fact import Period
from models.fields import Name, Score, Strict
from models.message import Message, msg


class UnionAnswer(StrEnum):
    """What a union says to what is to be agreed."""

    NO_OBJECTION = "no_objection"
    WANTS_NEGOTIATION = "wants_negotiation"
    OBJECTS = "objects"

    @property
    def in_words(self) -> Message:
        return _UNION_ANSWERS[self]


_UNION_ANSWERS = {
    UnionAnswer.NO_OBJECTION: msg("union_answer.no_objection", "no objection"),
    UnionAnswer.WANTS_NEGOTIATION: msg("union_answer.wants_negotiation", "wants to negotiate"),
    UnionAnswer.OBJECTS: msg("union_answer.objects", "objects"),
}


class FollowUpOutcome(StrEnum):
    """What somebody does some time after the end of the way."""

    AT_WORK = "at_work"
    STUDYING = "studying"
    OTHER_MEASURE = "other_measure"
    SEEKING = "seeking"
    NOT_REACHED = "not_reached"

    @property
    def in_words(self) -> Message:
        return _OUTCOMES[self]


_OUTCOMES = {
    FollowUpOutcome.AT_WORK: msg("follow_up_outcome.at_work", "at work"),
    FollowUpOutcome.STUDYING: msg("follow_up_outcome.studying", "studying"),
    FollowUpOutcome.OTHER_MEASURE: msg("follow_up_outcome.other_measure", "in another measure"),
    FollowUpOutcome.SEEKING: msg("follow_up_outcome.seeking", "looking for work"),
    FollowUpOutcome.NOT_REACHED: msg("follow_up_outcome.not_reached", "not reached"),
}


class DeadlineStep(StrEnum):
    """What a deadline does, in this order."""

    REMINDER = "reminder"
    DUE = "due"
    ESCALATION = "escalation"

    @property
    def in_words(self) -> Message:
        return _STEPS[self]


_STEPS = {
    DeadlineStep.REMINDER: msg("deadline_step.reminder", "reminder"),
    DeadlineStep.DUE: msg("deadline_step.due", "day due"),
    DeadlineStep.ESCALATION: msg("deadline_step.escalation", "escalation"),
}


class CriterionScore(Strict):
    """How well one of the programme's criteria was met, or a requirement learnt: its id is the `criterion`."""

    criterion: Name
    score: Score


class EarlierEmployment(Period):
    """A time-limited employment with this employer before the journey; it counts where the law counts days."""

    form: Name
