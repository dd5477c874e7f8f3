"""Events of the stages: from the referral by internship and evaluation to a role."""

from typing import Annotated, Literal

from pydantic import Field

from models.events.fact import CorrectionPolicy, Fact, Period, Remarked, SaidBy
from models.events.values import CriterionScore, EarlierEmployment, EmploymentElsewhere, ReadUpTo, UnionAnswer
from models.fields import Day, FreeText, Name, OneLine, Reference, Text, added
from models.message import msg
from models.programme.admission import Age
from models.programme.hours import Hours
from models.programme.programme import Agreement
from models.programme.requirement_profile import RequirementFinding
from models.stages import EndReason

MOST_UNIONS = 20
"""Unions in one question: more than any workplace has."""

MOST_EARLIER_EMPLOYMENTS = 100
"""One for each summer of a life, and as many again."""

MOST_ELSEWHERE = 1_000
"""As many as that in each of ten journeys."""


class Referred(Fact):
    """Someone was referred (anvisad) to the programme. Starts the journey.

    `age_limit_on` is the day from which on the law makes no role permanent, because of age; set only where it is near.
    `reference` is under what the partner keeps the matter: letters to it, and to nobody else, say it. `group` is the
    person's, where the programme's lengths go by groups, and `age` their years on the day that the programme names,
    where it takes people of some ages alone. `last_unit` is where they last worked, where no internship may be there.
    """

    kind: Literal["referred"] = "referred"
    named = msg("event_name.referred", "referral")
    told = msg(
        "event.referred_as",
        "Referred by {referring_partner} to the programme in {site}; {coordinator} looks after the candidate.{in_group}"
        "{at_age}{from_unit}",
    )
    said_by = SaidBy.PARTNERS_TOO
    correction = CorrectionPolicy(
        strikes=False,
        replaced_by=("referred",),
        otherwise=msg(
            "it_can_be_corrected.the_referral",
            "A journey begins with a referral. Replace it with another referral, or end the journey.",
        ),
    )

    referring_partner: Name
    site: Name
    coordinator: Name
    earlier_employment: Annotated[tuple[EarlierEmployment, ...], Field(max_length=MOST_EARLIER_EMPLOYMENTS)] = added(())
    age_limit_on: Day | None = added(None)
    reference: Reference | None = added(None)
    group: Name | None = added(None)
    age: Age | None = added(None)
    last_unit: OneLine | None = added(None)


class ReferralAccepted(Fact):
    """The employer takes the referral on, where the programme has cohorts into one of them."""

    kind: Literal["referral_accepted"] = "referral_accepted"
    named = msg("event_name.referral_accepted", "acceptance of the referral")
    told = msg("event.referral_accepted_into", "The employer took the referral on.{into_cohort}")

    cohort: Name | None = added(None)


class ReferralDeclined(Fact):
    """The employer cannot take the referral on."""

    kind: Literal["referral_declined"] = "referral_declined"
    named = msg("event_name.referral_declined", "declined referral")
    told = msg("event.referral_declined", "The employer declined the referral: {reason}")

    reason: FreeText


class RequirementsChecked(Fact):
    """The candidate was held against a requirement profile (kravprofil), requirement by requirement."""

    kind: Literal["requirements_checked"] = "requirements_checked"
    named = msg("event_name.requirements_checked", "requirement check")
    told = msg("event.requirements_checked", "Checked against the profile {profile}: {findings}.")
    is_decision = True

    profile: Name
    findings: tuple[RequirementFinding, ...]


class UnionConsulted(Fact):
    """Unions (fackliga organisationer) were asked before something is agreed. Each has some days to answer."""

    kind: Literal["union_consulted"] = "union_consulted"
    named = msg("event_name.union_consulted", "union consultation")
    told = msg("event.union_consulted", "Asked before {about}: {unions}.")

    about: Agreement
    unions: Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST_UNIONS)]


class UnionAnswered(Fact):
    """A union answered what it was asked. After wanting a negotiation it answers once more."""

    kind: Literal["union_answered"] = "union_answered"
    named = msg("event_name.union_answered", "answer from a union")
    told = msg("event.union_answered", "{union} answered what it was asked: {answer}. {because}")
    said_by = SaidBy.PARTNERS_TOO
    while_paused = True

    union: Name
    answer: UnionAnswer
    about: Agreement | None = None
    reason: FreeText | None = None


class InternshipAgreed(Fact, Period):
    """An internship (praktik) on a position was agreed. Takes one of the position's places."""

    kind: Literal["internship_agreed"] = "internship_agreed"
    named = msg("event_name.internship_agreed", "agreement on an internship")
    told = msg("event.internship_agreed", "An internship on {position} was agreed, {starts_on} to {ends_on}{by_whom}.")
    is_decision = True

    position: Name
    supervisor: Name | None = None
    mentor: Name | None = None
    hours_a_week: Hours | None = added(None)


class InternshipExtended(Fact):
    """The internship was given a new last day, later or earlier."""

    kind: Literal["internship_extended"] = "internship_extended"
    named = msg("event_name.internship_extended", "new last day of the internship")
    told = msg("event.internship_extended", "The internship's last day became {ends_on}: {reason}")

    ends_on: Day
    reason: FreeText
    hours_a_week: Hours | None = added(None)


class CheckInRecorded(Remarked):
    """A check-in (avstämning) was held on `effective_on`."""

    kind: Literal["check_in_recorded"] = "check_in_recorded"
    named = msg("event_name.check_in_recorded", "check-in")
    told = msg("event.check_in_recorded", "A check-in was held.")


