"""Of each rule an event for which it holds, one that leaves it nothing to judge, and one that breaks it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.events.events import Event
from models.programme.admission import AdmissionRule, AgeRule, LastWorked
from models.programme.cohorts import CohortDemand
from models.programme.hours import HoursRule, HoursSpan
from models.programme.interns import InternsDemand, InternsPerEmployees
from models.programme.lengths import FormLength, GroupLength
from models.programme.offers import LotDemand
from models.programme.programme import Programme
from models.programme.requirement_profile import RequirementProfile
from models.programme.training import Completion, TrainingDemand, TrainingRule
from models.programme.way import OtherUnit
from models.rules.context import Beginning, RuleContext
from models.stages import Stage as S
from models.state.deadlines import upcoming
from tests.support.builders import Way, way_to, way_to_conversion, way_to_decision
from tests.support.programmes import (
    BOTH_EVALUATE,
    COHORTS,
    CONSULTATION,
    DUTIES,
    FOLLOWED_UP,
    LOTS,
    MAY_OFFER,
    MUST_AGREE,
    OFFERING,
    PERIODS,
    PREPAREDNESS,
    SERVICE,
    requirement,
)
from tests.support.programmes import RULES as BOOK
from tests.support.shapes import AS_PLANNED, of_shape
from tests.support.values import MONDAY, at, both, numbered_id

EASY, CHAIN = BOOK.programme("easy_jobs"), BOOK.programme("agency_chain")
WEEK, YEAR = timedelta(days=7), timedelta(days=400)


def changed(rules: Programme = SERVICE, **changes: Any) -> Programme:
    return rules.model_copy(update=changes)


ONE_DECIDES = changed(decisions=SERVICE.decisions.model_copy(update={"by_two": False, "corrections_by_two": False}))
UNATTENDED = changed(
    internship=SERVICE.internship.model_copy(update={"supervisor_required": False, "mentor_required": False})
)
BY_EMPLOYEES = changed(
    internship=SERVICE.internship.model_copy(
        update={
            "interns_per_employees": (
                InternsPerEmployees(one_for_each=5, up_to=50),
                InternsPerEmployees(one_for_each=10),
            )
        }
    )
)
"""A programme that allows one intern for each five ordinary employees up to fifty, and then one for each ten."""
ELSEWHERE = changed(towns=(SERVICE.towns[0].model_copy(update={"id": "0180"}),))
UNREASONED = changed(
    profiles=(RequirementProfile(id="driver", title=both("Driver"), requirements=(requirement("licence", why=None),)),)
)

BY_GROUP = changed(
    internship=SERVICE.internship.model_copy(
        update={
            "shortest_weeks": 2,
            "lengths": (
                GroupLength(group="near", name=both("near work"), longest_weeks=4),
                GroupLength(group="far", name=both("far from work"), longest_weeks=13, shortest_weeks=8),
            ),
        }
    )
)
NEAR: dict[str, Any] = {"group": "near"}
AT_LEAST_TWO = changed(
    form_lengths=tuple(
        FormLength(form=form.id, shortest_months=2, source=both("an agreement")) for form in SERVICE.forms
    )
)
YOUNG = changed(ages=AgeRule(lowest=16, highest=19, on="06-01", source=both("the council's rules")))
NOT_THERE = changed(internship=SERVICE.internship.model_copy(update={"not_where_last_worked": True}))
UNTIL = changed(
    admission=AdmissionRule(
        referrals_until=MONDAY, starts_from=MONDAY, starts_until=MONDAY + WEEK, source=both("an agreement")
    )
)
PART_TIME = changed(
    hours=HoursRule(
        internship=HoursSpan(lowest=20, highest=30), role=HoursSpan(highest=30), source=both("an agreement")
    )
)


def awaiting(rules: Programme, **referral: Any) -> Callable[[], Way]:
    """A way to a place on which the referral said this."""
    return further(lambda: Way(rules), ("referred", referral), ("referral_accepted", {}), ("requirements_checked", {}))


LookedAt = Callable[[], tuple[Any, ...]]
"""What a rule is given to judge."""


@dataclass(frozen=True)
class Case:
    """A way, the event that comes to it, and what of the two a rule is given to judge."""

    scene: Callable[[], tuple[Way, Event]]
    given: Callable[[Way, Event], Any]

    def __call__(self) -> tuple[Any, ...]:
        return (self.given(*self.scene()),)


@dataclass(frozen=True)
class Cases:
    """What makes a rule hold, what leaves it nothing to judge where there is such a thing, and what breaks it."""

    holds: LookedAt
    broken: LookedAt
    spared: LookedAt | None = None


def begins(rules: Programme = SERVICE, kind: str = "referred", day: date = MONDAY, **fields: Any) -> Case:
    def scene() -> tuple[Way, Event]:
        here = Way(rules, day)
        return here, here.event(kind, **fields)

    return Case(scene, lambda here, event: Beginning(rules, event, here.day))


def comes(way: Callable[[], Way], kind: str, later: int = 0, **fields: Any) -> Case:
    """An event of a kind comes to a way, so many days later; a field may follow from how the way stands."""

    def scene() -> tuple[Way, Event]:
        here = way()
        here.later(later)
        given = {name: value(here) if callable(value) else value for name, value in fields.items()}
        return here, here.event(kind, **given)

    return Case(scene, lambda here, event: RuleContext(here.state, event.kind, here.day, event))


def corrects(way: Callable[[], Way], event: Callable[[Way], Event]) -> Case:
    def scene() -> tuple[Way, Event]:
        here = way()
        return here, event(here)

    return Case(scene, lambda here, event: here.journey.correction(event, at(here.day), here.state.rules))


def to(stage: S, rules: Programme = SERVICE, *then: str, day: date = MONDAY, **fields: Any) -> Callable[[], Way]:
    """A way to a stage on which events of these kinds have happened since, the last with these fields."""

    def way() -> Way:
        here = way_to(stage, rules, day)
        for kind in then:
            here.happens(kind, **(fields if kind == then[-1] else {}))
        return here

    return way


def decision(rules: Programme = SERVICE, day: date = MONDAY) -> Callable[[], Way]:
    return lambda: way_to_decision(rules, day)


BO = "coordinator:bo.lind"
CLAIM: dict[str, Any] = {"duty": "grant", "period": "2026-03", "days": 20, "kronor": 10_000}


def evaluated_by_bo(rules: Programme = SERVICE) -> Callable[[], Way]:
    return further(to(S.EVALUATION, rules), ("evaluation_recorded", {"actor": BO}))


def further(way: Callable[[], Way], *then: tuple[str, dict[str, Any]]) -> Callable[[], Way]:
    def here() -> Way:
        gone = way()
        for kind, fields in then:
            gone.happens(kind, **fields)
        return gone

    return here


def interns(there: int, employees: int | None) -> LookedAt:
    rule = BY_EMPLOYEES.internship
    demand = InternsDemand(limits=rule.interns_per_employees, source=rule.source)
    return lambda: (demand, "lasarettet_tray_kitchen", employees, there)


def number_three(*before: int) -> LookedAt:
    demand = LotDemand(number=3, seed="7", profile="hospital_service", source=SERVICE.internship.source)
    return lambda: (demand, before)


def in_unit(unit: str) -> LookedAt:
    """After an internship in a laundry."""
    demand = OtherUnit(earlier=("laundry",), source="a test")
    return lambda: (demand, "a_position", unit, {"Tvätteriet"})


def last_in(unit: str) -> LookedAt:
    """The position is in the laundry."""
    return lambda: (LastWorked(unit=unit, source="a test"), "a_position", ("Tvätteriet", "The laundry"))


def admitted(others: int) -> LookedAt:
    return lambda: (CohortDemand(cohort=COHORTS.cohorts[-1], source=COHORTS.source), others)


def days(count: int) -> Callable[[Way], date]:
    return lambda way: way.day + timedelta(days=count)


def first(way: Way, kind: str) -> Event:
    return next(one.event for one in way.journey.entries if one.event.kind == kind)


def correction(of: str, by: str = BO, kind: str = "corrected", **fields: Any) -> Callable[[Way], Event]:
    def event(way: Way) -> Event:
        said = {"corrects": first(way, of).event_id, "actor": by, "reason": "A slip", "replacement": None, **fields}
        return way.event(kind, **{name: value(way) if callable(value) else value for name, value in said.items()})

    return event


def longer(way: Way) -> dict[str, Any]:
    return {**first(way, "internship_agreed").model_dump(), "ends_on": MONDAY + timedelta(days=60)}


def as_it_is(way: Way) -> dict[str, Any]:
    return first(way, "internship_agreed").model_dump()


def proposal(way: Way) -> Any:
    return first(way, "correction_proposed").event_id


def proposed_way() -> Way:
    way = way_to(S.INTERNSHIP)
    way.accepts(
        correction("internship_agreed", "coordinator:anna.berg", "correction_proposed", replacement=longer)(way)
    )
    return way


def trains(taken: int = 0, staff: int = 4, **rule: Any) -> LookedAt:
    """An internship with a supervisor and a mentor in a unit, of whom so many have taken the package."""
    package = SERVICE.training.package if SERVICE.training else None
    asked = TrainingRule.model_validate({"package": package, "source": both("a project model"), **rule})
    demand = TrainingDemand(rule=asked, position="ward", starts_on=MONDAY, supervisor="p0", mentor="p1")
    people = [f"p{number}" for number in range(staff)]
    done = {one: [Completion(one, part.id, MONDAY) for part in asked.package.parts] for one in people[:taken]}
    return lambda: (demand, "unit", people, done)


def a_week_in() -> Way:
    return way_to(S.INTERNSHIP).later(7)


def consulted() -> Way:
    """The unions have had their say about a role."""
    way = way_to_decision(EASY)
    way.hears_of("temporary_role_agreed")
    return way


APPLIED_FOR: dict[str, Any] = {"form": "new_start_job", "starts_on": days(21)}
SELF_EVALUATED: tuple[str, dict[str, Any]] = ("self_evaluation_recorded", {})
PAUSED = to(S.INTERNSHIP, SERVICE, "paused")
CASES = {
    "it_begins_with_a_referral": Cases(begins(), begins(kind="note_added")),
    "the_programme_is_open": Cases(begins(), begins(PREPAREDNESS), begins(changed(valid_from=None, valid_until=None))),
    "the_town_is_known": Cases(begins(), begins(site="0180"), begins(changed(towns=()))),
    "the_partner_may_refer": Cases(begins(), begins(referring_partner="nobody")),
    "the_author_may_say_so": Cases(
        comes(to(S.REFERRAL), "note_added"), comes(to(S.REFERRAL), "referral_accepted", actor="partner:kommunen")
    ),
    "the_day_has_come": Cases(
        comes(to(S.REFERRAL), "note_added"), comes(to(S.REFERRAL), "note_added", effective_on=days(2))
    ),
    "it_follows_what_went_before": Cases(
        comes(to(S.REFERRAL), "referral_accepted"),
        comes(to(S.REFERRAL), "referral_accepted", effective_on=days(-1)),
        comes(to(S.REFERRAL), "note_added", effective_on=days(-1)),
    ),
    "the_journey_is_not_paused": Cases(
        comes(to(S.INTERNSHIP), "check_in_recorded"), comes(PAUSED, "check_in_recorded"), comes(PAUSED, "resumed")
    ),
    "every_requirement_is_answered": Cases(
        comes(to(S.REQUIREMENT_CHECK), "requirements_checked"),
        comes(to(S.REQUIREMENT_CHECK), "requirements_checked", profile="nobody"),
    ),
    "the_profile_is_thought_through": Cases(
        comes(to(S.REQUIREMENT_CHECK), "requirements_checked"),
        comes(to(S.REQUIREMENT_CHECK, UNREASONED), "requirements_checked"),
        comes(to(S.REQUIREMENT_CHECK, changed(relevance=None)), "requirements_checked"),
    ),
    "a_coordinator_asks": Cases(
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION), "union_consulted"),
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION), "union_consulted", actor="supervisor:maria.ek"),
    ),
    "unions_are_consulted_about_it": Cases(
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION), "union_consulted"),
        comes(to(S.AWAITING_PLACEMENT), "union_consulted"),
    ),
    "the_unions_are_those_to_consult": Cases(
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION), "union_consulted"),
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION), "union_consulted", unions=("nobody",)),
        comes(to(S.AWAITING_PLACEMENT), "union_consulted"),
    ),
    "the_union_was_asked": Cases(
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION, "union_consulted"), "union_answered"),
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION), "union_answered"),
    ),
    "the_union_answers_for_itself": Cases(
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION, "union_consulted"), "union_answered"),
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION, "union_consulted"), "union_answered", actor="partner:kommunen"),
    ),
    "the_programme_offers_places": Cases(
        comes(to(S.AWAITING_PLACEMENT, OFFERING), "place_offered"), comes(to(S.AWAITING_PLACEMENT), "place_offered")
    ),
    "the_programme_draws_lots": Cases(
        comes(to(S.AWAITING_PLACEMENT, LOTS), "lot_drawn"),
        comes(to(S.AWAITING_PLACEMENT, LOTS), "lot_drawn", number=21),
    ),
    "lots_were_drawn": Cases(
        comes(to(S.AWAITING_PLACEMENT, LOTS, "lot_drawn"), "place_offered"),
        comes(to(S.AWAITING_PLACEMENT, LOTS), "place_offered"),
        comes(to(S.AWAITING_PLACEMENT, MAY_OFFER), "place_offered"),
    ),
    "no_other_offer_stands": Cases(
        comes(to(S.AWAITING_PLACEMENT, OFFERING), "place_offered"),
        comes(to(S.AWAITING_PLACEMENT, OFFERING, "place_offered"), "place_offered"),
    ),
    "there_is_time_to_answer": Cases(
        comes(to(S.AWAITING_PLACEMENT, OFFERING), "place_offered"),
        comes(to(S.AWAITING_PLACEMENT, OFFERING), "place_offered", answer_by=days(1)),
    ),
    "the_offer_stands": Cases(
        comes(to(S.AWAITING_PLACEMENT, OFFERING, "place_offered"), "offer_answered"),
        comes(to(S.AWAITING_PLACEMENT, OFFERING), "offer_answered"),
    ),
    "the_offer_was_accepted": Cases(
        comes(to(S.AWAITING_PLACEMENT, OFFERING, "place_offered", "offer_answered"), "internship_agreed"),
        comes(to(S.AWAITING_PLACEMENT, OFFERING), "internship_agreed"),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed"),
    ),
    "the_days_are_a_period": Cases(
        comes(to(S.AWAITING_PLACEMENT, PERIODS), "internship_agreed"),
        comes(to(S.AWAITING_PLACEMENT, PERIODS), "internship_agreed", ends_on=days(88)),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed"),
    ),
    "the_cohort_is_open": Cases(
        comes(to(S.REFERRAL, COHORTS), "referral_accepted"),
        comes(to(S.REFERRAL, COHORTS), "referral_accepted", cohort="autumn"),
        comes(to(S.REFERRAL), "referral_accepted"),
    ),
    "the_unions_agree": Cases(
        comes(to(S.AWAITING_PLACEMENT, MUST_AGREE, "union_consulted", "union_answered"), "internship_agreed"),
        comes(
            to(S.AWAITING_PLACEMENT, MUST_AGREE, "union_consulted", "union_answered", answer="objects"),
            "internship_agreed",
        ),
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION, "union_consulted"), "internship_agreed", later=30),
    ),
    "the_unions_have_been_consulted": Cases(
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION, "union_consulted"), "internship_agreed", later=30),
        comes(to(S.AWAITING_PLACEMENT, CONSULTATION), "internship_agreed"),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed"),
    ),
    "someone_looks_after_the_intern": Cases(
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed"),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed", supervisor=None),
        comes(to(S.AWAITING_PLACEMENT, UNATTENDED), "internship_agreed", supervisor=None, mentor=None),
    ),
    "the_internship_is_short_enough": Cases(
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed"),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed", ends_on=MONDAY + YEAR),
    ),
    "the_internship_is_long_enough": Cases(
        comes(awaiting(BY_GROUP, **NEAR), "internship_agreed", ends_on=days(13)),
        comes(awaiting(BY_GROUP, **NEAR), "internship_agreed", ends_on=days(12)),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed"),
    ),
    "the_group_is_known": Cases(begins(BY_GROUP, **NEAR), begins(BY_GROUP, group="nobody"), begins()),
    "the_person_is_of_the_age": Cases(begins(YOUNG, age=16), begins(YOUNG, age=20), begins()),
    "the_referral_is_in_time": Cases(begins(UNTIL), begins(UNTIL, day=MONDAY + timedelta(days=1)), begins()),
    "it_starts_in_time": Cases(
        comes(to(S.AWAITING_PLACEMENT, UNTIL), "internship_agreed", starts_on=days(7)),
        comes(to(S.AWAITING_PLACEMENT, UNTIL), "internship_agreed", starts_on=days(8)),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed"),
    ),
    "the_hours_are_within": Cases(
        comes(to(S.AWAITING_PLACEMENT, PART_TIME), "internship_agreed", hours_a_week=20),
        comes(to(S.AWAITING_PLACEMENT, PART_TIME), "internship_agreed", hours_a_week=31),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed"),
    ),
    "the_role_is_of_its_length": Cases(
        comes(decision(AT_LEAST_TWO), "temporary_role_agreed", ends_on=MONDAY + timedelta(days=90)),
        comes(decision(AT_LEAST_TWO), "temporary_role_agreed", ends_on=MONDAY + timedelta(days=20)),
        comes(decision(), "temporary_role_agreed"),
    ),
    "it_ends_after_it_starts": Cases(
        comes(to(S.INTERNSHIP), "internship_extended"),
        comes(to(S.INTERNSHIP), "internship_extended", ends_on=days(-1)),
        comes(to(S.AWAITING_PLACEMENT), "internship_extended"),
    ),
    "the_evaluation_is_favourable": Cases(
        comes(decision(), "temporary_role_agreed"),
        comes(to(S.EVALUATION), "temporary_role_agreed"),
        comes(to(S.TEMPORARY_ROLE), "permanent_role_agreed"),
    ),
    "it_has_begun": Cases(
        comes(to(S.INTERNSHIP), "check_in_recorded"),
        comes(
            further(to(S.AWAITING_PLACEMENT), ("internship_agreed", {"starts_on": MONDAY + WEEK})), "check_in_recorded"
        ),
        comes(to(S.AWAITING_PLACEMENT), "check_in_recorded"),
    ),
    "it_starts_on_the_way": Cases(
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed"),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed", starts_on=days(-9)),
    ),
    "the_scores_cover_the_criteria": Cases(
        comes(to(S.EVALUATION), "evaluation_recorded"),
        comes(to(S.EVALUATION), "evaluation_recorded", scores=[{"criterion": "none", "score": 3}]),
    ),
    "recorded_for_the_candidate": Cases(
        comes(to(S.EVALUATION), "self_evaluation_recorded"),
        comes(to(S.EVALUATION), "self_evaluation_recorded", actor="manager:lena.strand"),
    ),
    "both_have_evaluated": Cases(
        comes(further(decision(BOTH_EVALUATE), SELF_EVALUATED), "temporary_role_agreed"),
        comes(decision(BOTH_EVALUATE), "temporary_role_agreed"),
        comes(decision(), "temporary_role_agreed"),
    ),
    "decided_by_two_people": Cases(
        comes(decision(), "temporary_role_agreed"),
        comes(evaluated_by_bo(), "temporary_role_agreed", actor=BO),
        comes(evaluated_by_bo(ONE_DECIDES), "temporary_role_agreed", actor=BO),
    ),
    "the_form_is_open": Cases(
        comes(decision(), "temporary_role_agreed"), comes(decision(), "temporary_role_agreed", form="none")
    ),
    "the_form_is_still_open": Cases(
        comes(to(S.TEMPORARY_ROLE), "temporary_role_extended"),
        comes(to(S.TEMPORARY_ROLE, PREPAREDNESS, day=date(2018, 12, 3)), "temporary_role_extended", later=60),
        comes(to(S.INTERNSHIP), "temporary_role_extended"),
    ),
    "the_chain_goes_forward": Cases(
        comes(further(decision(CHAIN), SELF_EVALUATED), "temporary_role_agreed", form="wage_subsidy"),
        comes(
            further(
                decision(CHAIN),
                SELF_EVALUATED,
                ("temporary_role_agreed", {"form": "special_fixed_term"}),
                ("temporary_role_ended", {}),
                ("evaluation_recorded", {}),
                SELF_EVALUATED,
            ),
            "temporary_role_agreed",
            form="wage_subsidy",
        ),
        comes(decision(), "temporary_role_agreed"),
    ),
    "it_is_applied_for_in_time": Cases(
        comes(consulted, "temporary_role_agreed", **APPLIED_FOR),
        comes(consulted, "temporary_role_agreed", form="new_start_job"),
        comes(decision(), "temporary_role_agreed"),
    ),
    "the_decision_is_short_enough": Cases(
        comes(decision(), "temporary_role_agreed"),
        comes(decision(), "temporary_role_agreed", ends_on=MONDAY + YEAR),
        comes(consulted, "temporary_role_agreed", **APPLIED_FOR),
    ),
    "the_role_is_short_enough": Cases(
        comes(decision(), "temporary_role_agreed"),
        comes(to(S.TEMPORARY_ROLE), "temporary_role_extended", ends_on=MONDAY + 24 * WEEK),
        comes(consulted, "temporary_role_agreed", **APPLIED_FOR),
    ),
    "the_role_was_agreed_until_then": Cases(
        comes(to(S.TEMPORARY_ROLE, of_shape(AS_PLANNED)), "temporary_role_ended", end_reason="studies"),
        comes(to(S.TEMPORARY_ROLE, of_shape(AS_PLANNED)), "temporary_role_ended", later=300),
        comes(to(S.TEMPORARY_ROLE), "temporary_role_ended"),
    ),
    "the_end_says_why": Cases(
        comes(to(S.REFERRAL), "withdrawn"),
        comes(to(S.TEMPORARY_ROLE, of_shape(AS_PLANNED)), "temporary_role_ended"),
        comes(to(S.TEMPORARY_ROLE), "temporary_role_ended"),
    ),
    "the_law_makes_it_permanent": Cases(
        comes(way_to_conversion, "role_converted"),
        comes(to(S.TEMPORARY_ROLE), "role_converted"),
    ),
    "the_duty_is_asked_for": Cases(
        comes(to(S.INTERNSHIP, DUTIES), "duty_done"), comes(to(S.INTERNSHIP, DUTIES), "duty_done", period="2019-01")
    ),
    "the_period_has_ended": Cases(
        comes(to(S.TEMPORARY_ROLE, DUTIES), "duty_done", 40, **CLAIM),
        comes(to(S.TEMPORARY_ROLE, DUTIES), "duty_done", **CLAIM),
        comes(to(S.INTERNSHIP, DUTIES), "duty_done"),
    ),
    "the_duty_is_done_in_time": Cases(
        comes(to(S.INTERNSHIP, DUTIES), "duty_done"),
        comes(to(S.INTERNSHIP, DUTIES), "duty_done", 200),
        comes(to(S.INTERNSHIP, DUTIES), "duty_done", period="2019-01"),
    ),
    "the_record_says_what_is_asked": Cases(
        comes(to(S.INTERNSHIP, DUTIES), "duty_done"),
        comes(to(S.INTERNSHIP, DUTIES), "duty_done", passed=True),
        comes(to(S.INTERNSHIP, DUTIES), "duty_done", period="2019-01"),
    ),
    "the_days_are_of_the_period": Cases(
        comes(to(S.TEMPORARY_ROLE, DUTIES), "duty_done", 40, **CLAIM),
        comes(to(S.TEMPORARY_ROLE, DUTIES), "duty_done", 40, **{**CLAIM, "days": 31, "kronor": 15_500}),
        comes(to(S.INTERNSHIP, DUTIES), "duty_done"),
    ),
    "the_claim_is_right": Cases(
        comes(to(S.TEMPORARY_ROLE, DUTIES), "duty_done", 40, **CLAIM),
        comes(to(S.TEMPORARY_ROLE, DUTIES), "duty_done", 40, **{**CLAIM, "kronor": 10_001}),
        comes(to(S.INTERNSHIP, DUTIES), "duty_done"),
    ),
    "the_studies_leave_time": Cases(
        comes(to(S.AWAITING_PLACEMENT, DUTIES), "internship_agreed", hours_a_week=30),
        comes(to(S.AWAITING_PLACEMENT, DUTIES), "internship_agreed", hours_a_week=31),
        comes(to(S.AWAITING_PLACEMENT), "internship_agreed", hours_a_week=31),
    ),
    "the_window_is_open": Cases(comes(to(S.CLOSED), "reopened"), comes(to(S.CLOSED), "reopened", later=400)),
    "the_follow_up_is_asked_for": Cases(
        comes(to(S.CLOSED, FOLLOWED_UP), "follow_up_recorded"),
        comes(to(S.CLOSED, FOLLOWED_UP), "follow_up_recorded", after_days=1),
    ),
    "the_deadline_has_passed": Cases(
        comes(to(S.REFERRAL), "deadline_passed", later=(upcoming(way_to(S.REFERRAL).state)[0].on - MONDAY).days),
        comes(to(S.REFERRAL), "deadline_passed"),
    ),
    "a_manager_changes_the_rules": Cases(
        comes(to(S.REFERRAL), "rules_changed"),
        comes(to(S.REFERRAL), "rules_changed", actor="coordinator:anna.berg"),
    ),
    "the_programme_stays": Cases(
        comes(to(S.REFERRAL), "rules_changed"),
        comes(to(S.REFERRAL), "rules_changed", rules=PREPAREDNESS.model_dump()),
    ),
    "the_town_stays": Cases(
        comes(to(S.REFERRAL), "rules_changed"),
        comes(to(S.REFERRAL), "rules_changed", rules=ELSEWHERE.model_dump()),
        comes(to(S.REFERRAL), "rules_changed", rules=changed(towns=()).model_dump()),
    ),
    "somebody_else_takes_over": Cases(
        comes(to(S.REFERRAL), "coordinator_changed"),
        comes(to(S.REFERRAL), "coordinator_changed", coordinator="anna.berg"),
    ),
    "the_reminder_is_to_come": Cases(
        comes(to(S.REFERRAL), "reminder_set"), comes(to(S.REFERRAL), "reminder_set", remind_on=days(-1))
    ),
    "the_reminder_is_open": Cases(
        comes(to(S.REFERRAL, SERVICE, "reminder_set"), "reminder_done"), comes(to(S.REFERRAL), "reminder_done")
    ),
    "the_journey_is_paused": Cases(comes(PAUSED, "resumed"), comes(to(S.INTERNSHIP), "resumed")),
    "it_resumes_after_it_paused": Cases(
        comes(PAUSED, "resumed"),
        comes(further(a_week_in, ("paused", {})), "resumed", effective_on=days(-1)),
        comes(to(S.INTERNSHIP), "resumed"),
    ),
    "it_pauses_after_it_resumed": Cases(
        comes(to(S.INTERNSHIP, SERVICE, "paused", "resumed"), "paused"),
        comes(further(a_week_in, ("paused", {}), ("resumed", {})), "paused", effective_on=days(-1)),
        comes(to(S.INTERNSHIP), "paused"),
    ),
    "it_returns_after_it_pauses": Cases(
        comes(to(S.INTERNSHIP), "paused", until=days(9)),
        comes(to(S.INTERNSHIP), "paused", until=days(0)),
        comes(to(S.INTERNSHIP), "paused"),
    ),
    "only_a_held_place_is_freed": Cases(
        comes(to(S.INTERNSHIP), "paused", frees_place=True),
        comes(to(S.AWAITING_PLACEMENT), "paused", frees_place=True),
        comes(to(S.INTERNSHIP), "paused"),
    ),
    "only_a_freed_place_is_given_up": Cases(
        comes(to(S.INTERNSHIP, SERVICE, "paused", frees_place=True), "resumed", seeks_new_place=True),
        comes(PAUSED, "resumed", seeks_new_place=True),
        comes(PAUSED, "resumed"),
    ),
    "it_is_proposed_once": Cases(
        corrects(to(S.INTERNSHIP), correction("internship_agreed", kind="correction_proposed", replacement=longer)),
        corrects(proposed_way, correction("internship_agreed", kind="correction_proposed", replacement=longer)),
        corrects(to(S.INTERNSHIP), correction("internship_agreed", replacement=longer)),
    ),
    "it_can_be_corrected": Cases(
        corrects(to(S.INTERNSHIP), correction("internship_agreed", replacement=longer)),
        corrects(to(S.INTERNSHIP), correction("internship_agreed", corrects=numbered_id(9999))),
        corrects(proposed_way, lambda way: way.event("proposal_declined")),
    ),
    "a_correction_changes_something": Cases(
        corrects(to(S.INTERNSHIP), correction("internship_agreed", replacement=longer)),
        corrects(to(S.INTERNSHIP), correction("internship_agreed", replacement=as_it_is)),
        corrects(proposed_way, lambda way: way.event("proposal_declined")),
    ),
    "the_proposal_is_open": Cases(
        corrects(proposed_way, correction("internship_agreed", replacement=longer, proposal=proposal)),
        corrects(to(S.INTERNSHIP), correction("internship_agreed", replacement=longer, proposal=numbered_id(9999))),
        corrects(to(S.INTERNSHIP), correction("internship_agreed", replacement=longer)),
    ),
    "approved_by_another": Cases(
        corrects(proposed_way, correction("internship_agreed", replacement=longer, proposal=proposal)),
        corrects(
            proposed_way,
            correction("internship_agreed", "coordinator:anna.berg", replacement=longer, proposal=proposal),
        ),
        corrects(to(S.INTERNSHIP), correction("internship_agreed", replacement=longer)),
    ),
    "corrected_by_two_people": Cases(
        corrects(to(S.INTERNSHIP), correction("internship_agreed", replacement=longer)),
        corrects(to(S.INTERNSHIP), correction("internship_agreed", "coordinator:anna.berg", replacement=longer)),
        corrects(
            to(S.INTERNSHIP, ONE_DECIDES),
            correction("internship_agreed", "coordinator:anna.berg", replacement=longer),
        ),
    ),
    "later_events_stay_possible": Cases(
        corrects(to(S.EVALUATION), correction("internship_agreed", replacement=longer)),
        corrects(to(S.EVALUATION), correction("internship_agreed")),
        corrects(to(S.INTERNSHIP), correction("internship_agreed", replacement=longer)),
    ),
    "earlier_numbers_come_first": Cases(number_three(), number_three(2, 1)),
    "the_unit_is_another": Cases(in_unit("Stadsparken"), in_unit("Tvätteriet")),
    "a_place_in_the_cohort_is_free": Cases(admitted(1), admitted(2)),
    "the_unit_is_not_the_last_one": Cases(last_in("Stadsparken"), last_in("the Laundry")),
    "the_unit_is_large_enough": Cases(interns(1, employees=10), interns(2, employees=10)),
    "the_supervisor_is_trained": Cases(
        trains(1, supervisor=True), trains(0, supervisor=True), trains(supervisor=False)
    ),
    "the_mentor_is_trained": Cases(trains(2, mentor=True), trains(1, mentor=True), trains(mentor=False)),
    "the_unit_is_trained": Cases(trains(2, share_of_unit=50), trains(1, share_of_unit=50), trains(supervisor=False)),
}

ON_THE_WAY: dict[str, Cases] = {
    **{id: cases for id, cases in CASES.items() if isinstance(cases.broken, Case)},
    "possible_in_this_stage": Cases(
        comes(to(S.REFERRAL), "referral_accepted"), comes(to(S.REFERRAL), "internship_completed")
    ),
}
"""The rules of the core, each with a journey to which an event comes that keeps it, spares it or breaks it."""
