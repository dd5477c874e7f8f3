"""Everything that can happen on a candidate's way: facts in the past tense, each with an author and a day.

One class a kind, one discriminated union over `kind`. `event_id` comes from the sender: sending it again is answered
with the first receipt. `effective_on` is the day on which the fact took effect, which may lie years before the moment
at which it is recorded.
"""

from collections.abc import Callable
from typing import Annotated, Literal, Self, get_args
from uuid import UUID

from pydantic import Field, TypeAdapter, model_validator

from models.discrepancy import DifferenceKind
from models.events.duties import DutyDone
from models.events.fact import CorrectionPolicy, Fact, SaidBy
from models.events.offers import LotDrawn, OfferAnswered, PlaceOffered
from models.events.reminders import ReminderDone, ReminderMoved, ReminderSet
from models.events.values import DeadlineStep, FollowUpOutcome, LostRows, RestoredRows, Together
from models.events.way import (
    CheckInRecorded,
    EmploymentFoundElsewhere,
    EvaluationRecorded,
    InternshipAgreed,
    InternshipCompleted,
    InternshipExtended,
    InternshipInterrupted,
    PermanentRoleAgreed,
    ReferralAccepted,
    ReferralDeclined,
    Referred,
    RequirementsChecked,
    RoleConverted,
    SelfEvaluationRecorded,
    TemporaryRoleAgreed,
    TemporaryRoleEnded,
    TemporaryRoleExtended,
    UnionAnswered,
    UnionConsulted,
)
from models.fields import Day, FreeText, Name, added
from models.message import InvalidValue, msg
from models.programme.programme import Programme
from models.stages import EndReason


class ReturnedToAgency(Fact):
    """The candidate was handed back to the agency that referred them."""

    kind: Literal["returned_to_agency"] = "returned_to_agency"
    named = msg("event_name.returned_to_agency", "return to the agency")
    told = msg("event.returned_to_agency", "Returned to the agency that referred: {end_reason}.")
    is_decision = is_ending = while_paused = True

    end_reason: EndReason
    reason: FreeText | None = None


class Withdrawn(Fact):
    """The candidate left of their own accord."""

    kind: Literal["withdrawn"] = "withdrawn"
    named = msg("event_name.withdrawn", "withdrawal")
    told = msg("event.withdrawn", "The candidate withdrew: {end_reason}.")
    is_ending = while_paused = True

    end_reason: EndReason
    reason: FreeText | None = None


class Discontinued(Fact):
    """The employer ended the journey."""

    kind: Literal["discontinued"] = "discontinued"
    named = msg("event_name.discontinued", "end by the employer")
    told = msg("event.discontinued", "The employer ended the journey: {end_reason}. {reason}")
    is_decision = is_ending = while_paused = True

    end_reason: EndReason
    reason: FreeText


class Paused(Fact):
    """The journey stands still: no deadline runs. `until` is the day to return; `frees_place` lets somebody else have
    the place of the internship meanwhile."""

    kind: Literal["paused"] = "paused"
    named = msg("event_name.paused", "pause")
    told = msg("event.paused_until", "Paused{until_when}: {reason}")

    reason: FreeText
    until: Day | None = added(None)
    frees_place: bool = added(False)


class PauseExtended(Fact):
    """The pause lasts until another day, mostly a later one."""

    kind: Literal["pause_extended"] = "pause_extended"
    named = msg("event_name.pause_extended", "extended pause")
    told = msg("event.pause_extended", "The pause lasts until {until}. {because}")
    while_paused = True

    until: Day
    reason: FreeText | None = None


class Resumed(Fact):
    """The journey goes on: where its place was freed in that place again, or with `seeks_new_place` without one."""

    kind: Literal["resumed"] = "resumed"
    named = msg("event_name.resumed", "resumption")
    told = msg("event.resumed_how", "Resumed.{how_on}")
    while_paused = True

    seeks_new_place: bool = added(False)


class Reopened(Fact):
    """A closed journey goes on from the stage in which it was closed."""

    kind: Literal["reopened"] = "reopened"
    named = msg("event_name.reopened", "reopening")
    told = msg("event.reopened", "Reopened: {reason}")

    reason: FreeText


class CoordinatorChanged(Fact):
    """Another coordinator (samordnare) looks after the candidate from here on. Both are told.

    `leaves` is the coordinator of before, where that is said; `together` names those who were handed over at once, of
    whom one letter tells.
    """

    kind: Literal["coordinator_changed"] = "coordinator_changed"
    named = msg("event_name.coordinator_changed", "change of coordinator")
    told = msg("event.coordinator_changed", "{coordinator} looks after the candidate from here on.")
    is_aside = while_paused = True

    coordinator: Name
    reason: FreeText | None = None
    leaves: Name | None = added(None)
    together: Together | None = added(None)


