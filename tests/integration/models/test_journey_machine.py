"""Any sequence of events, sensible or not: nothing raises, nothing is lost, and the journey is where the table says."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.language import said
from models.calendar.periods import last_day_within
from models.events.events import EVENT_CLASSES, Corrected, DeadlinePassed, Event, RoleConverted
from models.journey.fold import Entry, in_effect
from models.journey.journey import Journey
from models.journey.transitions import moves_of
from models.programme.programme import DeadlineRule, EvaluationRule, Programme
from models.projections.status import Status, describe
from models.rules.decision import Proposal, Refusal
from models.stages import Stage
from models.state.deadlines import reached, rests_until, upcoming
from models.state.employment_limits import conversion
from models.state.partner_obligations import consulted_in
from models.state.roles_held import roles_held
from models.state.state import PassedDeadline, State
from tests.support.builders import Way, rebuilt, way_to
from tests.support.programmes import CONSULTATION, PREPAREDNESS, SERVICE
from tests.support.shapes import HOLIDAY_JOBS, PROJECT_SEARCH, of_shape
from tests.support.strategies import event_for, fitting_day
from tests.support.thoroughness import share_of, thoroughly
from tests.support.values import JOURNEY_ID, MONDAY, at, both, is_one_sentence, numbered_id

SEQUENCES = share_of(800)
LONGEST = 12
"""Events in a sequence, beside those that bring the journey to the stage in which it begins."""

STRICT = SERVICE.model_copy(
    update={
        "id": "strict",
        "reopen_within_days": 0,
        "follow_up_after_days": (1,),
        "follow_up_window_days": 0,
        "evaluation": EvaluationRule(
            source=both("a strict programme"), trainable_requirements=True, self_evaluation_required=True
        ),
        "internship": SERVICE.internship.model_copy(update={"mentor_required": True, "longest_months": 1}),
        "forms": tuple(
            form.model_copy(
                update={
                    "conversion": form.conversion and form.conversion.model_copy(update={"more_than_days": 20}),
                    "apply_days_ahead": 7 if form.id == "substitute" else None,
                }
            )
            for form in SERVICE.forms
        ),
        "deadlines": (
            *SERVICE.deadlines,
            DeadlineRule.model_validate(
                {"name": "at_once", "stages": list(Stage), "counts_from": "last_check_in", "remind_days_before": 0}
            ),
        ),
    }
)
"""A programme at the edges of what a file may say."""

ROTATION, EMPLOYED_AT_ONCE = of_shape(PROJECT_SEARCH, CONSULTATION), of_shape(HOLIDAY_JOBS, CONSULTATION)
PROGRAMMES = (SERVICE, SERVICE, PREPAREDNESS, STRICT, CONSULTATION, CONSULTATION, ROTATION, EMPLOYED_AT_ONCE)
CAUGHT_BY_DETAILS = {
    "the_form_is_open",
    "the_form_is_still_open",
    "the_role_is_short_enough",
    "it_is_applied_for_in_time",
    "the_end_says_why",
}
"""Rules that depend on the form of employment, or on the day of an end, which `allowed` does not see."""

RULES = {
    *("the_author_may_say_so", "the_day_has_come", "it_follows_what_went_before", "the_journey_is_not_paused"),
    *("the_journey_is_paused", "the_window_is_open", "the_follow_up_is_asked_for", "the_deadline_has_passed"),
    *("the_programme_stays", "it_begins_with_a_referral", "the_partner_may_refer", "possible_in_this_stage"),
    *("every_requirement_is_answered", "someone_looks_after_the_intern", "the_internship_is_short_enough"),
    *("it_ends_after_it_starts", "the_scores_cover_the_criteria", "the_evaluation_is_favourable"),
    *("both_have_evaluated", "somebody_else_takes_over", "recorded_for_the_candidate"),
    *("the_law_makes_it_permanent", "it_is_applied_for_in_time"),
    *("decided_by_two_people", "the_form_is_open", "the_decision_is_short_enough", "the_role_is_short_enough"),
    *("a_coordinator_asks", "unions_are_consulted_about_it", "the_unions_are_those_to_consult", "the_union_was_asked"),
    *(
        "corrected_by_two_people",
        "a_manager_changes_the_rules",
        "the_union_answers_for_itself",
        "the_unions_have_been_consulted",
    ),
    *("each_event_once", "it_can_be_corrected", "later_events_stay_possible"),
}
"""Rules that the sequences must have met at least once, so that they are known to reach every corner."""

SELDOM = {"proposal_declined", "repaired"}
"""Kinds that a sequence rarely comes to: a correction has to have been proposed before, or nothing be recorded yet."""

RARE = {
    *("both_have_evaluated", "recorded_for_the_candidate", "a_coordinator_asks", "it_is_applied_for_in_time"),
    *("the_window_is_open", "somebody_else_takes_over", "the_form_is_open", "it_begins_with_a_referral"),
    "the_law_makes_it_permanent",
}
"""Rules that hundreds of sequences may miss; each has examples of its own in the tests of its rules."""


@cache
def beginning(programme: int, stage: Stage) -> tuple[Entry, ...]:
    """The entries that bring a journey of a programme to a stage."""
    rules = PROGRAMMES[programme]
    if rules.way is not None and stage not in (Stage.REFERRAL, Stage.REQUIREMENT_CHECK, Stage.CLOSED):
        stage = Stage.AWAITING_PLACEMENT  # from where ways of another shape go their own way
    if rules is not STRICT:
        return way_to(stage, rules, first_day(rules)).journey.entries
    kinds = [kind for entry in beginning(0, stage) for kind in also_by_the_candidate(entry.event.kind)]
    way = Way(rules)
    for kind in kinds:
        way.happens(kind, **({"ends_on": way.day + timedelta(days=20)} if kind == "internship_agreed" else {}))
    return way.journey.entries


def also_by_the_candidate(kind: str) -> tuple[str, ...]:
    return (kind, "self_evaluation_recorded") if kind == "evaluation_recorded" else (kind,)


def first_day(rules: Programme) -> date:
    return date(2018, 6, 4) if rules is PREPAREDNESS else MONDAY


@dataclass
class Seen:
    """What a run of sequences has met."""

    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    stages: Counter[Stage] = field(default_factory=Counter)
    sequences: int = 0


@dataclass
class Run:
    """One sequence: a journey, the moment, and what is known to have happened."""

    journey: Journey
    now: datetime
    seen: Seen
    told: set[PassedDeadline] = field(default_factory=set)
    deadlines: int = 0
    rules_stayed: bool = True

    def sends(self, event: Event) -> None:
        before, entries = self.journey.state, self.journey.entries
        answer = self.journey.propose(event, self.now)
        assert self.journey.state is before
        assert self.journey.entries == entries
        if isinstance(answer, Refusal):
            self._is_refused(answer)
        else:
            self._is_accepted(event, answer)

    def _is_refused(self, answer: Refusal) -> None:
        self.seen.refused[answer.rule] += 1
        assert is_one_sentence(said(answer.message, "en")), said(answer.message, "en")
        assert answer.source

    def _is_accepted(self, event: Event, proposal: Proposal) -> None:
        assert proposal.before is self.journey.state
        self.journey.commit(proposal)
        self.seen.accepted[event.kind] += 1
        assert self.journey.state is proposal.after
        assert event.event_id in self.journey
        if isinstance(event, Corrected):
            assert (
                Journey(self.journey.rules, self.journey.entries, journey_id=self.journey.id).state
                == self.journey.state
            )
        else:
            assert_moved_by_the_table(event, proposal)
        if event.kind in ("internship_agreed", "temporary_role_agreed"):
            self.told.clear()  # what is agreed anew has deadlines of its own, also on the days of the one before
        self.rules_stayed &= not any(entry.event.kind == "rules_changed" for entry in self.journey.entries[-1:])
        self._holds(proposal.after)

    def _holds(self, state: State) -> None:
        self.seen.stages[state.stage] += 1
        assert type(state.stage) is Stage
        freed = state.pause is not None and state.pause.frees_place
        assert (state.place is not None) == (state.stage is Stage.INTERNSHIP and not freed)
        assert (state.closed_from is not None) == (state.stage is Stage.CLOSED)
        assert state.stage is not Stage.CLOSED or (state.end_reason is not None and not state.paused)
        if state.stage is Stage.TEMPORARY_ROLE:
            assert state.role is not None
            assert state.role.form is not None
        if state.stage is Stage.PERMANENT_ROLE:
            assert state.role is not None
            assert state.role.ends_on is None
        if self.rules_stayed and state.stage is Stage.INTERNSHIP and state.internship and state.internship.ends_on:
            months = state.rules.internship.longest_months or 0
            assert state.internship.ends_on <= last_day_within(state.internship.starts_on, months)
        assert all(pause.to_day is not None for pause in state.pauses[:-1])
        entries = self.journey.entries
        if not state.ended and not any(isinstance(entry.event, RoleConverted) for entry in entries):
            held = tuple(role for role in state.roles if role.ends_on and role.starts_on <= role.ends_on)
            assert roles_held(entry.event for entry in in_effect(entries)) == held

    def days_pass(self, days: int) -> None:
        """Day follows day, and the journey says which deadlines have come, as the workflow does."""
        self.now += timedelta(days=days)
        rounds = 0
        while self.journey.state and (due := reached(self.journey.state, self.now.date())):
            rounds += 1
            assert rounds == 1, f"deadlines came twice: {due}"
            for moment in due:
                assert moment.on <= self.now.date()
                if moment.converts:
                    self._becomes_permanent()
                    continue
                passed = PassedDeadline(moment.deadline, moment.due_on, moment.step)
                assert passed not in self.told, passed
                self.told.add(passed)
                self.deadlines += 1
                before = self.journey.state
                self.sends(
                    DeadlinePassed(
                        event_id=numbered_id(10**9 + self.deadlines),
                        actor="system:journey",
                        effective_on=self.now.date(),
                        deadline=moment.deadline,
                        step=moment.step,
                        due_on=moment.due_on,
                    )
                )
                assert self.journey.state is not before, moment

    def _becomes_permanent(self) -> None:
        """By law, on the law's day."""
        state = self.journey.state
        found = conversion(state) if state else None
        assert state is not None
        assert found is not None
        self.deadlines += 1
        self.sends(
            RoleConverted(
                event_id=numbered_id(10**9 + self.deadlines),
                actor="system:journey",
                effective_on=max(found.on, state.since),
                form=found.form,
                law=found.rule.law,
            )
        )
        assert self.journey.state is not None
        assert self.journey.state.stage is Stage.PERMANENT_ROLE

    def ends(self) -> None:
        """What must hold of the whole, wherever it has come to."""
        again = rebuilt(self.journey)
        assert again.state == self.journey.state
        assert again.entries == self.journey.entries
        state = self.journey.state
        found = describe("K7Q29FMXB", self.journey.rules.id, state, len(self.journey.entries), self.now)
        assert Status.model_validate_json(found.model_dump_json()) == found
        assert_what_is_allowed_can_be_done(self.journey, self.now)
        if state is None:
            assert self.journey.entries == ()
            return
        rest = rests_until(state)
        assert (rest is not None) == (state.ended and not state.paused)
        if rest is not None and not any(state.stage in rule.stages for rule in state.rules.deadlines):
            assert all(moment.on < rest for moment in upcoming(state))
        assert all(moment.on > state.touched_on for moment in upcoming(state))


