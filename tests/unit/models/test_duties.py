"""What recurs while somebody works: its periods, when they are due, and what is open after the end."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.programme.duties import DayRate
from models.programme.programme import Programme
from models.projections.open_items import open_items
from models.rules.context import RuleContext
from models.rules.figures import figures
from models.stages import Stage
from models.state.deadlines import open_deadlines, rests_until
from models.state.duties import done_with_duties, duty_periods, not_done, to_do
from tests.support.builders import Way, way_to
from tests.support.programmes import DUTIES, SERVICE
from tests.support.values import MONDAY

GRANT: dict[str, Any] = {"duty": "grant", "period": "2026-03", "days": 30, "kronor": 15_000}


def of(way: Way, duty: str) -> list[tuple[str, date, date, int]]:
    return [(one.id, one.first, one.last, one.days) for one in duty_periods(way.state) if one.rule.id == duty]


def names(way: Way) -> list[str]:
    return sorted(rule.name for rule, _ in open_deadlines(way.state) if rule.name.endswith("_grant"))


def test_months_and_terms_are_cut_by_what_was_agreed() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
    assert of(way, "grant") == [
        ("2026-03", MONDAY, date(2026, 3, 31), 30),
        ("2026-04", date(2026, 4, 1), MONDAY + timedelta(days=59), 30),
    ]
    assert of(way, "papers") == [("vt-2026", MONDAY, MONDAY + timedelta(days=59), 60)]


def test_days_of_a_pause_do_not_count() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
    way.happens("paused")
    assert of(way, "grant") == []
    way.later(10).happens("resumed")
    assert [days for *_, days in of(way, "grant")] == [20, 30]


def test_weeks_count_from_the_first_day() -> None:
    grant = DUTIES.duties[1].model_copy(update={"every": "weeks", "weeks": 4})
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES.model_copy(update={"duties": (grant,)}))
    starts = [MONDAY + timedelta(weeks=weeks) for weeks in (0, 4, 8)]
    assert [(name, first) for name, first, *_ in of(way, "grant")] == [(str(day), day) for day in starts]
    assert [days for *_, days in of(way, "grant")] == [28, 28, 4]


def test_the_next_period_runs_once_the_one_before_is_done_or_late() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
    assert names(way) == ["claim_2026-03_grant"]
    done = way.copied().later(31)
    done.happens("duty_done", **GRANT)
    assert names(done) == ["claim_2026-04_grant"]
    way.told_up_to(date(2026, 4, 13))
    assert names(way) == ["claim_2026-03_grant", "claim_2026-04_grant", "lost_claim_2026-03_grant"]
    assert [one.item for one in open_items(way.state) if one.what == "claim"] == names(way)[:2]


def test_what_is_due_and_lost_on_a_weekend_is_so_on_the_weekday_after() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
    days = [(one.id, one.due_on, one.last_day) for one in duty_periods(way.state) if one.rule.id == "grant"]
    assert days == [
        ("2026-03", date(2026, 4, 10), date(2026, 6, 1)),  # 30 May is a Saturday
        ("2026-04", date(2026, 5, 11), date(2026, 6, 29)),  # 10 May is a Sunday
    ]
    assert done_with_duties(way.state) == date(2026, 7, 1)
    since = {one.about: one.since for one in open_items(way.state) if one.about}
    assert since == {"grant": date(2026, 4, 1), "talk": MONDAY, "papers": date(2026, 5, 1)}


def test_a_period_is_reminded_of_due_and_escalated_and_the_next_waits_until_it_is_late() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
    told = [(step, day) for name, step, day in way.told_up_to(date(2026, 4, 9)) if name.endswith("_grant")]
    assert told == [("reminder", date(2026, 4, 2))]  # 5 April is a Sunday after Good Friday
    assert names(way) == ["claim_2026-03_grant"]
    told = [(step, day) for name, step, day in way.told_up_to(date(2026, 4, 17)) if name.endswith("_grant")]
    assert told == [("due", date(2026, 4, 10)), ("escalation", date(2026, 4, 17))]
    lost = [due_on for rule, due_on in open_deadlines(way.state) if rule.name == "lost_claim_2026-03_grant"]
    assert lost == [date(2026, 6, 2)], "the day after the last one"


def test_a_term_may_end_in_the_year_after_it_has_begun() -> None:
    december = way_to(Stage.TEMPORARY_ROLE, DUTIES, date(2026, 12, 1))
    assert [(name, days) for name, *_, days in of(december, "papers")] == [("ht-2026", 48), ("vt-2027", 12)]
    january = way_to(Stage.TEMPORARY_ROLE, DUTIES, date(2027, 1, 4))
    assert [(name, days) for name, *_, days in of(january, "papers")] == [("ht-2026", 14), ("vt-2027", 46)]


def with_grant(**fields: Any) -> Programme:
    return DUTIES.model_copy(update={"duties": (DUTIES.duties[1].model_copy(update=fields),)})


@pytest.mark.parametrize(("least", "months"), [(30, ["2026-03", "2026-04"]), (31, [])])
def test_a_period_counts_from_the_least_days_on(least: int, months: list[str]) -> None:
    way = way_to(Stage.TEMPORARY_ROLE, with_grant(least_days=least))
    assert [name for name, *_ in of(way, "grant")] == months


@pytest.mark.parametrize(
    ("every", "ends_on", "last"),
    [("month", date(2026, 4, 1), ("2026-04", 1)), ("weeks", date(2026, 3, 30), ("2026-03-30", 1))],
)
def test_the_first_day_of_a_period_is_one_of_it(every: str, ends_on: date, last: tuple[str, int]) -> None:
    way = way_to(Stage.EVALUATION, with_grant(every=every, weeks=4 if every == "weeks" else None))
    way.happens("evaluation_recorded")
    way.happens("temporary_role_agreed", ends_on=ends_on)
    name, *_, days = of(way, "grant")[-1]
    assert (name, days) == last


def test_weeks_count_anew_from_the_first_day_of_each_role_and_a_gap_does_not_count() -> None:
    for every, periods in (("weeks", [("2026-03-02", 11), ("2026-03-22", 6)]), ("month", [("2026-03", 17)])):
        way = way_to(Stage.TEMPORARY_ROLE, with_grant(every=every, weeks=4 if every == "weeks" else None))
        way.later(10).happens("temporary_role_ended")
        way.happens("evaluation_recorded")
        way.later(10).happens("temporary_role_agreed", ends_on=way.day + timedelta(days=5))
        assert [(name, days) for name, *_, days in of(way, "grant")] == periods


def test_what_was_agreed_counts_until_it_ends_or_the_next_begins() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES).later(10)
    left, stayed = way.copied(), way.copied()
    left.happens("withdrawn")
    assert of(left, "grant") == [("2026-03", MONDAY, MONDAY + timedelta(days=10), 11)]
    stayed.happens("permanent_role_agreed", starts_on=MONDAY + timedelta(days=20))
    assert of(stayed, "grant") == [("2026-03", MONDAY, MONDAY + timedelta(days=19), 20)]


def test_an_internship_counts_from_the_day_on_which_it_begins_until_it_was_left() -> None:
    way, begins = way_to(Stage.AWAITING_PLACEMENT, DUTIES), MONDAY + timedelta(days=10)
    way.happens("internship_agreed", starts_on=begins, ends_on=MONDAY + timedelta(days=70))
    assert [(name, days) for name, *_, days in of(way, "talk")] == [("2026-03", 20), ("2026-04", 30), ("2026-05", 11)]
    way.later(40).happens("internship_interrupted")
    assert of(way, "talk") == [
        ("2026-03", begins, date(2026, 3, 31), 20),
        ("2026-04", date(2026, 4, 1), date(2026, 4, 11), 11),
    ]


def test_a_claim_is_made_after_its_period_and_by_its_last_day() -> None:
    for day, rule in (
        (date(2026, 3, 31), "the_period_has_ended"),
        (date(2026, 4, 1), None),
        (date(2026, 6, 1), None),
        (date(2026, 6, 2), "the_duty_is_done_in_time"),
    ):
        way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
        way.day = day
        if rule is None:
            way.happens("duty_done", **GRANT)
        else:
            way.refuses("duty_done", rule, DUTIES.duties[1].source, **GRANT)


def test_a_day_is_worth_what_holds_on_the_first_day_of_its_period() -> None:
    rates = (DayRate(from_day=date(2026, 4, 1), kronor=510), DayRate(from_day=date(2026, 3, 15), kronor=505))
    way = way_to(Stage.TEMPORARY_ROLE, with_grant(rates=rates)).later(60)
    april = {**GRANT, "period": "2026-04"}
    for kronor in (15_000, 15_150):
        way.refuses("duty_done", "the_claim_is_right", DUTIES.duties[1].source, **{**april, "kronor": kronor})
    way.happens("duty_done", **{**april, "kronor": 15_300})
    way.happens("duty_done", **GRANT)
    claimed = RuleContext(way.state, "duty_done", way.day, way.event("duty_done", **april))
    told = {one.name: one.value for one in figures("the_claim_is_right", claimed)}
    assert told == {"day_rate": 500, "rates": "510 (2026-04-01-), 505 (2026-03-15-)"}
    assert "rates" not in DUTIES.model_dump_json()


@pytest.mark.parametrize(
    ("duty", "said", "rule"),
    [
        ("grant", {"days": 30}, "the_record_says_what_is_asked"),
        ("grant", {"kronor": 15_000}, "the_record_says_what_is_asked"),
        ("grant", {"days": 30, "kronor": 14_999}, "the_claim_is_right"),
        ("grant", {"days": 30, "kronor": 15_001}, "the_claim_is_right"),
        ("talk", {"days": 30}, "the_record_says_what_is_asked"),
        ("talk", {"kronor": 15_000}, "the_record_says_what_is_asked"),
    ],
)
def test_a_record_says_all_that_is_asked_and_no_other_amount(duty: str, said: dict[str, Any], rule: str) -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES).later(31)
    empty: dict[str, Any] = {"days": None, "kronor": None, "passed": None}
    way.refuses("duty_done", rule, DUTIES.duties[1].source, duty=duty, period="2026-03", **{**empty, **said})


def test_whoever_names_a_period_that_there_is_not_is_told_those_of_that_duty() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES).later(31)
    said = {**GRANT, "period": "2025-12"}
    told = way.refuses("duty_done", "the_duty_is_asked_for", DUTIES.duties[0].source, **said)
    assert (told.id, told.values["known"]) == ("the_duty_is_asked_for.other_period", "2026-03, 2026-04")


def test_what_can_still_be_done_can_be_done_on_its_last_day() -> None:
    for day, left in ((date(2026, 6, 1), ["2026-03", "2026-04"]), (date(2026, 6, 2), ["2026-04"])):
        way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
        way.day = day
        way.happens("duty_done", duty="papers", period="vt-2026", days=None, kronor=None, passed=True)
        assert [one.id for one in to_do(way.state) if one.rule.id == "grant"] == left


def test_what_was_missed_stays_open_after_the_end_until_its_last_day() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES).later(31)
    way.happens("discontinued")
    assert [one.id for one in to_do(way.state) if one.rule.id == "grant"] == ["2026-03", "2026-04"]
    last = max(one.last_day for one in to_do(way.state))
    rest = rests_until(way.state)
    assert rest is not None
    assert rest > last
    way.told_up_to(rest)
    assert to_do(way.state) == []
    assert names(way) == []
    way.refuses("duty_done", "the_duty_is_done_in_time", DUTIES.duties[1].source, **GRANT)
    way.happens("duty_done", effective_on=date(2026, 4, 1), **GRANT)
    assert "2026-03" not in [one.id for one in not_done(way.state) if one.rule.id == "grant"]


def test_nothing_recurs_where_a_programme_does_not_say_so() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, SERVICE)
    assert duty_periods(way.state) == ()
    assert way.refuses("duty_done", "the_duty_is_asked_for", SERVICE.source).id == "the_duty_is_asked_for.none"
