"""Everything that can happen on a candidate's way: facts in the past tense, each with an author and a day.

One class a kind, one discriminated union over `kind`. `event_id` comes from the sender: sending it again is answered
with the first receipt. `effective_on` is the day on which the fact took effect, which may lie years before the moment
at which it is recorded.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self, get_args
from uuid import UUID

from pydantic import Field, TypeAdapter, model_validator

from models.discrepancy import DifferenceKind
from models.fields import Day, Name, Score, Strict, Text, added
from models.identifiers import Actor
from models.message import Message, msg
from models.programme.programme import Programme
from models.programme.requirement_profile import RequirementFinding
from models.stages import EndReason

Agreed = Literal["internship_agreed", "temporary_role_agreed", "permanent_role_agreed"]
"""Kinds of event before which unions can be heard."""

MOST_UNIONS = 20
"""Unions in one question: more than any workplace has."""


class Fact(Strict):
    """What every event has."""

    event_id: UUID
    actor: Actor
    effective_on: Day


class Period(Strict):
    """Something that was agreed from one day to another, both included."""

    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError("ends_on lies before starts_on")
        return self


class Remarked(Fact):
    """Something that may be remarked upon. The text is kept apart, in the database, under `remark_id`.

    `remark` is where the text stood before; it is read in old events, and today's rules refuse it in new ones.
    """

    remark: Text | None = None
    remark_id: UUID | None = added(None)


class EarlierEmployment(Period):
    """A time-limited employment with this employer before the journey; it counts where the law counts days."""

    form: Name


MOST_EARLIER_EMPLOYMENTS = 100
"""One for each summer of a life, and as many again."""


class Referred(Fact):
    """Someone was referred (anvisad) to the programme. Starts the journey.

    `age_limit_on` is the day from which on the law makes no role permanent, because of age; set only where it is near.
    """

    kind: Literal["referred"] = "referred"
    referring_partner: Name
    site: Name
    coordinator: Name
    earlier_employment: Annotated[tuple[EarlierEmployment, ...], Field(max_length=MOST_EARLIER_EMPLOYMENTS)] = added(())
    age_limit_on: Day | None = added(None)


class ReferralAccepted(Fact):
    """The employer takes the referral on."""

    kind: Literal["referral_accepted"] = "referral_accepted"


class ReferralDeclined(Fact):
    """The employer cannot take the referral on."""

    kind: Literal["referral_declined"] = "referral_declined"
    reason: Text


class RequirementsChecked(Fact):
    """The candidate was held against a requirement profile (kravprofil), requirement by requirement."""

    kind: Literal["requirements_checked"] = "requirements_checked"
    profile: Name
    findings: tuple[RequirementFinding, ...]


class UnionConsulted(Fact):
    """Unions (fackliga organisationer) were asked before something is agreed. Each has some days to answer."""

    kind: Literal["union_consulted"] = "union_consulted"
    about: Agreed
    unions: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_UNIONS)]


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


class UnionAnswered(Fact):
    """A union answered what it was asked. After wanting a negotiation it answers once more."""

    kind: Literal["union_answered"] = "union_answered"
    union: Name
    answer: UnionAnswer
    about: Agreed | None = None
    reason: Text | None = None


class InternshipAgreed(Fact, Period):
    """An internship (praktik) on a position was agreed. Takes one of the position's places."""

    kind: Literal["internship_agreed"] = "internship_agreed"
    position: Name
    supervisor: Name | None = None
    mentor: Name | None = None


class InternshipExtended(Fact):
    """The internship was given a new last day, later or earlier."""

    kind: Literal["internship_extended"] = "internship_extended"
    ends_on: Day
    reason: Text


class CheckInRecorded(Remarked):
    """A check-in (avstämning) was held on `effective_on`."""

    kind: Literal["check_in_recorded"] = "check_in_recorded"


class InternshipCompleted(Fact):
    """The internship ended as agreed. Frees the place."""

    kind: Literal["internship_completed"] = "internship_completed"


class InternshipInterrupted(Fact):
    """The internship ended early. Frees the place; the candidate waits for another one or leaves."""

    kind: Literal["internship_interrupted"] = "internship_interrupted"
    reason: Text
    seeks_new_place: bool
    end_reason: EndReason = EndReason.OTHER


class CriterionScore(Strict):
    """How well one of the programme's criteria was met, or a requirement learnt: its id is the `criterion`."""

    criterion: Name
    score: Score


class EvaluationRecorded(Remarked):
    """The internship or role was evaluated (utvärderad) against the programme's criteria."""

    kind: Literal["evaluation_recorded"] = "evaluation_recorded"
    favourable: bool
    scores: tuple[CriterionScore, ...]


class SelfEvaluationRecorded(Fact):
    """The candidate's own evaluation of the internship or role, against the same criteria."""

    kind: Literal["self_evaluation_recorded"] = "self_evaluation_recorded"
    scores: tuple[CriterionScore, ...]
    remark_id: UUID | None = None


class TemporaryRoleAgreed(Fact, Period):
    """A time-limited employment (visstidsanställning) was agreed, in one of the programme's forms."""

    kind: Literal["temporary_role_agreed"] = "temporary_role_agreed"
    position: Name
    form: Name


