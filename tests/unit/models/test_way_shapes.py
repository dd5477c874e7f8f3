"""Ways of another shape than usual: rows of the table, what is asked before a role, what is waited for."""

from typing import Any

import pytest

from models.journey.transitions import possible_from, stages_of
from models.programme.programme import Programme
from models.programme.way import USUAL
from models.projections.open_items import foremost, open_items
from models.rules.decision import Proposal, Refusal
from models.stages import EndReason, Stage
from models.state.partner_obligations import consulted_in
from tests.support.builders import Way, way_to
from tests.support.programmes import BOTH_EVALUATE, CONSULTATION, FOLLOWED_UP, SERVICE
from tests.support.shapes import (
    AS_PLANNED,
    AT_ONCE,
    HOLIDAY_JOBS,
    PROJECT_SEARCH,
    THREE,
    THREE_AFTER_ONE_CHECK,
    of_shape,
)
from tests.support.values import DAY, DESIGN_SOURCE, MONDAY, at

INTERNSHIPS = {"internship_agreed", "internship_extended", "internship_completed", "internship_interrupted"}
S = Stage


def test_rules_without_a_shape_keep_what_was_pinned() -> None:
    pinned = SERVICE.model_dump_json()
    assert "way" not in SERVICE.model_dump()
    assert Programme.model_validate_json(pinned).model_dump_json() == pinned
    assert SERVICE.shape is USUAL


# Employment at once


def test_a_way_without_internships_never_comes_to_one() -> None:
    assert not INTERNSHIPS & {kind for stage in stages_of(AT_ONCE) for kind in possible_from(stage, AT_ONCE)}
    assert stages_of(AT_ONCE) == set(S) - {S.INTERNSHIP}
    assert stages_of(HOLIDAY_JOBS) == set(S) - {S.INTERNSHIP, S.EVALUATION}
    assert stages_of(USUAL) == set(S)
    way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE)).refuses(
        "internship_agreed", "possible_in_this_stage", DESIGN_SOURCE
    )


@pytest.mark.parametrize(
    ("kind", "stage"), [("temporary_role_agreed", S.TEMPORARY_ROLE), ("permanent_role_agreed", S.PERMANENT_ROLE)]
)
def test_a_role_follows_the_check_at_once_where_the_programme_says_so(kind: str, stage: Stage) -> None:
    way = way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE, BOTH_EVALUATE))
    assert kind in way.journey.allowed(at(way.day))
    way.happens(kind)
    assert way.state.stage is stage
    way_to(S.AWAITING_PLACEMENT).refuses(kind, "possible_in_this_stage", DESIGN_SOURCE)


def test_a_role_at_once_begins_no_earlier_than_the_check_was_passed() -> None:
    way = way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE))
    early = way.state.since.replace(day=way.state.since.day - 1)
    way.refuses("temporary_role_agreed", "it_starts_on_the_way", DESIGN_SOURCE, starts_on=early)


def test_a_role_at_once_waits_for_the_unions() -> None:
    rules = of_shape(AT_ONCE, CONSULTATION)
    assert rules.union_consultation is not None
    assert consulted_in(S.AWAITING_PLACEMENT, AT_ONCE) == ("temporary_role_agreed", "permanent_role_agreed")
    way = way_to(S.AWAITING_PLACEMENT, rules)
    way.refuses("temporary_role_agreed", "the_unions_have_been_consulted", rules.union_consultation.source)
    way.hears_of("temporary_role_agreed")
    way.happens("temporary_role_agreed")


def test_whoever_is_to_be_employed_at_once_waits_for_a_role_and_nobody_supervises() -> None:
    way = way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE))
    first = foremost(open_items(way.state))
    assert first is not None
    assert first.what == "role_decision"
    way.happens("temporary_role_agreed")
    assert {one.of_whom for one in open_items(way.state)} == {"coordinator"}


