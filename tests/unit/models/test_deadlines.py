"""Deadlines: on which day somebody is reminded or told, what moves that day, and that nothing comes twice."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.calendar.public_holidays import is_day_off, last_weekday, next_weekday
from models.events.values import DeadlineStep
from models.programme.programme import CountsFrom, DeadlineRule, Programme, WayEnd
from models.stages import OPEN_STAGES, Stage
from models.state.deadlines import open_deadlines, reached, rests_until, upcoming
from tests.support.builders import Way, way_to, way_to_decision
from tests.support.programmes import FOLLOWED_UP, PREPAREDNESS, SERVICE
from tests.support.values import DAY, MONDAY

Told = tuple[str, str, date]

OF_AN_AGREED_DAY = {"internship_ending", "role_ending"}
"""Deadlines of a day that was agreed, whatever day that is."""


def on(days: int) -> date:
    """The day so many days after the beginning."""
    return MONDAY + timedelta(days=days)


def steps(name: str, reminder: int | None, due: int, escalation: int | None, since: date = MONDAY) -> list[Told]:
    """What a deadline tells, by days since a day, on weekdays alone; what is reckoned in days is due on one too."""
    due_on = since + timedelta(days=due)
    due_on = due_on if name in OF_AN_AGREED_DAY else next_weekday(due_on)
    told = [("due", next_weekday(due_on))]
    if reminder is not None:
        told = [("reminder", last_weekday(due_on - timedelta(days=due - reminder))), *told]
    if escalation is not None:
        told = [*told, ("escalation", next_weekday(due_on + timedelta(days=escalation - due)))]
    return [(name, step, day) for step, day in told]


def only(name: str, told: list[Told]) -> list[Told]:
    return [step for step in told if step[0] == name]


def with_rules(rules: Programme = SERVICE, **changes: Any) -> Programme:
    return rules.model_copy(update=changes)


# Each deadline on its days

IN_STAGES = [
    (SERVICE, Stage.REFERRAL, ("referral_unanswered", 10, 14, 21)),
    (SERVICE, Stage.REQUIREMENT_CHECK, ("requirement_check_due", 14, 21, 35)),
    (SERVICE, Stage.AWAITING_PLACEMENT, ("placement_due", 46, 60, 90)),
    (SERVICE, Stage.INTERNSHIP, ("check_in_due", None, 30, 44)),
    (SERVICE, Stage.INTERNSHIP, ("internship_ending", 89 - 14, 89, 89 + 7)),
    (SERVICE, Stage.EVALUATION, ("evaluation_due", 11, 14, 21)),
    (SERVICE, Stage.TEMPORARY_ROLE, ("check_in_due", None, 30, 44)),
    (SERVICE, Stage.TEMPORARY_ROLE, ("role_ending", 59 - 30, 59, 59 + 7)),
    (SERVICE, Stage.PERMANENT_ROLE, ("follow_up_90", 83, 90, 120)),
    (SERVICE, Stage.PERMANENT_ROLE, ("follow_up_180", 173, 180, 210)),
    (SERVICE, Stage.PERMANENT_ROLE, ("follow_up_365", 358, 365, 395)),
    (FOLLOWED_UP, Stage.CLOSED, ("follow_up_90", 83, 90, 120)),
    (FOLLOWED_UP, Stage.CLOSED, ("follow_up_365", 358, 365, 395)),
    (PREPAREDNESS, Stage.REFERRAL, ("referral_unanswered", 7, 10, 15)),
    (PREPAREDNESS, Stage.REQUIREMENT_CHECK, ("requirement_check_due", 10, 14, 21)),
    (PREPAREDNESS, Stage.INTERNSHIP, ("internship_ending", 89 - 21, 89, 89 + 7)),
    (PREPAREDNESS, Stage.EVALUATION, ("evaluation_due", 11, 14, 21)),
    (PREPAREDNESS, Stage.TEMPORARY_ROLE, ("role_ending", 0, 59, 59 + 14)),
    (with_rules(PREPAREDNESS, follow_up_ends=tuple(WayEnd)), Stage.CLOSED, ("follow_up_180", 173, 180, 210)),
]
"""What each deadline of the two programmes tells, as days since the stage began, apart from the files."""


@pytest.mark.parametrize(
    ("rules", "stage", "days"),
    IN_STAGES,
    ids=[f"{rules.id} {days[0]} in {stage}" for rules, stage, days in IN_STAGES],
)
def test_a_deadline_takes_its_steps_on_its_days(
    rules: Programme, stage: Stage, days: tuple[str, int | None, int, int]
) -> None:
    since = MONDAY if rules.id == SERVICE.id else date(2018, 3, 5)
    way = way_to(stage, rules, since)
    told = only(days[0], way.told_up_to(since + timedelta(days=500)))
    assert told == [(name, step, max(since + DAY, day)) for name, step, day in steps(*days, since=since)]


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("after", range(7))
def test_nobody_is_written_to_on_a_day_off(stage: Stage, after: int) -> None:
    way = way_to(stage, FOLLOWED_UP, date(2026, 11, 16) + timedelta(days=after))
    told = way.told_up_to(way.day + timedelta(days=420))
    assert told
    assert [one for one in told if is_day_off(one[2])] == []


def test_a_check_is_not_due_at_christmas() -> None:
    way = way_to(Stage.REFERRAL, day=date(2026, 11, 19))
    way.later(1).happens("referral_accepted")
    assert way.told_up_to(date(2027, 1, 31)) == [
        ("requirement_check_due", "reminder", date(2026, 12, 4)),
        ("requirement_check_due", "due", date(2026, 12, 11)),
        ("requirement_check_due", "escalation", date(2026, 12, 28)),  # two weeks later is Christmas Day
    ]


WITHIN_THREE = with_rules(
    deadlines=(
        DeadlineRule(
            name="referral_unanswered",
            stages=(Stage.REFERRAL,),
            counts_from=CountsFrom.STAGE_ENTERED,
            working_days=3,
            remind_days_before=1,
        ),
    )
)


def test_a_deadline_in_working_days_leaves_out_the_days_off() -> None:
    way = way_to(Stage.REFERRAL, WITHIN_THREE, date(2026, 6, 17))
    assert way.told_up_to(date(2026, 7, 31)) == [
        ("referral_unanswered", "reminder", date(2026, 6, 22)),  # the 19th is Midsummer's Eve
        ("referral_unanswered", "due", date(2026, 6, 23)),
    ]


def test_working_days_on_which_the_journey_stood_still_come_on_top() -> None:
    way = way_to(Stage.REFERRAL, WITHIN_THREE, date(2026, 6, 15))
    way.later(1).happens("paused")
    way.later(6).happens("resumed")  # the 16th to the 18th were working days, the 19th to the 21st were not
    [(_, due_on)] = open_deadlines(way.state)
    assert due_on == date(2026, 6, 24)


def test_working_days_may_count_from_the_last_day_agreed() -> None:
    rule = DeadlineRule(
        name="internship_ending", stages=(Stage.INTERNSHIP,), counts_from=CountsFrom.AGREED_END, working_days=2
    )
    way = way_to(Stage.INTERNSHIP, with_rules(deadlines=(rule,)))
    ends_on = way.state.agreed_end
    assert ends_on is not None
    assert open_deadlines(way.state) == [(rule, next_weekday(next_weekday(ends_on + DAY) + DAY))]


def test_a_deadline_in_days_is_written_as_before() -> None:
    assert "working_days" not in SERVICE.deadlines[0].model_dump(mode="json")


@pytest.mark.parametrize(
    ("referred_on", "due_on"),
    [
        (date(2026, 12, 10), date(2026, 12, 28)),  # Christmas Eve, and the Sunday after
        (date(2026, 6, 5), date(2026, 6, 22)),  # Midsummer's Eve
        (date(2026, 3, 20), date(2026, 4, 7)),  # Good Friday
        (date(2026, 3, 2), date(2026, 3, 16)),
    ],
)
def test_an_answer_is_due_on_a_weekday(referred_on: date, due_on: date) -> None:
    [(rule, day)] = open_deadlines(way_to(Stage.REFERRAL, day=referred_on).state)
    assert (rule.name, day) == ("referral_unanswered", due_on)


def test_a_stage_has_the_deadlines_of_its_programme_and_no_others() -> None:
    expected = {
        Stage.REFERRAL: {"referral_unanswered"},
        Stage.REQUIREMENT_CHECK: {"requirement_check_due"},
        Stage.AWAITING_PLACEMENT: {"placement_due"},
        Stage.INTERNSHIP: {"check_in_due", "internship_ending"},
        Stage.EVALUATION: {"evaluation_due"},
        Stage.TEMPORARY_ROLE: {"check_in_due", "role_ending"},
        Stage.PERMANENT_ROLE: {"follow_up_90", "follow_up_180", "follow_up_365"},
        Stage.CLOSED: set(),
    }
    found = {stage: {rule.name for rule, _ in open_deadlines(way_to(stage).state)} for stage in Stage}
    assert found == expected


def test_a_decision_is_due_from_the_evaluation_on_and_the_evaluation_no_longer() -> None:
    way = way_to(Stage.EVALUATION)
    way.later(5).happens("evaluation_recorded")
    assert way.told_up_to(on(100)) == steps("decision_due", 23, 30, 44, since=on(5))


def test_an_unfavourable_evaluation_asks_for_a_decision_too() -> None:
    way = way_to(Stage.EVALUATION)
    way.happens("evaluation_recorded", favourable=False)
    assert [rule.name for rule, _ in open_deadlines(way.state)] == ["decision_due"]


def test_a_deadline_without_reminder_and_escalation_is_told_of_once() -> None:
    bare = DeadlineRule(name="bare", stages=(Stage.REFERRAL,), counts_from=CountsFrom.STAGE_ENTERED, days=5)
    way = way_to(Stage.REFERRAL, with_rules(deadlines=(bare,)))
    assert way.told_up_to(on(50)) == [("bare", "due", on(7))]


def test_a_deadline_may_fall_before_the_day_it_counts_from() -> None:
    early = DeadlineRule(name="early", stages=(Stage.INTERNSHIP,), counts_from=CountsFrom.AGREED_END, days=-20)
    way = way_to(Stage.INTERNSHIP, with_rules(deadlines=(early,)))
    assert way.told_up_to(on(120)) == [("early", "due", on(70))]


def test_a_deadline_before_an_end_that_was_not_agreed_does_not_run() -> None:
    lost = DeadlineRule(name="lost", stages=tuple(Stage), counts_from=CountsFrom.AGREED_END, days=3)
    rules = with_rules(deadlines=(lost,), follow_up_after_days=())
    running = {stage for stage in Stage if open_deadlines(way_to(stage, rules).state)}
    assert running == {Stage.INTERNSHIP, Stage.TEMPORARY_ROLE}


def test_the_earliest_step_comes_first() -> None:
    moments = upcoming(way_to(Stage.INTERNSHIP).state)
    assert [moment.on for moment in moments] == sorted(moment.on for moment in moments)
    assert [moment.step for moment in moments if moment.deadline == "internship_ending"] == list(DeadlineStep)


# What moves a deadline


def test_an_extension_moves_the_end_of_the_internship() -> None:
    way = way_to(Stage.INTERNSHIP)
    assert only("internship_ending", way.told_up_to(on(80))) == steps("internship_ending", 75, 89, 96)[:1]
    way.happens("internship_extended", ends_on=on(120))
    assert only("internship_ending", way.told_up_to(on(200))) == steps("internship_ending", 106, 120, 127)


def test_an_extension_moves_the_end_of_a_role() -> None:
    way = way_to(Stage.TEMPORARY_ROLE)
    way.later(10).happens("temporary_role_extended", ends_on=on(80))
    assert only("role_ending", way.told_up_to(on(200))) == steps("role_ending", 50, 80, 87)


def test_a_check_in_moves_the_next_one() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(20).happens("check_in_recorded")
    way.later(5).happens("check_in_recorded", effective_on=on(15))
    assert only("check_in_due", way.told_up_to(on(70))) == steps("check_in_due", None, 50, 64)


def test_a_check_in_of_the_internship_does_not_count_for_the_role() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(20).happens("check_in_recorded")
    way.happens("internship_completed")
    way.happens("evaluation_recorded")
    way.later(5).happens("temporary_role_agreed", ends_on=on(100))
    assert only("check_in_due", way.told_up_to(on(60))) == steps("check_in_due", None, 55, None)


def test_another_stage_ends_the_deadlines_of_the_one_before() -> None:
    way = way_to(Stage.REFERRAL)
    way.later(13).happens("referral_accepted")
    assert only("referral_unanswered", way.told_up_to(on(100))) == []


def test_no_check_in_is_due_before_the_internship_has_begun() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    way.happens("internship_agreed", starts_on=on(60), ends_on=on(120))
    assert only("check_in_due", way.told_up_to(on(59))) == []


def test_a_second_internship_with_the_same_last_day_is_reminded_of_too() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.told_up_to(on(76))
    way.happens("internship_interrupted")
    way.happens("internship_agreed", ends_on=on(89))
    assert only("internship_ending", way.told_up_to(on(80))) != []


# Pauses


@pytest.mark.parametrize(("pauses", "days"), [([(3, 10)], 10), ([(1, 3), (1, 4)], 7), ([(3, 0)], 0)])
def test_pauses_shift_what_counts_from_a_stage_by_their_days(pauses: list[tuple[int, int]], days: int) -> None:
    way = way_to(Stage.REFERRAL)
    for after, lasting in pauses:
        way.later(after).happens("paused")
        way.later(lasting).happens("resumed")
    assert way.told_up_to(on(100)) == steps("referral_unanswered", 10 + days, 14 + days, 21 + days)


def test_of_a_pause_only_the_days_since_the_day_counted_from_shift() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(10).happens("paused")
    way.later(10).happens("resumed")
    way.happens("check_in_recorded", effective_on=on(14))
    assert only("check_in_due", way.told_up_to(on(60))) == [("check_in_due", "due", on(14 + 30 + 6))]


def test_a_pause_in_an_earlier_stage_shifts_nothing() -> None:
    way = way_to(Stage.REFERRAL)
    way.later(3).happens("paused")
    way.later(4).happens("resumed")
    way.happens("referral_accepted")
    assert way.told_up_to(on(100)) == steps("requirement_check_due", 14, 21, 35, since=on(7))


def test_a_pause_does_not_shift_a_day_that_was_agreed() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(10).happens("paused")
    way.later(10).happens("resumed")
    assert only("internship_ending", way.told_up_to(on(100))) == steps("internship_ending", 75, 89, 96)


def test_an_agreed_day_that_came_in_a_pause_is_told_of_the_day_after_it() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(80).happens("paused")
    way.later(12).happens("resumed")
    assert only("internship_ending", way.told_up_to(on(100))) == [
        ("internship_ending", "due", on(93)),  # a Wednesday
        ("internship_ending", "escalation", on(98)),
    ]


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_no_deadline_runs_while_the_journey_is_paused(stage: Stage) -> None:
    way = way_to(stage)
    way.happens("paused")
    assert rests_until(way.state) is None
    assert open_deadlines(way.state) == []
    assert upcoming(way.state) == []
    assert way.told_up_to(on(500)) == []


# Nothing comes twice


@pytest.mark.parametrize("stage", Stage)
def test_each_step_is_told_of_once(stage: Stage) -> None:
    way = way_to(stage)
    told = way.told_up_to(on(500))
    assert len(told) == len(set(told)) == len({step[:2] for step in told})
    assert upcoming(way.state) == []


def test_a_step_that_was_told_of_is_not_reached_again_on_the_same_day() -> None:
    way = way_to(Stage.REFERRAL)
    way.later(14)
    assert [moment.step for moment in way.tell_deadlines()] == [DeadlineStep.DUE]
    assert reached(way.state, way.day) == []
    assert [moment.step for moment in upcoming(way.state)] == [DeadlineStep.ESCALATION]


def test_after_a_long_standstill_only_the_latest_step_is_told_of() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(300)
    told = [(moment.deadline, moment.step.value) for moment in way.tell_deadlines()]
    assert told == [("check_in_due", "escalation"), ("internship_ending", "escalation")]
    assert upcoming(way.state) == []


def test_where_two_steps_fall_on_one_day_the_later_one_is_told_of() -> None:
    at_once = DeadlineRule(
        name="at_once",
        stages=(Stage.REFERRAL,),
        counts_from=CountsFrom.STAGE_ENTERED,
        days=5,
        remind_days_before=0,
        escalate_days_after=0,
    )
    way = way_to(Stage.REFERRAL, with_rules(deadlines=(at_once,)))
    assert way.told_up_to(on(50)) == [("at_once", "escalation", on(7))]


def test_a_day_is_reached_on_the_day_itself_and_not_on_the_day_before() -> None:
    state = way_to(Stage.REFERRAL).state
    assert reached(state, on(9)) == []
    assert [moment.step for moment in reached(state, on(10))] == [DeadlineStep.REMINDER]


# Registering the past


def test_registering_the_past_reminds_nobody_on_the_day_itself() -> None:
    way = Way()
    way.happens("referred", recorded=on(200))
    assert reached(way.state, on(200)) == []
    assert [(moment.step, moment.on) for moment in reached(way.state, on(203))] == [(DeadlineStep.ESCALATION, on(203))]


def test_what_has_passed_already_falls_on_the_day_after_recording_and_the_rest_on_its_own_day() -> None:
    way = Way()
    way.happens("referred", recorded=on(12))
    way.day = on(12)
    assert way.told_up_to(on(50)) == [
        ("referral_unanswered", "due", on(14)),  # with the reminder, since the days between are a weekend
        ("referral_unanswered", "escalation", on(21)),
    ]


def test_a_note_does_not_put_a_deadline_off() -> None:
    way = way_to(Stage.REFERRAL)
    way.later(14)
    way.happens("note_added")
    assert [moment.step for moment in reached(way.state, way.day)] == [DeadlineStep.DUE]


@pytest.mark.parametrize("kind", ["note_added", "partner_acknowledged"])
def test_writing_along_the_way_does_not_touch_the_deadlines(kind: str) -> None:
    way = way_to(Stage.INTERNSHIP)
    before = upcoming(way.state)
    way.later(3).happens(kind)
    assert upcoming(way.state) == before


# Follow-ups


def test_a_recorded_follow_up_is_not_waited_for() -> None:
    way = way_to(Stage.CLOSED, FOLLOWED_UP)
    way.later(80).happens("follow_up_recorded", after_days=90)
    assert way.told_up_to(on(500)) == steps("follow_up_180", 173, 180, 210) + steps("follow_up_365", 358, 365, 395)


def test_a_programme_without_follow_ups_waits_for_none() -> None:
    way = way_to(Stage.CLOSED, with_rules(follow_up_after_days=()))
    assert upcoming(way.state) == []


def test_a_reopened_journey_waits_for_no_follow_up_until_it_ends_anew() -> None:
    way = way_to(Stage.CLOSED, FOLLOWED_UP)
    way.later(20).happens("reopened")
    assert not any(moment.deadline.startswith("follow_up") for moment in upcoming(way.state))
    way.later(10).happens("withdrawn")
    assert way.told_up_to(on(160)) == steps("follow_up_90", 83, 90, 120, since=on(30))


def test_a_pause_of_a_permanent_role_shifts_its_follow_ups() -> None:
    way = way_to(Stage.PERMANENT_ROLE)
    way.later(10).happens("paused")
    way.later(50).happens("resumed")
    assert only("follow_up_90", way.told_up_to(on(300))) == steps("follow_up_90", 133, 140, 170)


# When a journey rests


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in (Stage.CLOSED, Stage.PERMANENT_ROLE)])
def test_an_open_journey_does_not_rest(stage: Stage) -> None:
    assert rests_until(way_to(stage).state) is None


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.PERMANENT_ROLE])
def test_an_ended_journey_rests_the_day_after_its_last_follow_up_has_passed(stage: Stage) -> None:
    assert rests_until(way_to(stage, FOLLOWED_UP).state) == on(365 + 30 + 1)


def test_a_journey_whose_end_nobody_follows_up_rests_when_it_can_no_longer_be_reopened() -> None:
    assert rests_until(way_to(Stage.CLOSED).state) == on(SERVICE.reopen_within_days)


def test_recording_follow_ups_brings_the_rest_forward_to_the_next_one_and_then_to_the_window() -> None:
    way = way_to(Stage.CLOSED, FOLLOWED_UP)
    way.happens("follow_up_recorded", after_days=365)
    assert rests_until(way.state) == on(182 + 30 + 1)  # the 180th day is a Saturday
    way.happens("follow_up_recorded", after_days=180)
    assert rests_until(way.state) == on(91 + 30 + 1)  # the 90th day is a Sunday
    way.happens("follow_up_recorded", after_days=90)
    assert rests_until(way.state) == on(SERVICE.reopen_within_days)


def test_a_journey_whose_end_was_registered_late_can_still_be_mended_for_the_whole_window() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    way.happens("withdrawn", recorded=on(1000))
    assert rests_until(way.state) == on(1000 + SERVICE.reopen_within_days)


def test_a_journey_that_ends_tomorrow_can_be_mended_for_the_whole_window_from_then_on() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, with_rules(follow_up_after_days=()))
    way.happens("withdrawn", effective_on=on(1))
    assert rests_until(way.state) == on(1 + SERVICE.reopen_within_days)


def test_a_correction_keeps_an_ended_journey_for_the_whole_window() -> None:
    way = way_to(Stage.CLOSED)
    end = way.journey.entries[-1].event
    other = {**end.model_dump(), "end_reason": "moved_away"}
    way.later(390).happens("corrected", corrects=end.event_id, replacement=other)
    assert rests_until(way.state) == on(390 + SERVICE.reopen_within_days)


def test_a_pause_of_a_permanent_role_puts_its_rest_off() -> None:
    way = way_to(Stage.PERMANENT_ROLE)
    way.later(10).happens("paused")
    assert rests_until(way.state) is None
    way.later(50).happens("resumed")
    assert rests_until(way.state) == on(365 + 30 + 1 + 50)


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.PERMANENT_ROLE])
@pytest.mark.parametrize("window", [0, 90])
@pytest.mark.parametrize("recorded", [0, 1, 100, 390, 5000])
def test_no_follow_up_falls_after_the_journey_rests(stage: Stage, window: int, recorded: int) -> None:
    way = way_to_decision(with_rules(FOLLOWED_UP, reopen_within_days=window))
    kind = "withdrawn" if stage is Stage.CLOSED else "permanent_role_agreed"
    way.happens(kind, recorded=on(recorded))
    rest = rests_until(way.state)
    assert rest is not None
    assert all(moment.on < rest for moment in upcoming(way.state))


def test_an_ended_journey_comes_to_rest_once_all_its_days_have_passed() -> None:
    way = way_to(Stage.CLOSED)
    way.told_up_to(on(396))
    rest = rests_until(way.state)
    assert rest is not None
    assert rest <= way.day
