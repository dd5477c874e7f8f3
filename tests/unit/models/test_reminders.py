"""Reminders that people set on a journey: told of on their day, moved, done, and kept through all that happens."""

from datetime import timedelta

import pytest

from activities.wording import REMINDER_WORDING, wording_of
from models.projections.open_items import open_items
from models.rules.decision import Proposal
from models.stages import Stage
from models.state.deadlines import rests_until
from tests.support.builders import Way, way_to
from tests.support.values import DAY, DESIGN_SOURCE, MONDAY, at


def reminders_told(way: Way, days: int) -> list[int]:
    """The numbers of the days, from the first Monday on, on which reminders were told of."""
    told = way.told_up_to(way.day + timedelta(days=days))
    return [(day - MONDAY).days for name, step, day in told if name.startswith("reminder_") and step == "due"]


@pytest.mark.parametrize("stage", Stage)
def test_a_reminder_is_told_of_once_on_its_day_wherever_the_way_stands(stage: Stage) -> None:
    way = way_to(stage)
    on = (way.day - MONDAY).days + 7
    way.happens("reminder_set", remind_on=MONDAY + timedelta(days=on))
    assert reminders_told(way, 60) == [on]
    assert [one.what for one in open_items(way.state)].count("reminder") == 1  # it is not done yet


def test_a_reminder_comes_in_a_pause_too_and_is_not_put_off() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.happens("reminder_set", remind_on=MONDAY + timedelta(days=14))
    way.happens("paused")
    assert reminders_told(way, 30) == [14]
    way.happens("resumed")
    assert reminders_told(way, 60) == []


def test_a_moved_reminder_comes_on_its_new_day_and_one_that_is_done_not_at_all() -> None:
    way = way_to(Stage.REFERRAL)
    first, other = (way.happens("reminder_set", remind_on=MONDAY + timedelta(days=days)) for days in (7, 14))
    way.happens("reminder_moved", reminder=first.event_id, remind_on=MONDAY + timedelta(days=21))
    way.happens("reminder_done", reminder=other.event_id)
    [item] = [one for one in open_items(way.state) if one.what == "reminder"]
    assert (item.item, item.since, item.due_on) == (f"reminder_{first.event_id}", MONDAY, MONDAY + timedelta(days=21))
    assert item.of_whom == "coordinator"
    assert reminders_told(way, 30) == [21]


def test_one_that_was_told_of_is_not_told_again_when_an_internship_begins() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    way.happens("reminder_set", remind_on=MONDAY + timedelta(days=7))
    assert reminders_told(way, 10) == [7]
    way.happens("internship_agreed")
    assert reminders_told(way, 10) == []


def test_the_coordinator_in_charge_then_is_told_in_words_of_its_own() -> None:
    way = way_to(Stage.REFERRAL)
    set_ = way.happens("reminder_set", remind_on=MONDAY + timedelta(days=7))
    way.happens("coordinator_changed", coordinator="bo.lind")
    way.later(7)
    said = {"deadline": f"reminder_{set_.event_id}", "step": "due", "due_on": way.day}
    answer = way.propose(way.event("deadline_passed", **said))
    assert isinstance(answer, Proposal)
    assert answer.recipients == ("bo.lind",)
    assert wording_of("deadline_passed", {name: str(value) for name, value in said.items()}) is REMINDER_WORDING


def test_a_day_that_has_passed_is_refused_and_so_is_what_is_done() -> None:
    way = way_to(Stage.REFERRAL)
    way.refuses("reminder_set", "the_reminder_is_to_come", DESIGN_SOURCE, remind_on=MONDAY - DAY)
    way.refuses("reminder_done", "the_reminder_is_open", DESIGN_SOURCE)
    assert "reminder_done" not in possible(way)
    done = way.happens("reminder_set", remind_on=MONDAY)
    assert "reminder_done" in possible(way)
    way.happens("reminder_done", reminder=done.event_id)
    for kind in ("reminder_moved", "reminder_done"):
        way.refuses(kind, "the_reminder_is_open", DESIGN_SOURCE, reminder=done.event_id)


def test_an_ended_journey_waits_for_its_reminder_and_no_longer() -> None:
    way = way_to(Stage.CLOSED)
    before = rests_until(way.state)
    assert before is not None
    late = before + timedelta(days=100)
    way.happens("reminder_set", remind_on=late)
    rest = rests_until(way.state)
    assert rest is not None
    assert late < rest <= late + timedelta(days=5)


def possible(way: Way) -> tuple[str, ...]:
    """The kinds of event that are offered now."""
    return way.journey.allowed(at(way.day))
