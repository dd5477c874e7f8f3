"""Who hears that a way ends, or goes on after all: whoever was told from when to when somebody works."""

from typing import Any

import pytest

from models.partners.partner import CANDIDATE
from models.rules.decision import Proposal
from models.stages import Stage
from tests.support.builders import Way, way_to

LOOK_AFTER = {"maria.ek", "eva.sjo"}
ENDS: dict[str, dict[str, Any]] = {
    "withdrawn": {"end_reason": "own_wish"},
    "discontinued": {"end_reason": "not_suitable"},
    "returned_to_agency": {"end_reason": "no_suitable_place"},
}


def told(way: Way, kind: str, **fields: Any) -> set[str]:
    """Those who would be told, each once."""
    answer = way.propose(way.event(kind, **fields))
    assert isinstance(answer, Proposal), answer
    assert len(answer.recipients) == len(set(answer.recipients))
    return set(answer.recipients)


@pytest.mark.parametrize("kind", ENDS)
def test_an_end_is_told_to_those_who_were_told_the_dates_of_what_is_agreed(kind: str) -> None:
    agreed = told(way_to(Stage.AWAITING_PLACEMENT), "internship_agreed")
    assert agreed > LOOK_AFTER
    of_the_internship = told(way_to(Stage.INTERNSHIP), kind, **ENDS[kind])
    assert of_the_internship >= agreed - {CANDIDATE}
    assert (CANDIDATE in of_the_internship) is (kind != "withdrawn")  # which they have said themselves
    of_the_role = told(way_to(Stage.TEMPORARY_ROLE), kind, **ENDS[kind])
    assert "kommunal" in of_the_role
    assert not of_the_role & LOOK_AFTER  # they were told of no role


@pytest.mark.parametrize("kind", ENDS)
def test_whoever_is_to_evaluate_hears_that_there_is_nothing_left_to_evaluate(kind: str) -> None:
    assert told(way_to(Stage.EVALUATION), kind, **ENDS[kind]) == {"arbetsformedlingen", *LOOK_AFTER}


@pytest.mark.parametrize("kind", ENDS)
def test_whoever_was_told_no_dates_hears_of_no_end(kind: str) -> None:
    assert told(way_to(Stage.AWAITING_PLACEMENT), kind, **ENDS[kind]) == {"arbetsformedlingen"}
    way = way_to(Stage.INTERNSHIP)
    way.later(9).happens("internship_interrupted", seeks_new_place=True)
    assert told(way, kind, **ENDS[kind]) == {"arbetsformedlingen"}


def test_who_was_told_of_the_end_hears_that_it_is_taken_back_or_that_the_way_goes_on() -> None:
    way = way_to(Stage.INTERNSHIP)
    ended = way.later(9).happens("withdrawn")
    assert told(way, "corrected", corrects=ended.event_id, replacement=None) >= {*LOOK_AFTER, "kommunal"}
    assert told(way, "reopened") >= {*LOOK_AFTER, "kommunal"}


def before_the_last_day(stage: Stage, days: int) -> Way:
    """Somebody at work, so many days before the agreed last one."""
    way = way_to(stage)
    assert way.state.agreed_end is not None
    return way.later((way.state.agreed_end - way.day).days - days)


@pytest.mark.parametrize(
    ("stage", "kind"), [(Stage.INTERNSHIP, "internship_completed"), (Stage.TEMPORARY_ROLE, "temporary_role_ended")]
)
def test_who_was_told_the_dates_hears_of_an_end_before_the_last_day_and_of_none_on_it(stage: Stage, kind: str) -> None:
    assert "kommunal" in told(before_the_last_day(stage, 1), kind)
    assert "kommunal" not in told(before_the_last_day(stage, 0), kind)


def test_who_heard_of_an_early_end_hears_that_it_came_on_its_day_after_all() -> None:
    way = before_the_last_day(Stage.INTERNSHIP, 1)
    ended = way.happens("internship_completed")
    on_its_day = ended.model_copy(update={"effective_on": way.later(1).day})
    assert "kommunal" in told(way, "corrected", corrects=ended.event_id, replacement=on_its_day)