def test_after_a_role_at_once_an_evaluation_is_asked_for_before_the_next() -> None:
    way = way_to(S.AWAITING_PLACEMENT, of_shape(AT_ONCE))
    way.happens("temporary_role_agreed")
    way.later(10).happens("temporary_role_ended")
    assert way.state.stage is S.EVALUATION
    way.refuses("permanent_role_agreed", "the_evaluation_is_favourable", SERVICE.source)


def test_a_journey_keeps_the_shape_that_it_began_with() -> None:
    way = Way(SERVICE, MONDAY)
    for kind in ("referred", "referral_accepted", "requirements_checked"):
        way.happens(kind)
    answer = way.propose(way.event("internship_agreed"))
    assert isinstance(answer, Proposal)


# Ended as planned


def at_work(rules: Programme = SERVICE) -> Way:
    way = way_to(S.TEMPORARY_ROLE, of_shape(AS_PLANNED, rules))
    assert way.state.agreed_end is not None
    way.later((way.state.agreed_end - way.day).days)
    return way


def test_a_role_that_lasts_as_agreed_ends_the_way_as_planned() -> None:
    way = at_work()
    way.happens("temporary_role_ended")
    assert (way.state.stage, way.state.end_reason) == (S.CLOSED, EndReason.ENDED_AS_PLANNED)
    assert way.state.way_end in FOLLOWED_UP.follow_up_ends
    usual = way_to(S.TEMPORARY_ROLE)
    usual.happens("temporary_role_ended")
    assert usual.state.stage is S.EVALUATION


def test_a_way_that_ends_with_a_temporary_role_does_not_lead_to_a_permanent_one() -> None:
    assert HOLIDAY_JOBS.leads_through == (S.REFERRAL, S.REQUIREMENT_CHECK, S.AWAITING_PLACEMENT, S.TEMPORARY_ROLE)
    assert AT_ONCE.leads_through == (*HOLIDAY_JOBS.leads_through, S.PERMANENT_ROLE)


def test_a_role_that_ends_the_way_early_says_why() -> None:
    way = at_work().later(-1)
    why = way.refuses("temporary_role_ended", "the_end_says_why", AS_PLANNED.source)
    assert why.id == "the_end_says_why.early"
    other = way.copied()
    way.happens("temporary_role_ended", end_reason="studies")
    assert (way.state.stage, way.state.end_reason) == (S.CLOSED, EndReason.STUDIES)
    other.happens("temporary_role_ended", end_reason="ended_as_planned")
    assert other.state.end_reason is EndReason.ENDED_AS_PLANNED


def test_a_role_that_ends_the_way_ends_by_its_last_agreed_day_or_is_extended_first() -> None:
    way = at_work().later(3)
    for reason in (None, "ended_as_planned", "studies"):
        why = way.refuses(
            "temporary_role_ended", "the_role_was_agreed_until_then", AS_PLANNED.source, end_reason=reason
        )
        assert why.id == "the_role_was_agreed_until_then.later"
    other = way.copied()
    other.happens("temporary_role_ended", effective_on=way.state.agreed_end)
    assert other.state.end_reason is EndReason.ENDED_AS_PLANNED
    way.happens("temporary_role_extended", ends_on=way.day)
    way.happens("temporary_role_ended")
    assert way.state.end_reason is EndReason.ENDED_AS_PLANNED
    usual = way_to(S.TEMPORARY_ROLE).later(100)
    assert usual.state.agreed_end is not None
    assert usual.day > usual.state.agreed_end
    usual.happens("temporary_role_ended")


def test_a_reason_is_told_where_the_way_ends_with_the_role_alone() -> None:
    why = way_to(S.TEMPORARY_ROLE).refuses(
        "temporary_role_ended", "the_end_says_why", USUAL.source, end_reason="studies"
    )
    assert why.id == "the_end_says_why.no_end"


