"""Where a programme has cohorts, a referral is accepted into one that is not over; leaving in time frees the place."""

import pytest

from models.stages import Stage
from tests.support.builders import way_to
from tests.support.programmes import COHORTS, SERVICE
from tests.support.values import DAY, MONDAY

AUTUMN, SPRING = COHORTS.cohorts


@pytest.mark.parametrize(("given", "why"), [(None, "missing"), ("autumn", "unknown"), ("summer", "unknown")])
def test_a_cohort_that_is_not_over_is_asked_for(given: str | None, why: str) -> None:
    way = way_to(Stage.REFERRAL, COHORTS)
    message = way.refuses("referral_accepted", "the_cohort_is_open", COHORTS.source, cohort=given)
    assert message.id == f"the_cohort_is_open.{why}"
    known = message.values["known"]
    assert isinstance(known, tuple)
    assert len(known) == 1


def test_who_was_admitted_on_the_last_day_is_in_it() -> None:
    way = way_to(Stage.REFERRAL, COHORTS, SPRING.ends_on)
    assert way.state.in_cohort is None
    way.happens("referral_accepted", cohort="spring")
    assert way.state.in_cohort == SPRING


def test_when_all_are_over_the_next_one_is_asked_for() -> None:
    way = way_to(Stage.REFERRAL, COHORTS, SPRING.ends_on + DAY)
    message = way.refuses("referral_accepted", "the_cohort_is_open", COHORTS.source, cohort="spring")
    assert message.id == "the_cohort_is_open.all_over"


def test_a_programme_without_cohorts_takes_none_and_writes_what_it_wrote() -> None:
    way = way_to(Stage.REFERRAL)
    message = way.refuses("referral_accepted", "the_cohort_is_open", SERVICE.source, cohort="spring")
    assert message.id == "the_cohort_is_open.not_here"
    assert "cohort" not in way.happens("referral_accepted").model_dump(mode="json")
    assert "cohorts" not in SERVICE.model_dump(mode="json")


@pytest.mark.parametrize(("days", "is_in"), [(13, False), (14, True)])
def test_the_place_is_free_of_whoever_leaves_before_it_begins(days: int, is_in: bool) -> None:
    way = way_to(Stage.REQUIREMENT_CHECK, COHORTS)
    way.later(days).happens("withdrawn")
    assert way.day == MONDAY + days * DAY
    assert (way.state.in_cohort is not None) is is_in
    way.happens("reopened")
    assert way.state.in_cohort == SPRING