class InternshipCompleted(Fact):
    """The internship ended as agreed. Frees the place."""

    kind: Literal["internship_completed"] = "internship_completed"
    named = msg("event_name.internship_completed", "completed internship")
    told = msg("event.internship_completed", "The internship was completed.")


class InternshipInterrupted(Fact):
    """The internship ended early. Frees the place; the candidate waits for another one or leaves."""

    kind: Literal["internship_interrupted"] = "internship_interrupted"
    named = msg("event_name.internship_interrupted", "interrupted internship")
    told = msg("event.internship_interrupted", "The internship was interrupted: {reason}")

    reason: FreeText
    seeks_new_place: bool
    end_reason: EndReason = EndReason.OTHER


class EvaluationRecorded(Remarked):
    """The internship or role was evaluated (utvärderad) against the programme's criteria."""

    kind: Literal["evaluation_recorded"] = "evaluation_recorded"
    named = msg("event_name.evaluation_recorded", "evaluation")
    told = msg("event.evaluation_recorded", "Evaluated, favourable: {favourable}; {scores}.")
    is_decision = True

    favourable: bool
    scores: tuple[CriterionScore, ...]


class SelfEvaluationRecorded(Remarked):
    """The candidate's own evaluation of the internship or role, against the same criteria."""

    kind: Literal["self_evaluation_recorded"] = "self_evaluation_recorded"
    named = msg("event_name.self_evaluation_recorded", "candidate's own evaluation")
    told = msg("event.self_evaluation_recorded", "The candidate's own evaluation: {scores}.")

    scores: tuple[CriterionScore, ...]


class TemporaryRoleAgreed(Fact, Period):
    """A time-limited employment (visstidsanställning) was agreed, in one of the programme's forms."""

    kind: Literal["temporary_role_agreed"] = "temporary_role_agreed"
    named = msg("event_name.temporary_role_agreed", "agreement on a temporary role")
    told = msg(
        "event.temporary_role_agreed_how",
        "A temporary role ({form}) on {position} was agreed, from {starts_on} to {ends_on}{with_hours}.",
    )
    is_decision = True

    position: Name
    form: Name
    hours_a_week: Hours | None = added(None)


class TemporaryRoleExtended(Fact):
    """The time-limited employment was given a new last day."""

    kind: Literal["temporary_role_extended"] = "temporary_role_extended"
    named = msg("event_name.temporary_role_extended", "new last day of the temporary role")
    told = msg("event.temporary_role_extended", "The temporary role's last day became {ends_on}: {reason}")
    is_decision = True

    ends_on: Day
    reason: FreeText
    hours_a_week: Hours | None = added(None)


class TemporaryRoleEnded(Fact):
    """The time-limited employment ended. The next link of the chain begins with an evaluation, or the way ends.

    `end_reason` is said where the way ends with the role, and the role before its last agreed day.
    """

    kind: Literal["temporary_role_ended"] = "temporary_role_ended"
    named = msg("event_name.temporary_role_ended", "end of the temporary role")
    told = msg("event.role_ended", "The temporary role ended{for_what}.")

    reason: FreeText | None = None
    end_reason: EndReason | None = added(None)


class PermanentRoleAgreed(Fact):
    """Employment until further notice (tillsvidareanställning) was agreed."""

    kind: Literal["permanent_role_agreed"] = "permanent_role_agreed"
    named = msg("event_name.permanent_role_agreed", "agreement on a permanent role")
    told = msg("event.permanent_role_agreed", "A permanent role on {position} was agreed, from {starts_on}.")
    is_decision = True

    position: Name
    starts_on: Day
    hours_a_week: Hours | None = added(None)


class RoleConverted(Fact):
    """The law made a temporary role permanent. Only the journey itself says so."""

    kind: Literal["role_converted"] = "role_converted"
    named = msg("event_name.role_converted", "role made permanent by law")
    told = msg("event.role_converted", "The temporary role ({form}) became permanent, by {law}.")
    said_by = SaidBy.THE_JOURNEY
    while_paused = True
    correction = CorrectionPolicy(
        strikes=False,
        replaced_by=(),
        otherwise=msg(
            "it_can_be_corrected.the_law",
            "What follows from the law cannot be corrected. Correct the events that its day depends on.",
        ),
    )

    form: Name
    law: Text


class EmploymentFoundElsewhere(Fact):
    """What the same person's other journeys tell of time-limited employment with this employer, as far as they were
    read: it counts where the law counts days, and takes the place of what was found before.

    Only the journey itself says so.
    """

    kind: Literal["employment_found_elsewhere"] = "employment_found_elsewhere"
    named = msg("event_name.employment_found_elsewhere", "employment in other journeys")
    told = msg(
        "event.employment_found_elsewhere", "Employment in the person's other journeys counts here: {employments}."
    )
    said_by = SaidBy.THE_JOURNEY
    is_aside = while_paused = True
    correction = CorrectionPolicy(
        strikes=False,
        replaced_by=(),
        otherwise=msg(
            "it_can_be_corrected.employment_elsewhere",
            "What other journeys tell is corrected there, and this journey then hears of it.",
        ),
    )

    employments: Annotated[tuple[EmploymentElsewhere, ...], Field(max_length=MOST_ELSEWHERE)]
    read_up_to: Annotated[tuple[ReadUpTo, ...], Field(max_length=MOST_ELSEWHERE)]