@pytest.mark.parametrize("kind", ["withdrawn", "discontinued", "returned_to_agency", "internship_interrupted"])
def test_nothing_but_a_role_ends_as_planned(kind: str) -> None:
    fields: dict[str, Any] = {"seeks_new_place": False} if kind == "internship_interrupted" else {}
    way = way_to(S.INTERNSHIP, of_shape(AS_PLANNED))
    why = way.refuses(kind, "the_end_says_why", DESIGN_SOURCE, end_reason="ended_as_planned", **fields)
    assert why.id == "the_end_says_why.not_a_role"


def test_a_way_that_ended_as_planned_goes_on_once_it_is_reopened() -> None:
    way = at_work()
    way.happens("temporary_role_ended")
    way.happens("reopened")
    assert (way.state.stage, way.state.end_reason) == (S.TEMPORARY_ROLE, None)


def test_an_end_of_a_role_without_a_reason_is_kept_as_before() -> None:
    ended = way_to(S.TEMPORARY_ROLE).event("temporary_role_ended")
    assert "end_reason" not in ended.model_dump()


# Several internships before one evaluation


def through(way: Way, internships: int) -> Way:
    """So many internships of ninety days, each from the stage that waits for a place."""
    for number in range(internships):
        if way.state.stage is S.REQUIREMENT_CHECK:
            way.happens("requirements_checked")
        way.happens("internship_agreed", position=f"place_{number}")
        way.later(89).happens("internship_completed")
    return way


def test_each_internship_but_the_last_leads_to_a_check_of_the_next() -> None:
    way = way_to(S.AWAITING_PLACEMENT, of_shape(THREE))
    for number, stage in enumerate((S.REQUIREMENT_CHECK, S.REQUIREMENT_CHECK, S.EVALUATION), 1):
        through(way, 1)
        assert (way.state.stage, len(way.state.completed), way.state.place) == (stage, number, None)


def test_without_a_check_before_each_they_lead_to_the_wait_for_the_next_place() -> None:
    way = through(way_to(S.AWAITING_PLACEMENT, of_shape(THREE_AFTER_ONE_CHECK)), 2)
    assert way.state.stage is S.AWAITING_PLACEMENT
    assert through(way, 1).state.stage is S.EVALUATION


def test_an_interrupted_internship_does_not_count() -> None:
    way = through(way_to(S.AWAITING_PLACEMENT, of_shape(THREE)), 2)
    way.happens("requirements_checked")
    way.happens("internship_agreed")
    way.happens("internship_interrupted")
    assert (way.state.stage, len(way.state.completed)) == (S.AWAITING_PLACEMENT, 2)
    assert through(way, 1).state.stage is S.EVALUATION


def test_a_struck_completion_does_not_count() -> None:
    way = through(way_to(S.AWAITING_PLACEMENT, of_shape(THREE)), 1)
    completed = way.journey.entries[-1].event
    way.happens("corrected", corrects=completed.event_id, reason="It goes on", replacement=None)
    assert (way.state.stage, way.state.completed) == (S.INTERNSHIP, ())
    way.later(1).happens("internship_completed")
    assert (way.state.stage, len(way.state.completed)) == (S.REQUIREMENT_CHECK, 1)


def test_a_completion_on_which_later_events_rest_is_not_struck() -> None:
    way = through(way_to(S.AWAITING_PLACEMENT, of_shape(THREE)), 2)
    first = next(one.event for one in way.journey.entries if one.event.kind == "internship_completed")
    correction = way.event("corrected", corrects=first.event_id, reason="It went on", replacement=None)
    answer = way.propose(correction)
    assert isinstance(answer, Refusal)
    assert answer.rule == "later_events_stay_possible"


def test_the_next_internship_begins_no_earlier_than_the_last_was_completed() -> None:
    way = through(way_to(S.AWAITING_PLACEMENT, of_shape(THREE)), 1)
    way.happens("requirements_checked")
    way.refuses("internship_agreed", "it_starts_on_the_way", DESIGN_SOURCE, starts_on=way.day - DAY)