class PartnerAcknowledged(Fact):
    """A partner confirmed that a notice has reached it, or whoever cannot be written to was told of it by telephone."""

    kind: Literal["partner_acknowledged"] = "partner_acknowledged"
    named = msg("event_name.partner_acknowledged", "confirmation of a letter")
    told = msg("event.partner_acknowledged", "The notice {notice_id} was acknowledged.")
    said_by = SaidBy.PARTNERS_TOO
    is_aside = while_paused = True

    notice_id: UUID


class FollowUpRecorded(Fact):
    """What the person does `after_days` days after the end."""

    kind: Literal["follow_up_recorded"] = "follow_up_recorded"
    named = msg("event_name.follow_up_recorded", "follow-up")
    told = msg("event.follow_up_recorded", "Followed up after {after_days} days: {outcome}.")

    after_days: Annotated[int, Field(ge=1, le=3_650)]
    outcome: FollowUpOutcome


class NoteAdded(Fact):
    """A remark for whoever reads the journey. Nothing follows from it, unless it `asks` something of whoever has the
    journey in charge: then it waits until that is done."""

    kind: Literal["note_added"] = "note_added"
    named = msg("event_name.note_added", "note")
    told = msg("event.note_added", "Note: {text}")
    said_by = SaidBy.PARTNERS_TOO
    is_aside = while_paused = True

    text: FreeText
    asks: bool = added(False)


class DeadlinePassed(Fact):
    """A day came that the programme's deadlines name. Only the journey itself says so."""

    kind: Literal["deadline_passed"] = "deadline_passed"
    named = msg("event_name.deadline_passed", "passed deadline")
    told = msg("event.deadline_passed", "The deadline {deadline}, due {due_on}: {step}.")
    said_by = SaidBy.THE_JOURNEY
    is_aside = True
    correction = CorrectionPolicy(
        strikes=False,
        replaced_by=(),
        otherwise=msg(
            "it_can_be_corrected.a_deadline",
            "A deadline that has passed cannot be corrected. Correct the event that set the date.",
        ),
        as_replacement=msg(
            "it_can_be_corrected.by_the_journey_alone",
            "Only the journey itself records that a deadline has passed. Replace the event with one that you can send.",
        ),
    )

    deadline: Name
    step: DeadlineStep
    due_on: Day


class RulesChanged(Fact):
    """The journey moved to new rules, which it carries from here on."""

    kind: Literal["rules_changed"] = "rules_changed"
    named = msg("event_name.rules_changed", "change of rules")
    told = msg("event.rules_changed", "Moved to the programme's new rules: {reason}")
    said_by = SaidBy.MANAGERS
    is_aside = True

    reason: FreeText
    rules: Programme


class Repaired(Fact):
    """Temporal, the lists or a place no longer said what the ledger says, and were made to. Changes nothing else.

    `rules_of_today` says that the rules of the referral were lost with the history, and those of that day stand in.
    Where it was the ledger that lacked something, `restored` says which rows were written anew, and `lost` which are
    lost for good: the journey goes on by the rows there are.
    """

    kind: Literal["repaired"] = "repaired"
    named = msg("event_name.repaired", "repair")
    told = msg(
        "event.repaired",
        "Repaired, as something differed from the ledger: {found}. {reason} {by_which_rules}",
    )
    said_by = SaidBy.OPERATORS
    is_aside = while_paused = True
    correction = CorrectionPolicy(
        strikes=False,
        replaced_by=(),
        otherwise=msg(
            "it_can_be_corrected.a_repair",
            "A repair says nothing about the candidate, so it cannot be corrected. Correct the event that is wrong.",
        ),
    )

    found: Annotated[tuple[DifferenceKind, ...], Field(min_length=1, max_length=len(DifferenceKind))]
    reason: FreeText
    rules_of_today: bool = False
    restored: RestoredRows | None = None
    lost: LostRows | None = added(None)


Offering = LotDrawn | PlaceOffered | OfferAnswered
BeforeInternship = Referred | ReferralAccepted | ReferralDeclined | RequirementsChecked | UnionConsulted | UnionAnswered
Internship = InternshipAgreed | InternshipExtended | CheckInRecorded | InternshipCompleted | InternshipInterrupted
Evaluation = EvaluationRecorded | SelfEvaluationRecorded
Role = (
    TemporaryRoleAgreed
    | TemporaryRoleExtended
    | TemporaryRoleEnded
    | PermanentRoleAgreed
    | EmploymentFoundElsewhere
    | RoleConverted
)
Ending = ReturnedToAgency | Withdrawn | Discontinued
Standstill = Paused | PauseExtended | Resumed | Reopened
Reminder = ReminderSet | ReminderMoved | ReminderDone
Alongside = (
    CoordinatorChanged | PartnerAcknowledged | DutyDone | FollowUpRecorded | NoteAdded | Reminder | DeadlinePassed
)
OfTheRecord = RulesChanged | Repaired