def assert_moved_by_the_table(event: Event, proposal: Proposal) -> None:
    if proposal.before is None:
        assert (event.kind, proposal.after.stage) == ("referred", Stage.REFERRAL)
        return
    stage = proposal.before.stage
    rows = [move for move in moves_of(proposal.before.rules.shape) if move.kind == event.kind and stage in move.sources]
    assert proposal.after.stage in {move.to or stage for move in rows}
    assert not proposal.before.paused or event.kind not in ("paused", "internship_agreed", "referral_accepted")


def assert_what_is_allowed_can_be_done(journey: Journey, now: datetime) -> None:
    """For each kind that is named as allowed there is an event that is accepted."""
    way = Way(journey.rules)
    way.journey = journey
    way.day = fitting_day(journey.state, now.date())
    for kind in journey.allowed(now):
        answers = [journey.propose(event, now) for event in tries(way, kind)]
        refusals = {answer.rule for answer in answers if isinstance(answer, Refusal)}
        assert len(refusals) < len(answers) or refusals <= CAUGHT_BY_DETAILS, (kind, refusals)
        assert kind.startswith("temporary_role") or not refusals, (kind, refusals)


OF_THEIR_OWN = {
    "self_evaluation_recorded": {"actor": "supervisor:zita.ny"},
    "coordinator_changed": {"coordinator": "zita.ny"},
}
"""Fields that an example takes, whatever the state."""