class TemporaryRoleExtended(Fact):
    """The time-limited employment was given a new last day."""

    kind: Literal["temporary_role_extended"] = "temporary_role_extended"
    ends_on: Day
    reason: Text


class TemporaryRoleEnded(Fact):
    """The time-limited employment ended. The next link of the chain begins with an evaluation."""

    kind: Literal["temporary_role_ended"] = "temporary_role_ended"
    reason: Text | None = None


class PermanentRoleAgreed(Fact):
    """Employment until further notice (tillsvidareanställning) was agreed."""

    kind: Literal["permanent_role_agreed"] = "permanent_role_agreed"
    position: Name
    starts_on: Day


class RoleConverted(Fact):
    """The law made a temporary role permanent. Only the journey itself says so."""

    kind: Literal["role_converted"] = "role_converted"
    form: Name
    law: Text


class ReturnedToAgency(Fact):
    """The candidate was handed back to the agency that referred them."""

    kind: Literal["returned_to_agency"] = "returned_to_agency"
    end_reason: EndReason
    reason: Text | None = None


class Withdrawn(Fact):
    """The candidate left of their own accord."""

    kind: Literal["withdrawn"] = "withdrawn"
    end_reason: EndReason
    reason: Text | None = None


class Discontinued(Fact):
    """The employer ended the journey."""

    kind: Literal["discontinued"] = "discontinued"
    end_reason: EndReason
    reason: Text


class Paused(Fact):
    """The journey stands still: no deadline runs."""

    kind: Literal["paused"] = "paused"
    reason: Text


class Resumed(Fact):
    """The journey goes on."""

    kind: Literal["resumed"] = "resumed"


class Reopened(Fact):
    """A closed journey goes on from the stage in which it was closed."""

    kind: Literal["reopened"] = "reopened"
    reason: Text


class CoordinatorChanged(Fact):
    """Another coordinator (samordnare) looks after the candidate from here on. Both are told."""

    kind: Literal["coordinator_changed"] = "coordinator_changed"
    coordinator: Name
    reason: Text | None = None


class PartnerAcknowledged(Fact):
    """A partner confirmed that a notice has reached it."""

    kind: Literal["partner_acknowledged"] = "partner_acknowledged"
    notice_id: UUID


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


class FollowUpRecorded(Fact):
    """What the person does `after_days` days after the end."""

    kind: Literal["follow_up_recorded"] = "follow_up_recorded"
    after_days: Annotated[int, Field(ge=1, le=3_650)]
    outcome: FollowUpOutcome


class NoteAdded(Fact):
    """A remark for whoever reads the journey. Nothing follows from it."""

    kind: Literal["note_added"] = "note_added"
    text: Text


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


class DeadlinePassed(Fact):
    """A day came that the programme's deadlines name. Only the journey itself says so."""

    kind: Literal["deadline_passed"] = "deadline_passed"
    deadline: Name
    step: DeadlineStep
    due_on: Day


class RulesChanged(Fact):
    """The journey moved to new rules, which it carries from here on."""

    kind: Literal["rules_changed"] = "rules_changed"
    reason: Text
    rules: Programme


class Repaired(Fact):
    """Temporal, the lists or a place no longer said what the ledger says, and were made to. Changes nothing else.

    `rules_of_today` says that the rules of the referral were lost with the history, and those of that day stand in.
    """

    kind: Literal["repaired"] = "repaired"
    found: Annotated[tuple[DifferenceKind, ...], Field(min_length=1, max_length=len(DifferenceKind))]
    reason: Text
    rules_of_today: bool = False


Correctable = Annotated[
    Referred
    | ReferralAccepted
    | ReferralDeclined
    | RequirementsChecked
    | UnionConsulted
    | UnionAnswered
    | InternshipAgreed
    | InternshipExtended
    | CheckInRecorded
    | InternshipCompleted
    | InternshipInterrupted
    | EvaluationRecorded
    | SelfEvaluationRecorded
    | TemporaryRoleAgreed
    | TemporaryRoleExtended
    | TemporaryRoleEnded
    | PermanentRoleAgreed
    | RoleConverted
    | ReturnedToAgency
    | Withdrawn
    | Discontinued
    | Paused
    | Resumed
    | Reopened
    | CoordinatorChanged
    | PartnerAcknowledged
    | FollowUpRecorded
    | NoteAdded
    | DeadlinePassed
    | RulesChanged
    | Repaired,
    Field(discriminator="kind"),
]


class Corrected(Fact):
    """An earlier event was replaced by `replacement`, or struck where there is none. Nothing is rewritten.

    The replacement stands in the place of the event that it replaces and keeps its id.
    """

    kind: Literal["corrected"] = "corrected"
    corrects: UUID
    reason: Text
    replacement: Correctable | None = None

    @model_validator(mode="after")
    def _replacement_keeps_the_id(self) -> Self:
        if self.replacement is not None and self.replacement.event_id != self.corrects:
            raise ValueError("the replacement must keep the id of the event that it replaces")
        return self


Event = Annotated[Correctable | Corrected, Field(discriminator="kind")]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and checks an event of any kind."""

EVENT_CLASSES: dict[str, type[Fact]] = {
    cls.model_fields["kind"].default: cls for cls in (*get_args(get_args(Correctable)[0]), Corrected)
}
"""The class of each kind, in the order of the way."""
