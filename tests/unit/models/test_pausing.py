"""A pause with a day to return: extended, ended early, with the place kept or freed, and what ends meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from models.projections.open_items import open_items
from models.projections.status import describe, stand
from models.rules.decision import Proposal
from models.stages import Stage
from models.state.pausing import EndInPause
from tests.support.builders import Way, way_to
from tests.support.programmes import CONSULTATION, SERVICE
from tests.support.values import DAY, DESIGN_SOURCE, MONDAY, at


def paused(stage: Stage = Stage.INTERNSHIP, **fields: Any) -> Way:
    way = way_to(stage)
    way.happens("paused", **{"until": way.day + timedelta(days=60), **fields})
    return way


def steps(way: Way, days: int) -> list[tuple[str, str, int]]:
    """The steps that deadlines take in so many days, each with the number of its day."""
    began = way.day
    return [(name, step, (day - began).days) for name, step, day in way.told_up_to(began + timedelta(days=days))]


def test_a_week_before_the_day_to_return_and_on_it_the_coordinator_is_reminded() -> None:
    assert steps(paused(Stage.REFERRAL, until=MONDAY + timedelta(days=63)), 100) == [
        ("return_due", "reminder", 56),
        ("return_due", "due", 63),
    ]


def test_the_programme_says_how_long_before() -> None:
    way = way_to(Stage.REFERRAL, SERVICE.model_copy(update={"pause_reminder_days": 21}))
    way.happens("paused", until=way.day + timedelta(days=60))
    assert steps(way, 100)[0] == ("return_due", "reminder", 39)


def test_without_a_day_to_return_nobody_is_reminded() -> None:
    assert steps(paused(Stage.REFERRAL, until=None), 400) == []


def test_an_extended_pause_is_reminded_of_on_its_new_days_alone() -> None:
    way = paused(Stage.REFERRAL)
    way.happens("pause_extended", until=way.day + timedelta(days=91))
    assert [day for _, _, day in steps(way, 200)] == [84, 91]


def test_a_pause_that_ended_early_is_not_reminded_of() -> None:
    way = paused(Stage.REFERRAL)
    way.later(10).happens("resumed")
    assert all(name != "return_due" for name, _, _ in steps(way, 200))


def test_the_day_to_return_is_what_the_journey_waits_for() -> None:
    way = paused()
    standing = stand("K7Q29FMXB", "service_division", way.state, 5)
    [item] = open_items(way.state)
    assert (item.what, item.since, item.due_on) == ("resumption", way.day, way.day + timedelta(days=60))
    assert (standing.waits_for, standing.due_on) == ("resumption", way.day + timedelta(days=60))


@pytest.mark.parametrize("days", [0, -1])
def test_the_day_to_return_comes_after_the_pause_has_begun(days: int) -> None:
    way, day = way_to(Stage.REFERRAL), MONDAY + timedelta(days=days)
    way.refuses("paused", "it_returns_after_it_pauses", DESIGN_SOURCE, until=day)
    way.happens("paused", until=MONDAY + DAY)
    way.later(5).refuses("pause_extended", "it_returns_after_it_pauses", DESIGN_SOURCE, until=day)


def test_what_is_not_paused_is_not_extended() -> None:
    way_to(Stage.REFERRAL).refuses("pause_extended", "the_journey_is_paused", DESIGN_SOURCE)


# The place


def test_a_pause_keeps_the_place_unless_it_frees_it() -> None:
    assert paused().state.place == "lasarettet_tray_kitchen"
    way = paused(frees_place=True)
    assert describe("K7Q29FMXB", "service_division", way.state, 5, at(way.day)).position is None
    way.later(10).happens("resumed")
    assert (way.state.place, way.state.stage) == ("lasarettet_tray_kitchen", Stage.INTERNSHIP)


def test_whoever_seeks_a_new_place_after_the_pause_waits_for_one() -> None:
    way = paused(frees_place=True)
    way.later(10).happens("resumed", seeks_new_place=True)
    assert (way.state.place, way.state.stage, way.state.paused) == (None, Stage.AWAITING_PLACEMENT, False)
    way.happens("internship_agreed")


def test_only_a_freed_place_is_given_up_and_only_a_held_one_freed() -> None:
    paused().refuses("resumed", "only_a_freed_place_is_given_up", DESIGN_SOURCE, seeks_new_place=True)
    way = way_to(Stage.EVALUATION)
    way.refuses("paused", "only_a_held_place_is_freed", DESIGN_SOURCE, frees_place=True)


# What ends meanwhile


def test_the_end_of_the_internship_in_the_pause_is_said_and_a_later_one_is_not() -> None:
    way = paused(until=MONDAY + timedelta(days=100))
    end = MONDAY + timedelta(days=89)
    said = describe("K7Q29FMXB", "service_division", way.state, 5, at(way.day)).ends_in_pause
    assert said == (EndInPause(what="internship", on=end),)
    way.happens("pause_extended", until=end)
    assert describe("K7Q29FMXB", "service_division", way.state, 6, at(way.day)).ends_in_pause == ()


def test_without_a_day_to_return_whatever_is_to_end_is_said() -> None:
    way = paused(Stage.TEMPORARY_ROLE, until=None)
    status = describe("K7Q29FMXB", "service_division", way.state, 5, at(way.day))
    assert [one.what for one in status.ends_in_pause] == ["temporary_role"]


def test_a_unions_time_that_the_pause_puts_off_is_said() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, CONSULTATION)
    way.happens("union_consulted")
    way.happens("paused", until=way.day + timedelta(days=60))
    status = describe("K7Q29FMXB", "service_division", way.state, 5, at(way.day))
    assert status.ends_in_pause == (EndInPause(what="union_answer", on=MONDAY + timedelta(days=14), union="kommunal"),)


# Who is told


def recipients(way: Way, kind: str, **fields: Any) -> tuple[str, ...]:
    answer = way.propose(way.event(kind, **fields))
    assert isinstance(answer, Proposal)
    return answer.recipients


def test_those_who_were_told_the_dates_are_told_of_the_pause_and_its_end() -> None:
    way = way_to(Stage.INTERNSHIP)
    told = set(recipients(way_to(Stage.AWAITING_PLACEMENT), "internship_agreed"))
    assert told
    assert told <= set(recipients(way, "paused"))
    way.happens("paused", frees_place=True)
    assert told <= set(recipients(way, "pause_extended"))
    assert told <= set(recipients(way, "resumed", seeks_new_place=True))


def test_a_union_that_was_asked_is_told_of_the_pause() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, CONSULTATION)
    assert "kommunal" not in recipients(way, "paused")
    way.happens("union_consulted")
    assert "kommunal" in recipients(way, "paused")