def follows_a_role(kind: str, day: date, state: State | None) -> dict[str, Any]:
    """The first day of a permanent role, which begins no earlier than the role that it follows."""
    agreed = state.agreed_start if state and kind == "permanent_role_agreed" else None
    return {"starts_on": max(day, agreed)} if agreed else {}


def tries(way: Way, kind: str) -> list[Event]:
    """Events of a kind of which one at least should be accepted now."""
    own: dict[str, Any] = {"actor": "manager:zita.ny", "event_id": UUID(int=2**128 - 1), **OF_THEIR_OWN.get(kind, {})}
    day, state = way.day, way.journey.state
    own |= follows_a_role(kind, day, state)
    match kind:
        case "referred":
            own |= {"effective_on": min(day, way.rules.valid_until or day), "referring_partner": "arbetsformedlingen"}
        case "internship_agreed":
            own |= {"ends_on": day}
        case "internship_extended" if state and state.internship:
            own |= {"ends_on": state.internship.starts_on}
        case "temporary_role_extended" if state and state.role:
            own |= {"ends_on": state.role.starts_on}
        case "temporary_role_agreed":
            one_day = {**own, "starts_on": day, "ends_on": day}
            return [way.event(kind, form=form.id, **one_day) for form in way.rules.forms]
        case "follow_up_recorded" if state:
            done = {days for days, _ in state.follow_ups}
            own |= {"after_days": next(days for days in way.rules.follow_up_after_days if days not in done)}
        case "union_consulted" if state and state.rules.union_consultation:
            own |= {
                "about": next(
                    about
                    for about in consulted_in(state.stage, state.rules.shape)
                    if about in state.rules.union_consultation.before
                )
            }
        case "union_answered" if state:
            asked = state.consultations[0]
            own |= {"union": asked.union, "about": asked.about, "effective_on": max(day, asked.consulted_on)}
        case "corrected":
            referral = in_effect(way.journey.entries)[0].event
            other = "siv.lund" if referral.model_dump()["coordinator"] == "eva.lo" else "eva.lo"
            own |= {"corrects": referral.event_id, "replacement": {**referral.model_dump(), "coordinator": other}}
        case _:
            pass
    return [way.event(kind, **own)]