def test_each_internship_may_be_as_long_as_the_programme_says() -> None:
    rules = of_shape(THREE).model_copy(
        update={"internship": SERVICE.internship.model_copy(update={"longest_months": 3})}
    )
    assert through(way_to(S.AWAITING_PLACEMENT, rules), 3).state.stage is S.EVALUATION


def test_a_way_that_was_closed_between_two_goes_on_there() -> None:
    way = through(way_to(S.AWAITING_PLACEMENT, of_shape(THREE)), 1)
    way.happens("withdrawn")
    way.happens("reopened")
    assert (way.state.stage, len(way.state.completed)) == (S.REQUIREMENT_CHECK, 1)


def test_the_usual_way_has_one_internship() -> None:
    assert through(way_to(S.AWAITING_PLACEMENT), 1).state.stage is S.EVALUATION


# Hired at any time


HIRED = ("temporary_role_agreed", "permanent_role_agreed")


@pytest.mark.parametrize("kind", HIRED)
def test_a_role_is_agreed_during_an_internship_and_ends_it(kind: str) -> None:
    way = way_to(S.INTERNSHIP, of_shape(PROJECT_SEARCH, BOTH_EVALUATE))
    answer = way.accepts(way.later(7).event(kind))
    assert (way.state.place, way.state.completed) == (None, ())
    # The supervisor was told the days of the internship, and nobody tells them of roles.
    assert "maria.ek" in answer.recipients
    assert way.state.role is not None
    assert way.state.role.starts_on == way.day


def test_on_the_last_day_of_an_internship_what_was_told_has_come_true() -> None:
    way = way_to(S.INTERNSHIP, of_shape(PROJECT_SEARCH))
    assert "maria.ek" not in way.accepts(way.later(89).event("permanent_role_agreed")).recipients


@pytest.mark.parametrize("kind", HIRED)
def test_a_role_is_agreed_between_two_internships(kind: str) -> None:
    way = through(way_to(S.AWAITING_PLACEMENT, of_shape(PROJECT_SEARCH)), 1)
    checked = way.copied()
    for here in (way, checked):
        if here is checked:
            here.happens("requirements_checked")
        assert "maria.ek" not in here.accepts(here.event(kind)).recipients


@pytest.mark.parametrize("kind", HIRED)
def test_nobody_is_hired_before_the_first_check_or_where_the_programme_does_not_say_so(kind: str) -> None:
    way_to(S.REQUIREMENT_CHECK, of_shape(PROJECT_SEARCH)).refuses(kind, "possible_in_this_stage", DESIGN_SOURCE)
    for stage in (S.REQUIREMENT_CHECK, S.AWAITING_PLACEMENT, S.INTERNSHIP):
        way_to(stage, of_shape(THREE)).refuses(kind, "possible_in_this_stage", DESIGN_SOURCE)


def test_a_role_begins_no_earlier_than_the_internship_in_which_it_is_agreed_was() -> None:
    way = way_to(S.INTERNSHIP, of_shape(PROJECT_SEARCH))
    way.refuses("permanent_role_agreed", "it_starts_on_the_way", DESIGN_SOURCE, starts_on=way.state.since - DAY)


def test_unions_are_consulted_about_a_role_during_an_internship() -> None:
    rules = of_shape(PROJECT_SEARCH, CONSULTATION)
    assert rules.union_consultation is not None
    way = way_to(S.INTERNSHIP, rules)
    way.refuses("permanent_role_agreed", "the_unions_have_been_consulted", rules.union_consultation.source)
    way.hears_of("permanent_role_agreed")
    way.happens("permanent_role_agreed")


def test_after_all_internships_a_role_still_needs_the_evaluation() -> None:
    way = through(way_to(S.AWAITING_PLACEMENT, of_shape(PROJECT_SEARCH)), 3)
    way.refuses("permanent_role_agreed", "the_evaluation_is_favourable", SERVICE.source)