Correctable = Annotated[
    BeforeInternship | Offering | Internship | Evaluation | Role | Ending | Standstill | Alongside | OfTheRecord,
    Field(discriminator="kind"),
]
"""Everything but a correction, in the order of the way."""


class OfAnEarlierEvent(Fact):
    """What somebody says of an earlier event: that it was `replacement`, or, where there is none, that it is struck."""

    is_aside = while_paused = True

    corrects: UUID
    reason: FreeText
    replacement: Correctable | None = None

    @model_validator(mode="after")
    def _replacement_keeps_the_id(self) -> Self:
        if self.replacement is not None and self.replacement.event_id != self.corrects:
            message = msg("correction.other_id", "the replacement must keep the id of the event that it replaces")
            raise InvalidValue(message, "replacement")
        return self


class CorrectionProposed(OfAnEarlierEvent):
    """Whoever may not correct a decision alone says how it is to be corrected. Another person approves or declines."""

    kind: Literal["correction_proposed"] = "correction_proposed"
    named = msg("event_name.correction_proposed", "proposed correction")
    told = msg("event.correction_proposed", "Proposed a correction of {corrected}: {reason} {replaced}")
    is_answered = True
    correction = CorrectionPolicy(
        strikes=False,
        replaced_by=(),
        otherwise=msg(
            "it_can_be_corrected.a_proposal",
            "A proposal cannot be corrected. Withdraw it and propose what is right.",
        ),
    )


class ProposalDeclined(Fact):
    """A proposed correction was declined, or withdrawn by whoever had proposed it."""

    kind: Literal["proposal_declined"] = "proposal_declined"
    named = msg("event_name.proposal_declined", "declined proposal")
    told = msg("event.proposal_declined", "Declined the proposal of {proposed}: {reason}")
    is_aside = while_paused = is_answered = True
    correction = CorrectionPolicy(
        strikes=False,
        replaced_by=(),
        otherwise=msg(
            "it_can_be_corrected.a_declined_proposal",
            "A declined proposal stays declined. Propose the correction anew.",
        ),
    )

    proposal: UUID
    reason: FreeText


class Corrected(OfAnEarlierEvent):
    """An earlier event was replaced by `replacement`, or struck where there is none. Nothing is rewritten.

    The replacement stands in the place of the event that it replaces and keeps its id. `proposal` is the event by which
    another person had proposed it, where it took two.
    """

    kind: Literal["corrected"] = "corrected"
    named = msg("event_name.corrected", "correction")
    told = msg("event.corrected", "Corrected {corrected}: {reason} {replaced}")
    correction = CorrectionPolicy(
        replaced_by=(),
        otherwise=msg(
            "it_can_be_corrected.a_correction",
            "A correction can be struck but not replaced. Strike it and record a new one.",
        ),
    )

    proposal: UUID | None = added(None)


Event = Annotated[Correctable | CorrectionProposed | ProposalDeclined | Corrected, Field(discriminator="kind")]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and checks an event of any kind."""

EVENT_CLASSES: dict[str, type[Fact]] = {
    cls.model_fields["kind"].default: cls
    for cls in (*get_args(get_args(Correctable)[0]), CorrectionProposed, ProposalDeclined, Corrected)
}
"""The class of each kind, in the order of the way."""


def _kinds(holds: Callable[[type[Fact]], bool]) -> frozenset[str]:
    return frozenset(kind for kind, cls in EVENT_CLASSES.items() if holds(cls))


SAID_BY_THE_JOURNEY = _kinds(lambda cls: cls.said_by is SaidBy.THE_JOURNEY)
"""Kinds that follow from the calendar, or from the person's other journeys."""

NOT_FROM_THE_DESK = _kinds(lambda cls: cls.said_by in (SaidBy.THE_JOURNEY, SaidBy.OPERATORS))
"""Kinds that nobody at a desk records."""

NOT_OFFERED = NOT_FROM_THE_DESK | _kinds(lambda cls: cls.is_answered or cls.is_drawn)
"""Kinds that nobody is offered who asks what may be done next."""

ENDINGS = _kinds(lambda cls: cls.is_ending)
