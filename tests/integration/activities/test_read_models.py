"""Stages passed, findings and follow-ups in the tables are what the events, as corrected, amount to."""

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from models.identifiers import CandidateNumber
from models.projections.details import Details, details
from models.stages import Stage
from services.queries.lists import Lists
from tests.support.builders import ROUTES
from tests.support.programmes import SERVICE, met
from tests.support.recording import RecordedWay, recorder_on, rows_of
from tests.support.strategies import event_for
from tests.support.thoroughness import share_of
from tests.support.values import MONDAY, at


def way(engine: Engine, stage: Stage) -> RecordedWay:
    """A way that comes to a stage, one day for each event."""
    told = RecordedWay(recorder_on(engine))
    for kind in ROUTES[stage]:
        told.comes(kind).later(1)
    return told


def passed(engine: Engine) -> list[tuple[str, date, date | None]]:
    """The stages in the table, with days as days of either database."""
    [journey] = Lists(engine).journeys()
    passages = Lists(engine).details(journey.journey_id).passages or ()
    return [(one.stage.value, one.entered_on, one.left_on) for one in passages]


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def test_each_stage_is_left_on_the_day_on_which_the_next_is_entered(engine: Engine) -> None:
    way(engine, Stage.INTERNSHIP)
    assert passed(engine) == [
        ("referral", day(0), day(1)),
        ("requirement_check", day(1), day(2)),
        ("awaiting_placement", day(2), day(3)),
        ("internship", day(3), None),
    ]


def test_a_stage_that_comes_again_is_passed_again(engine: Engine) -> None:
    told = way(engine, Stage.INTERNSHIP).comes("internship_interrupted").later(5).comes("withdrawn", "reopened")
    assert told.state.stage is Stage.AWAITING_PLACEMENT
    assert passed(engine)[3:] == [
        ("internship", day(3), day(4)),
        ("awaiting_placement", day(4), day(9)),
        ("closed", day(9), day(9)),
        ("awaiting_placement", day(9), None),
    ]


def test_a_corrected_day_moves_the_stages_on_both_sides(engine: Engine) -> None:
    told = RecordedWay(recorder_on(engine)).comes("referred").later(5)
    accepted = told.event("referral_accepted")
    assert told.records(accepted).accepted
    right = accepted.model_copy(update={"effective_on": day(3)})
    assert told.tells("corrected", corrects=accepted.event_id, reason="Two days before", replacement=right).accepted
    assert passed(engine) == [("referral", day(0), day(3)), ("requirement_check", day(3), None)]


def test_a_struck_event_takes_its_stage_and_its_findings_away(engine: Engine) -> None:
    told = way(engine, Stage.REQUIREMENT_CHECK)
    check = told.event("requirements_checked")
    assert told.records(check).accepted
    assert len(rows_of(engine, "findings")) == len(SERVICE.profiles[0].requirements)
    assert told.tells("corrected", corrects=check.event_id, reason="Another person", replacement=None).accepted
    assert [stage for stage, _, _ in passed(engine)] == ["referral", "requirement_check"]
    assert rows_of(engine, "findings") == []


def test_findings_say_what_is_essential_and_how_it_was_found(engine: Engine) -> None:
    told = way(engine, Stage.REQUIREMENT_CHECK)
    profile = SERVICE.profiles[0]
    assert told.tells("requirements_checked", findings=met(profile, shift_work="unmet")).accepted
    found = {row["requirement"]: (bool(row["essential"]), row["result"]) for row in rows_of(engine, "findings")}
    assert found["shift_work"] == (True, "unmet")
    assert found["kitchen_experience"] == (False, "met")
    assert {row["profile"] for row in rows_of(engine, "findings")} == {profile.id}


def test_follow_ups_are_kept_until_the_journey_is_reopened(engine: Engine) -> None:
    told = way(engine, Stage.CLOSED).comes("follow_up_recorded")
    assert [(row["after_days"], row["outcome"]) for row in rows_of(engine, "follow_ups")] == [(90, "at_work")]
    told.comes("reopened")
    assert rows_of(engine, "follow_ups") == []


def test_an_event_that_changes_no_detail_writes_none(engine: Engine) -> None:
    told = way(engine, Stage.INTERNSHIP)
    assert told.entry(told.event("note_added")).details == Details()


def test_what_is_waited_for_says_who_is_in_charge_of_it(engine: Engine) -> None:
    told = way(engine, Stage.INTERNSHIP)
    check_in, end = rows_of(engine, "open_items", "due_on")
    assert (check_in["item"], check_in["days"], end["item"]) == ("check_in", 30, "internship_end")
    told.comes("check_in_recorded", "coordinator_changed")
    later, end = rows_of(engine, "open_items", "due_on")
    assert (later["days"], later["coordinator"], end["coordinator"]) == (31, "bo.lind", "bo.lind")


def test_a_journey_from_before_the_table_gets_its_whole_way_with_the_next_stage(engine: Engine) -> None:
    told = way(engine, Stage.INTERNSHIP)
    with engine.begin() as connection:
        connection.execute(text("delete from passages"))
    told.comes("internship_completed")
    assert [stage for stage, _, _ in passed(engine)] == list(ROUTES_OF_EVALUATION)


ROUTES_OF_EVALUATION = ("referral", "requirement_check", "awaiting_placement", "internship", "evaluation")


def test_a_refused_event_writes_no_detail(engine: Engine) -> None:
    told = way(engine, Stage.REQUIREMENT_CHECK)
    before = passed(engine)
    assert not told.tells("internship_agreed").accepted
    assert passed(engine) == before


@settings(
    max_examples=share_of(25),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_happens_the_tables_hold_what_the_fold_amounts_to(engine: Engine, data: Any) -> None:
    told = RecordedWay(recorder_on(engine), CandidateNumber.draw(Random()))
    assert told.tells("referred").accepted
    for _ in range(data.draw(st.integers(1, 14))):
        told.later(data.draw(st.sampled_from((0, 1, 20))))
        told.records(data.draw(event_for(told.journey, at(told.day))))
    ours, theirs = details(told.state), Lists(engine).details(told.id)
    assert theirs.passages == ours.passages
    assert _by_name(theirs.findings) == _by_name(ours.findings)
    assert _by_name(theirs.follow_ups) == _by_name(ours.follow_ups)
    assert theirs.items == ours.items


def _by_name(rows: Any) -> list[str]:
    return sorted(row.model_dump_json() for row in rows)