def play(data: st.DataObject, seen: Seen) -> None:
    """Draw one sequence and let it happen."""
    draw = data.draw
    programme = draw(st.integers(0, len(PROGRAMMES) - 1))
    stage = draw(st.sampled_from((None, *Stage)))
    rules = PROGRAMMES[programme]
    entries = beginning(programme, stage) if stage else ()
    run = Run(Journey(rules, entries, journey_id=JOURNEY_ID), at(first_day(rules)), seen)
    for _ in range(draw(st.integers(1, LONGEST))):
        run.days_pass(draw(st.sampled_from((0, 0, 0, 1, 7, 31, 100))))
        run.sends(draw(event_for(run.journey, run.now)))
    run.ends()
    seen.sequences += 1


def test_any_sequence_of_events_leaves_a_journey_that_holds() -> None:
    seen = Seen()

    @settings(
        max_examples=SEQUENCES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def play_one(data: st.DataObject) -> None:
        play(data, seen)

    play_one()
    assert seen.sequences >= SEQUENCES
    assert set(seen.stages) == set(Stage)
    if thoroughly():
        assert set(seen.accepted) | SELDOM == set(EVENT_CLASSES)
        assert set(seen.refused) >= RULES - RARE
    assert sum(seen.accepted.values()) > sum(seen.refused.values()) / 2 > SEQUENCES / 2
