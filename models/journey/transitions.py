"""The way, move by move: the one table that says what can happen in which stage, where it leads, and by which rules.

Read it as the programme guide. A row without a destination stays in its stage. Where several rows share a kind and a
stage, the first one whose `when` holds is taken. A row with `of` is one of ways of that shape alone.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import NamedTuple, cast

from transitions import EventData, Machine, MachineError

from models.events import events as e
from models.programme.requirement_profile import unmet_essentials
from models.programme.way import USUAL, WayRule
from models.rules import (
    admission,
    cohorts,
    duties,
    employment,
    ends,
    evaluation,
    hours,
    lengths,
    offers,
    pausing,
    periods,
    placement,
    relevance,
    reminders,
)
from models.rules import employment_limits as limits
from models.rules import general as g
from models.rules import measure_chain as chain
from models.rules import union_consultation as consultation
from models.rules.context import RuleContext
from models.rules.decision import Refusal
from models.rules.registry import Guard, first_refusal
from models.stages import ENDED_STAGES, OPEN_STAGES, Stage

S = Stage
ANY = tuple(Stage)
WORKING = (S.INTERNSHIP, S.TEMPORARY_ROLE)

Choice = Callable[[RuleContext], bool]
Shapes = Callable[[WayRule], bool]


def every_essential_requirement_is_answered(context: RuleContext) -> bool:
    """Met, waived, or to be learnt during the internship."""
    check, profile = context.event, None
    if isinstance(check, e.RequirementsChecked):
        profile = context.state.rules.profile(check.profile)
        return profile is not None and not unmet_essentials(profile, check.findings)
    return True


def the_candidate_seeks_a_new_place(context: RuleContext) -> bool:
    return not isinstance(context.event, e.InternshipInterrupted) or context.event.seeks_new_place


def another_internship_follows(context: RuleContext) -> bool:
    """Fewer internships were completed, with this one, than the programme has."""
    return len(context.state.completed) + 1 < context.rules.shape.internships


def an_internship_was_completed(context: RuleContext) -> bool:
    """Between two internships: whoever has done none has still to pass their first check."""
    return bool(context.state.completed)


def the_freed_place_is_given_up(context: RuleContext) -> bool:
    """Whoever goes on after a pause and seeks another place than the one that was freed."""
    return isinstance(context.event, e.Resumed) and context.event.seeks_new_place


def _was_closed_from(stage: Stage) -> Choice:
    def was_closed_from(context: RuleContext) -> bool:
        return context.state.closed_from is stage

    return was_closed_from


def with_internships(shape: WayRule) -> bool:
    return shape.internships > 0


def hired_at_once(shape: WayRule) -> bool:
    """A role follows the requirement check."""
    return shape.internships == 0


def checked_before_each(shape: WayRule) -> bool:
    """Several internships, each after a requirement check of its own."""
    return shape.internships > 1 and shape.check_before_each


def checked_once(shape: WayRule) -> bool:
    """Several internships after one requirement check."""
    return shape.internships > 1 and not shape.check_before_each


def hired_at_any_time(shape: WayRule) -> bool:
    """A role can be agreed during an internship, and before and after one."""
    return shape.hired_at_any_time and shape.internships > 0


def ends_with_a_role(shape: WayRule) -> bool:
    return shape.ends_as_planned


def goes_on_after_a_role(shape: WayRule) -> bool:
    return not shape.ends_as_planned


class Move(NamedTuple):
    """One row: on this kind of event, from these stages to that one, if the guards let it pass.

    The row is chosen `when` that holds of the event and the journey, and stands in ways `of` that shape alone.
    """

    kind: str
    sources: tuple[Stage, ...]
    to: Stage | None
    guards: tuple[Guard[[RuleContext]], ...] = ()
    when: Choice | None = None
    of: Shapes | None = None

    def is_of(self, shape: WayRule) -> bool:
        """Whether ways of a shape know the row."""
        return self.of is None or self.of(shape)


ALWAYS: tuple[Guard[[RuleContext]], ...] = (
    g.the_author_may_say_so,
    g.the_day_has_come,
    g.the_journey_is_not_paused,
    g.it_follows_what_went_before,
)
"""Rules that every event must pass, beside those of its row."""

CHECK_RULES = (placement.every_requirement_is_answered, relevance.the_profile_is_thought_through)

RESUMED = (pausing.the_journey_is_paused, pausing.it_resumes_after_it_paused, pausing.only_a_freed_place_is_given_up)

ROLE_RULES = (
    offers.the_offer_was_accepted,
    placement.the_evaluation_is_favourable,
    placement.it_starts_on_the_way,
    admission.it_starts_in_time,
    evaluation.both_have_evaluated,
    employment.decided_by_two_people,
    consultation.the_unions_agree,
    consultation.the_unions_have_been_consulted,
)

TEMPORARY_RULES = (
    *ROLE_RULES,
    periods.the_days_are_a_period,
    employment.the_form_is_open,
    chain.the_chain_goes_forward,
    limits.it_is_applied_for_in_time,
    employment.the_decision_is_short_enough,
    employment.the_role_is_short_enough,
    lengths.the_role_is_of_its_length,
    hours.the_hours_are_within,
    duties.the_studies_leave_time,
)

PERMANENT_RULES = (*ROLE_RULES, hours.the_hours_are_within)
END_OF_ROLE = (placement.it_has_begun, ends.the_role_was_agreed_until_then, ends.the_end_says_why)

MOVES: tuple[Move, ...] = (
    # referral: the employer takes it on, or not
    Move("referral_accepted", (S.REFERRAL,), S.REQUIREMENT_CHECK, (cohorts.the_cohort_is_open,)),
    Move("referral_declined", (S.REFERRAL,), S.CLOSED),
    # requirement check: qualified, or the way ends here
    Move(
        "requirements_checked",
        (S.REQUIREMENT_CHECK,),
        S.AWAITING_PLACEMENT,
        CHECK_RULES,
        when=every_essential_requirement_is_answered,
    ),
    Move("requirements_checked", (S.REQUIREMENT_CHECK,), S.CLOSED, CHECK_RULES),
    # consultation: what the unions say before something is agreed
    Move(
        "union_consulted",
        (S.AWAITING_PLACEMENT, S.EVALUATION, S.TEMPORARY_ROLE),
        None,
        (
            consultation.a_coordinator_asks,
            consultation.unions_are_consulted_about_it,
            consultation.the_unions_are_those_to_consult,
        ),
    ),
    Move(
        "union_answered",
        (S.AWAITING_PLACEMENT, S.EVALUATION, S.TEMPORARY_ROLE),
        None,
        (consultation.the_union_answers_for_itself, consultation.the_union_was_asked),
    ),
    Move(
        "union_consulted",
        (S.REQUIREMENT_CHECK, S.INTERNSHIP),
        None,
        (
            consultation.a_coordinator_asks,
            consultation.unions_are_consulted_about_it,
            consultation.the_unions_are_those_to_consult,
        ),
        of=hired_at_any_time,
    ),
    Move(
        "union_answered",
        (S.REQUIREMENT_CHECK, S.INTERNSHIP),
        None,
        (consultation.the_union_answers_for_itself, consultation.the_union_was_asked),
        of=hired_at_any_time,
    ),
    # offers: a place is offered to somebody who waits for one, and taken or not
    Move("lot_drawn", (S.AWAITING_PLACEMENT,), None, (offers.the_programme_draws_lots,)),
    Move(
        "place_offered",
        (S.AWAITING_PLACEMENT,),
        None,
        (
            offers.the_programme_offers_places,
            offers.lots_were_drawn,
            offers.no_other_offer_stands,
            placement.it_starts_on_the_way,
            periods.the_days_are_a_period,
            offers.there_is_time_to_answer,
        ),
    ),
    Move(
        "offer_answered",
        (S.AWAITING_PLACEMENT,),
        None,
        (offers.the_programme_offers_places, offers.the_offer_stands),
    ),
    # internship: every hire begins with one, but in programmes that employ at once
    Move(
        "internship_agreed",
        (S.AWAITING_PLACEMENT,),
        S.INTERNSHIP,
        (
            offers.the_offer_was_accepted,
            placement.someone_looks_after_the_intern,
            placement.it_starts_on_the_way,
            admission.it_starts_in_time,
            lengths.the_internship_is_short_enough,
            lengths.the_internship_is_long_enough,
            hours.the_hours_are_within,
            duties.the_studies_leave_time,
            periods.the_days_are_a_period,
            consultation.the_unions_agree,
            consultation.the_unions_have_been_consulted,
        ),
        of=with_internships,
    ),
    Move(
        "internship_extended",
        (S.INTERNSHIP,),
        None,
        (
            placement.it_ends_after_it_starts,
            lengths.the_internship_is_short_enough,
            lengths.the_internship_is_long_enough,
            hours.the_hours_are_within,
            duties.the_studies_leave_time,
            periods.the_days_are_a_period,
        ),
    ),
    Move("check_in_recorded", WORKING, None, (placement.it_has_begun,)),
    Move(
        "internship_completed",
        (S.INTERNSHIP,),
        S.REQUIREMENT_CHECK,
        (placement.it_has_begun,),
        when=another_internship_follows,
        of=checked_before_each,
    ),
    Move(
        "internship_completed",
        (S.INTERNSHIP,),
        S.AWAITING_PLACEMENT,
        (placement.it_has_begun,),
        when=another_internship_follows,
        of=checked_once,
    ),
    Move("internship_completed", (S.INTERNSHIP,), S.EVALUATION, (placement.it_has_begun,)),
    Move("internship_interrupted", (S.INTERNSHIP,), S.AWAITING_PLACEMENT, when=the_candidate_seeks_a_new_place),
    Move("internship_interrupted", (S.INTERNSHIP,), S.CLOSED, (ends.the_end_says_why,)),
    # evaluation: of the internship, or of the last role, by the supervisor and by the candidate
    Move(
        "evaluation_recorded",
        (S.EVALUATION,),
        None,
        (evaluation.the_scores_cover_the_criteria,),
    ),
    Move(
        "self_evaluation_recorded",
        (S.EVALUATION,),
        None,
        (evaluation.recorded_for_the_candidate, evaluation.the_scores_cover_the_criteria),
    ),
    # roles: time-limited ones can follow one another, each after an evaluation
    Move("temporary_role_agreed", (S.EVALUATION,), S.TEMPORARY_ROLE, TEMPORARY_RULES),
    Move("temporary_role_agreed", (S.AWAITING_PLACEMENT,), S.TEMPORARY_ROLE, TEMPORARY_RULES, of=hired_at_once),
    Move(
        "temporary_role_agreed",
        (S.AWAITING_PLACEMENT, S.INTERNSHIP),
        S.TEMPORARY_ROLE,
        TEMPORARY_RULES,
        of=hired_at_any_time,
    ),
    Move(
        "temporary_role_agreed",
        (S.REQUIREMENT_CHECK,),
        S.TEMPORARY_ROLE,
        TEMPORARY_RULES,
        when=an_internship_was_completed,
        of=hired_at_any_time,
    ),
    Move(
        "temporary_role_extended",
        (S.TEMPORARY_ROLE,),
        None,
        (
            employment.decided_by_two_people,
            placement.it_ends_after_it_starts,
            periods.the_days_are_a_period,
            employment.the_form_is_still_open,
            employment.the_decision_is_short_enough,
            employment.the_role_is_short_enough,
            lengths.the_role_is_of_its_length,
            hours.the_hours_are_within,
            duties.the_studies_leave_time,
        ),
    ),
    Move("temporary_role_ended", (S.TEMPORARY_ROLE,), S.EVALUATION, END_OF_ROLE, of=goes_on_after_a_role),
    Move("temporary_role_ended", (S.TEMPORARY_ROLE,), S.CLOSED, END_OF_ROLE, of=ends_with_a_role),
    Move("permanent_role_agreed", (S.EVALUATION, S.TEMPORARY_ROLE), S.PERMANENT_ROLE, PERMANENT_RULES),
    Move("permanent_role_agreed", (S.AWAITING_PLACEMENT,), S.PERMANENT_ROLE, PERMANENT_RULES, of=hired_at_once),
    Move(
        "permanent_role_agreed",
        (S.AWAITING_PLACEMENT, S.INTERNSHIP),
        S.PERMANENT_ROLE,
        PERMANENT_RULES,
        of=hired_at_any_time,
    ),
    Move(
        "permanent_role_agreed",
        (S.REQUIREMENT_CHECK,),
        S.PERMANENT_ROLE,
        PERMANENT_RULES,
        when=an_internship_was_completed,
        of=hired_at_any_time,
    ),
    Move("employment_found_elsewhere", ANY, None),
    Move("role_converted", (S.TEMPORARY_ROLE,), S.PERMANENT_ROLE, (limits.the_law_makes_it_permanent,)),
    # ends, from wherever the candidate is
    Move("returned_to_agency", OPEN_STAGES, S.CLOSED, (ends.the_end_says_why,)),
    Move("withdrawn", OPEN_STAGES, S.CLOSED, (ends.the_end_says_why,)),
    Move("discontinued", OPEN_STAGES, S.CLOSED, (ends.the_end_says_why,)),
    # standing still, and going on
    Move(
        "paused",
        OPEN_STAGES,
        None,
        (pausing.it_pauses_after_it_resumed, pausing.it_returns_after_it_pauses, pausing.only_a_held_place_is_freed),
    ),
    Move("pause_extended", OPEN_STAGES, None, (pausing.the_journey_is_paused, pausing.it_returns_after_it_pauses)),
    Move("resumed", (S.INTERNSHIP,), S.AWAITING_PLACEMENT, RESUMED, when=the_freed_place_is_given_up),
    Move("resumed", OPEN_STAGES, None, RESUMED),
    *(
        Move("reopened", (S.CLOSED,), stage, (g.the_window_is_open,), when=_was_closed_from(stage))
        for stage in OPEN_STAGES
    ),
    # what is written along the way
    Move("correction_proposed", ANY, None),
    Move("proposal_declined", ANY, None),
    Move("corrected", ANY, None),
    Move("coordinator_changed", ANY, None, (g.somebody_else_takes_over,)),
    Move("partner_acknowledged", ANY, None),
    Move(
        "duty_done",
        (S.AWAITING_PLACEMENT, S.INTERNSHIP, S.EVALUATION, S.TEMPORARY_ROLE, *ENDED_STAGES),
        None,
        (
            duties.the_duty_is_asked_for,
            duties.the_period_has_ended,
            duties.the_duty_is_done_in_time,
            duties.the_record_says_what_is_asked,
            duties.the_days_are_of_the_period,
            duties.the_claim_is_right,
        ),
    ),
    Move("follow_up_recorded", ENDED_STAGES, None, (g.the_follow_up_is_asked_for,)),
    Move("note_added", ANY, None),
    Move("reminder_set", ANY, None, (reminders.the_reminder_is_to_come,)),
    Move("reminder_moved", ANY, None, (reminders.the_reminder_is_open, reminders.the_reminder_is_to_come)),
    Move("reminder_done", ANY, None, (reminders.the_reminder_is_open,)),
    Move("deadline_passed", ANY, None, (g.the_deadline_has_passed,)),
    Move("rules_changed", ANY, None, (g.a_manager_changes_the_rules, g.the_programme_stays, g.the_town_stays)),
    Move("repaired", ANY, None),
)


class Trial:
    """An event on trial: what the machine works on in place of the journey, which it never touches.

    `move` is the row that is taken if its rules let it pass: the first of the stage's whose choice holds.
    """

    def __init__(self, context: RuleContext, *, judged: bool) -> None:
        self.state = context.state.stage
        self.context = context
        self.judged = judged
        self.move: Move | None = None
        self.refusal: Refusal | None = None

    def takes(self, move: Move) -> bool:
        if self.move is not None or not move.is_of(self.context.rules.shape):
            return False
        if move.when is not None and not move.when(self.context):
            return False
        self.move = move
        self.refusal = first_refusal(rules_of(move), self.context) if self.judged else None
        return self.refusal is None


def rules_of(move: Move) -> tuple[Guard[[RuleContext]], ...]:
    """The rules that a move must pass, in the order in which they are asked."""
    return (*ALWAYS, *move.guards)


def _taking(move: Move) -> Callable[[EventData], bool]:
    return lambda data: cast(Trial, data.model).takes(move)


MACHINE = Machine(
    model=None,
    states=Stage,
    initial=None,
    transitions=[
        {"trigger": move.kind, "source": list(move.sources), "dest": move.to, "conditions": _taking(move)}
        for move in MOVES
    ],
    auto_transitions=False,
    send_event=True,
)
"""Shared by all journeys: it holds no state of its own."""


def _tried(context: RuleContext, *, judged: bool) -> Trial:
    trial = Trial(context, judged=judged)
    with suppress(MachineError, KeyError):  # the stage knows no such move, or no stage does
        MACHINE.events[context.kind].trigger(trial)
    return trial


def try_transition(context: RuleContext, *, judged: bool = True) -> Stage | Refusal | None:
    """The stage that the event leads to; the first rule that refuses it; or None where the stage knows no such move.

    An event that is not `judged` is asked for its move alone: it was accepted by the rules of another day.
    """
    trial = _tried(context, judged=judged)
    return trial.refusal or (trial.state if trial.move else None)


def transition_for(context: RuleContext) -> Move | None:
    """The row of the table that is taken, if its rules let it pass; None where the stage knows no such move."""
    return _tried(context, judged=False).move


@cache
def moves_of(shape: WayRule) -> tuple[Move, ...]:
    """The rows that ways of a shape know."""
    return tuple(move for move in MOVES if move.is_of(shape))


@cache
def stages_of(shape: WayRule) -> frozenset[Stage]:
    """The stages that ways of a shape can come to."""
    reached: frozenset[Stage] = frozenset()
    while (further := reached | {S.REFERRAL} | _led_to(shape, reached)) != reached:
        reached = further
    return reached


def _led_to(shape: WayRule, reached: frozenset[Stage]) -> set[Stage]:
    """Where the rows lead from these stages; who goes on after the end comes back to where they were."""
    rows = (move for move in moves_of(shape) if move.kind != "reopened" and not reached.isdisjoint(move.sources))
    return {move.to for move in rows if move.to}


@cache
def possible_from(stage: Stage, shape: WayRule = USUAL) -> tuple[str, ...]:
    """The kinds of event that the table knows in a stage of ways of a shape, in its order."""
    return tuple(dict.fromkeys(move.kind for move in moves_of(shape) if stage in move.sources))
