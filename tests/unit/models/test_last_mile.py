"""The last mile: internship, role, evaluation, next role, permanent – with pauses, an interruption and a return."""

from datetime import date, timedelta

import pytest

from models.calendar.public_holidays import next_weekday
from models.programme.requirement_profile import Result
from models.projections.status import describe
from models.stages import Stage
from models.state.deadlines import open_deadlines
from tests.support.builders import Way, way_to
from tests.support.programmes import BOTH_EVALUATE
from tests.support.values import MONDAY, at

EVALUATED = ("evaluation_recorded", "self_evaluation_recorded")
EVERY = 30
"""Days between check-ins in the service division."""


def on(days: int) -> date:
    return MONDAY + timedelta(days=days)


def check_in_due(way: Way) -> date | None:
    return next((day for rule, day in open_deadlines(way.state) if rule.name == "check_in_due"), None)


def check_ins_told(way: Way, last_day: date) -> list[tuple[str, date]]:
    return [(step, day) for name, step, day in way.told_up_to(last_day) if name == "check_in_due"]


@pytest.mark.parametrize("stage", [Stage.INTERNSHIP, Stage.TEMPORARY_ROLE])
def test_a_check_in_is_due_again_after_each_one_and_none_after_the_last_day(stage: Stage) -> None:
    way = way_to(stage)
    last_day = way.state.agreed_end
    assert last_day
    seen = 0
    while (due_on := next_weekday(way.day + timedelta(days=EVERY))) <= last_day:
        assert check_in_due(way) == due_on
        assert check_ins_told(way, due_on) == [("due", due_on)]
        way.happens("check_in_recorded")
        seen += 1
    assert seen
    assert check_in_due(way) is None
    assert check_ins_told(way, due_on) == []


@pytest.mark.parametrize("stage", [Stage.INTERNSHIP, Stage.TEMPORARY_ROLE])
def test_no_check_in_is_due_while_the_journey_is_paused_and_the_next_one_later_by_the_pause(stage: Stage) -> None:
    way = way_to(stage)
    way.later(5).happens("check_in_recorded")
    way.later(5).happens("paused")
    assert check_in_due(way) is None
    assert describe("K7Q29FMXB", way.rules.id, way.state, 1, at(way.day)).next_deadlines == ()
    assert check_ins_told(way, on(20)) == []
    way.happens("resumed")
    due_on = next_weekday(on(5 + EVERY + 10))
    assert check_in_due(way) == due_on
    assert check_ins_told(way, due_on) == [("due", due_on)]


def test_a_journey_that_is_reopened_has_its_internship_and_its_check_ins_again() -> None:
    way = way_to(Stage.INTERNSHIP)
    agreed = way.state.internship
    way.later(20).happens("withdrawn")
    assert check_in_due(way) is None
    way.later(10).happens("reopened")
    assert (way.state.stage, way.state.internship) == (Stage.INTERNSHIP, agreed)
    assert check_in_due(way) == next_weekday(on(30 + EVERY))


def test_the_whole_chain_with_every_detour_is_possible_and_asks_for_nothing_that_was_said() -> None:
    way = way_to(Stage.REQUIREMENT_CHECK, BOTH_EVALUATE)
    findings = [
        {"requirement": one.id, "result": Result.TRAINABLE if one.trainable else Result.MET}
        for one in BOTH_EVALUATE.profiles[0].requirements
    ]
    way.happens("requirements_checked", findings=findings)
    way.happens("internship_agreed", position="lasarettet_ward_service")
    way.later(10).happens("internship_interrupted")
    way.later(5).happens("internship_agreed")
    way.later(5).happens("paused")
    way.later(20).happens("resumed")
    way.later(5).happens("check_in_recorded")
    way.later(5).happens("withdrawn")
    way.later(5).happens("reopened")
    way.later(30).happens("internship_completed")
    for kind in (*EVALUATED, "temporary_role_agreed"):
        way.later(1).happens(kind)
    way.later(30).happens("check_in_recorded")
    way.later(1).happens("coordinator_changed")
    way.later(20).happens("temporary_role_ended")
    for kind in (*EVALUATED, "temporary_role_agreed", "temporary_role_ended", *EVALUATED):
        way.later(1).happens(kind)
    way.later(1).happens("permanent_role_agreed")
    assert way.state.stage is Stage.PERMANENT_ROLE
    assert len(way.state.roles) == 3
    assert [one.requirement for one in way.state.findings] == [one.id for one in BOTH_EVALUATE.profiles[0].requirements]
    for days in BOTH_EVALUATE.follow_up_after_days:
        way.later(90).happens("follow_up_recorded", after_days=days)
