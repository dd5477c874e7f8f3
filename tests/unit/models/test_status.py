"""What a status says: where a journey is, what it waits for, and what is possible, with the fields that it needs."""

from datetime import timedelta

import pytest

from models.events.events import EVENT_CLASSES
from models.projections.status import Status, describe, possible, possible_by
from models.stages import EndReason, Stage
from models.state.deadlines import upcoming
from tests.support.builders import Way, way_to, way_to_decision
from tests.support.programmes import SERVICE
from tests.support.rule_cases import PART_TIME
from tests.support.values import MONDAY, at

FOREMOST = {
    Stage.REFERRAL: ("referral_answer", "coordinator"),
    Stage.REQUIREMENT_CHECK: ("requirement_check", "coordinator"),
    Stage.AWAITING_PLACEMENT: ("internship", "coordinator"),
    Stage.INTERNSHIP: ("check_in", "coordinator"),
    Stage.EVALUATION: ("evaluation", "supervisor"),
    Stage.TEMPORARY_ROLE: ("check_in", "coordinator"),
    Stage.PERMANENT_ROLE: ("follow_up", "coordinator"),
    Stage.CLOSED: ("nothing", "nobody"),
}
"""What a journey that has just come to a stage waits for first, and of whom."""


def status(way: Way) -> Status:
    return describe("K7Q29FMXB", "service_division", way.journey.state, len(way.journey.entries), at(way.day))


def test_before_the_referral_everything_waits_for_it() -> None:
    found = status(Way())
    assert (found.stage, found.since, found.events) == (None, None, 0)
    assert (found.waits_for, found.of_whom) == ("referral", "referring_partner")
    assert [one.kind for one in found.possible] == ["referred"]
    assert (found.next_deadlines, found.due_on) == ((), None)


@pytest.mark.parametrize("stage", Stage)
def test_a_status_tells_where_the_journey_is_and_whom_it_waits_for(stage: Stage) -> None:
    way = way_to(stage)
    found = status(way)
    assert (found.stage, found.since, found.paused) == (stage, MONDAY, False)
    assert (found.site, found.coordinator) == ("2480", "anna.berg")
    assert (found.waits_for, found.of_whom) == FOREMOST[stage]
    assert found.events == len(way.journey.entries)
    assert tuple(one.kind for one in found.possible) == way.journey.allowed(at(way.day))


def test_a_paused_journey_waits_to_be_resumed() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.happens("paused")
    found = status(way)
    assert found.paused
    assert found.waits_for == "resumption"
    assert (found.next_deadlines, found.due_on) == ((), None)


def test_an_evaluated_candidate_waits_for_a_decision() -> None:
    found = status(way_to_decision())
    assert (found.of_whom, found.waits_for) == ("coordinator", "role_decision")


def test_a_status_names_the_place_held_in_the_internship_only() -> None:
    positions = {stage: status(way_to(stage)).position for stage in Stage}
    assert positions.pop(Stage.INTERNSHIP) == "lasarettet_tray_kitchen"
    assert set(positions.values()) == {None}


def test_an_end_reason_is_told_of_a_closed_journey_only() -> None:
    assert status(way_to(Stage.CLOSED)).end_reason is EndReason.STUDIES
    for stage in Stage:
        if stage is not Stage.CLOSED:
            assert status(way_to(stage)).end_reason is None


def test_a_status_tells_the_next_deadlines_and_the_earliest_day_that_something_is_due() -> None:
    way = way_to(Stage.INTERNSHIP)
    found = status(way)
    assert found.due_on == MONDAY + timedelta(days=30)
    assert [(one.name, one.step, one.on, one.due_on) for one in found.next_deadlines] == [
        (moment.deadline, moment.step, moment.on, moment.due_on) for moment in upcoming(way.state)
    ]


def test_a_status_is_the_same_after_travelling_as_json() -> None:
    for stage in Stage:
        found = status(way_to(stage))
        assert Status.model_validate_json(found.model_dump_json()) == found


def test_a_status_names_nobody_but_by_number() -> None:
    assert "anna" not in status(way_to(Stage.INTERNSHIP)).candidate
    assert status(way_to(Stage.INTERNSHIP)).candidate == "K7Q29FMXB"


@pytest.mark.parametrize("kind", EVENT_CLASSES)
def test_what_is_possible_is_told_with_the_fields_it_needs(kind: str) -> None:
    told = possible(kind)
    fields = EVENT_CLASSES[kind].model_fields
    not_typed = {"event_id", "kind", "actor", "effective_on", "moved", "leaves", "together"}
    assert set(told.needs) | set(told.may_have) == set(fields) - not_typed
    assert all(fields[name].is_required() for name in told.needs)
    assert not any(fields[name].is_required() for name in told.may_have)


def test_an_internship_needs_a_position_and_its_days_and_may_have_who_looks_after_the_intern() -> None:
    told = possible("internship_agreed")
    assert set(told.needs) == {"position", "starts_on", "ends_on"}
    assert set(told.may_have) == {"supervisor", "mentor", "hours_a_week"}


def test_what_only_some_programmes_ask_for_is_needed_there_and_left_out_elsewhere() -> None:
    elsewhere = possible_by("internship_agreed", SERVICE)
    assert set(elsewhere.needs) == {"position", "starts_on", "ends_on"}
    assert set(elsewhere.may_have) == {"supervisor", "mentor"}
    there = possible_by("internship_agreed", PART_TIME)
    assert (there.needs[-1], set(there.may_have)) == ("hours_a_week", {"supervisor", "mentor"})
    assert "hours_a_week" in possible_by("internship_extended", PART_TIME).may_have


@pytest.mark.parametrize("stage", Stage)
def test_the_fields_that_are_needed_and_those_of_every_event_are_enough(stage: Stage) -> None:
    way = way_to(stage)
    for one in status(way).possible:
        data = way.event(one.kind).model_dump(mode="json")
        needed = {"event_id", "kind", "actor", "effective_on", *one.needs}
        EVENT_CLASSES[one.kind].model_validate({name: data[name] for name in needed})


def test_of_a_deadline_whose_steps_fall_on_one_day_only_the_latest_is_told() -> None:
    """Recorded a year later, reminder, due and escalation would all come tomorrow: one notice will."""
    way = Way(day=MONDAY.replace(year=2025))
    way.happens("referred", recorded=MONDAY)
    way.day = MONDAY
    assert len(upcoming(way.state)) == 3
    [told] = status(way).next_deadlines
    assert (told.name, told.step, told.on) == ("referral_unanswered", "escalation", MONDAY + timedelta(days=1))
