"""What events are made of: answers, outcomes and steps by their names, scores, and employment before the journey."""

from enum import StrEnum

from models.events.fact import Period
from models.fields import Name, Score, Strict
from models.message import N_, Message


class UnionAnswer(StrEnum):
    """What a union says to what is to be agreed."""

    NO_OBJECTION = "no_objection"
    WANTS_NEGOTIATION = "wants_negotiation"
    OBJECTS = "objects"

    @property
    def in_words(self) -> Message:
        return Message(text=_UNION_ANSWERS[self])


_UNION_ANSWERS = {
    UnionAnswer.NO_OBJECTION: N_("no objection"),
    UnionAnswer.WANTS_NEGOTIATION: N_("wants to negotiate"),
    UnionAnswer.OBJECTS: N_("objects"),
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
        return Message(text=_OUTCOMES[self])


_OUTCOMES = {
    FollowUpOutcome.AT_WORK: N_("at work"),
    FollowUpOutcome.STUDYING: N_("studying"),
    FollowUpOutcome.OTHER_MEASURE: N_("in another measure"),
    FollowUpOutcome.SEEKING: N_("looking for work"),
    FollowUpOutcome.NOT_REACHED: N_("not reached"),
}


class DeadlineStep(StrEnum):
    """What a deadline does, in this order."""

    REMINDER = "reminder"
    DUE = "due"
    ESCALATION = "escalation"

    @property
    def in_words(self) -> Message:
        return Message(text=_STEPS[self])


_STEPS = {
    DeadlineStep.REMINDER: N_("reminder"),
    DeadlineStep.DUE: N_("day due"),
    DeadlineStep.ESCALATION: N_("escalation"),
}


class CriterionScore(Strict):
    """How well one of the programme's criteria was met, or a requirement learnt: its id is the `criterion`."""

    criterion: Name
    score: Score


class EarlierEmployment(Period):
    """A time-limited employment with this employer before the journey; it counts where the law counts days."""

    form: Name
