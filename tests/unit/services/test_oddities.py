"""What no rule forbids and is still odd: each is found, and what is ordinary is not."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from models.events.events import Corrected, Event
from models.journey.fold import Entry
from models.stages import Stage
from services.recording.oddities import About, oddities
from tests.support.builders import Way, way_to
from tests.support.programmes import RULES
from tests.support.values import COORDINATOR

POSITIONS = {one.id: one for one in RULES.positions}
DAY = timedelta(days=1)
SCORES = [{"criterion": name, "score": 2} for name in ("tasks", "reliability", "cooperation")]


def odd(way: Way, event: Event, today: date | None = None) -> list[str]:
    staff = {"lena.strand", "bo.lind"}
    about = About(event, today or way.day, way.journey.state, way.journey.entries, POSITIONS, staff, {"lena.strand"})
    return [one.id for one in oddities(about)]


def agreed(way: Way, **fields: Any) -> list[str]:
    usual = {"starts_on": way.day, "ends_on": way.day + 90 * DAY, "position": "lasarettet_tray_kitchen"}
    return odd(way, way.event("internship_agreed", **{**usual, **fields}))


@pytest.fixture
def waiting() -> Way:
    return way_to(Stage.AWAITING_PLACEMENT)


def monday_after(day: date) -> date:
    return day + DAY * (7 - day.weekday())


def test_an_ordinary_agreement_is_not_odd(waiting: Way) -> None:
    assert agreed(waiting, starts_on=monday_after(waiting.day)) == []


def test_somebody_to_look_after_an_intern_whom_nobody_knows_is_odd(waiting: Way) -> None:
    monday = monday_after(waiting.day)
    [position] = [one for one in RULES.positions if one.id == "lasarettet_ward_service"]
    assert agreed(waiting, starts_on=monday, supervisor=position.supervisor, mentor="lena.strand") == []
    assert agreed(waiting, starts_on=monday, supervisor="maria.ekk") == ["odd.nobody_known"]
    assert agreed(waiting, starts_on=monday, mentor="lena.strnd") == ["odd.nobody_known"]
    assert agreed(waiting, starts_on=monday, supervisor="bo.lind") == ["odd.not_their_role"]
    first = waiting.happens("internship_agreed", supervisor="somebody.new")
    replacement = {**first.model_dump(mode="json"), "mentor": "other.new"}
    again = waiting.event("corrected", corrects=first.event_id, reason="A slip", replacement=replacement)
    assert odd(waiting, again) == ["odd.nobody_known"]


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 4, 3), date(2026, 6, 6), date(2026, 12, 24)])
def test_a_first_day_on_a_weekend_or_a_holiday_is_odd(waiting: Way, day: date) -> None:
    assert agreed(waiting, starts_on=day, ends_on=day + 31 * DAY) == ["odd.day_off"]


@pytest.mark.parametrize("day", [date(2026, 4, 3), date(2026, 5, 14), date(2026, 6, 6), date(2026, 12, 24)])
def test_a_last_day_on_a_holiday_is_odd_too(waiting: Way, day: date) -> None:
    monday = monday_after(waiting.day)
    assert agreed(waiting, starts_on=monday, ends_on=day) == ["odd.ends_on_holiday"]
    assert agreed(waiting, starts_on=date(2026, 4, 6), ends_on=date(2026, 5, 1)) == [
        "odd.day_off",
        "odd.ends_on_holiday",
    ]
    extended = way_to(Stage.INTERNSHIP)
    assert odd(extended, extended.event("internship_extended", ends_on=day)) == ["odd.ends_on_holiday"]


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 12, 31)])
def test_a_last_day_with_which_a_week_or_a_year_ends_is_not_odd(waiting: Way, day: date) -> None:
    assert agreed(waiting, starts_on=monday_after(waiting.day), ends_on=day) == []


def test_an_internship_of_a_single_day_is_odd(waiting: Way) -> None:
    monday = monday_after(waiting.day)
    assert agreed(waiting, starts_on=monday, ends_on=monday) == ["odd.one_day"]
    assert agreed(waiting, starts_on=monday, ends_on=monday + DAY) == []


def test_a_position_in_another_town_is_odd(waiting: Way) -> None:
    elsewhere = next(one.id for one in RULES.positions if one.site != "2480" and "service_division" in one.programmes)
    assert agreed(waiting, starts_on=monday_after(waiting.day), position=elsewhere) == ["odd.another_town"]


def test_a_day_more_than_a_year_away_is_odd(waiting: Way) -> None:
    monday = monday_after(waiting.day)
    assert agreed(waiting, starts_on=monday, ends_on=waiting.day + 366 * DAY) == []
    assert agreed(waiting, starts_on=monday, ends_on=waiting.day + 367 * DAY) == ["odd.far"]
    assert agreed(waiting, starts_on=monday, effective_on=waiting.day - 367 * DAY) == ["odd.far"]


def test_a_day_that_nobody_gave_is_not_odd(waiting: Way) -> None:
    referral = waiting.event("referred", age_limit_on=date(2035, 5, 31))
    assert odd(waiting, referral) == []
    assert odd(waiting, waiting.event("referred", effective_on=waiting.day - 367 * DAY)) == ["odd.far"]


def test_what_ends_weeks_early_is_odd() -> None:
    way = way_to(Stage.INTERNSHIP)
    assert way.state.agreed_end is not None
    early = way.event("internship_completed", effective_on=way.state.agreed_end - 14 * DAY)
    assert odd(way, early, early.effective_on) == ["odd.early"]
    in_time = way.event("internship_completed", effective_on=way.state.agreed_end - 13 * DAY)
    assert odd(way, in_time, in_time.effective_on) == []


@pytest.mark.parametrize(
    ("favourable", "scores", "found"), [(True, (1, 2, 2), True), (True, (1, 2, 3), False), (False, (1, 1, 1), False)]
)
def test_a_favourable_evaluation_of_low_scores_is_odd(favourable: bool, scores: tuple[int, ...], found: bool) -> None:
    way = way_to(Stage.EVALUATION)
    given = [{**one, "score": score} for one, score in zip(SCORES, scores, strict=True)]
    event = way.event("evaluation_recorded", favourable=favourable, scores=given)
    assert (odd(way, event) == ["odd.low_scores"]) is found


@pytest.mark.parametrize(
    ("favourable", "scores", "found"), [(False, (5, 5, 4), True), (False, (5, 5, 3), False), (True, (5, 5, 5), False)]
)
def test_an_unfavourable_evaluation_of_high_scores_is_odd(
    favourable: bool, scores: tuple[int, ...], found: bool
) -> None:
    way = way_to(Stage.EVALUATION)
    given = [{**one, "score": score} for one, score in zip(SCORES, scores, strict=True)]
    event = way.event("evaluation_recorded", favourable=favourable, scores=given)
    assert (odd(way, event) == ["odd.high_scores"]) is found


def test_the_same_once_more_on_one_day_is_odd() -> None:
    way = way_to(Stage.INTERNSHIP)
    first = way.event("check_in_recorded", actor=COORDINATOR, remark="Went well")
    recorded = Entry(event=first, recorded_at=datetime.combine(way.day, time(9), UTC))
    again = way.event("check_in_recorded", actor=COORDINATOR, remark="Went well again")

    def found(event: Event, today: date) -> list[str]:
        return [one.id for one in oddities(About(event, today, way.journey.state, [recorded], POSITIONS))]

    assert found(again, way.day) == ["odd.again"]
    assert found(again, way.day + DAY) == []
    assert found(way.event("check_in_recorded", actor=COORDINATOR, effective_on=way.day - DAY), way.day) == []
    assert found(way.event("note_added"), way.day) == []


def test_a_reminder_of_something_else_on_the_same_day_is_not_odd() -> None:
    way = way_to(Stage.INTERNSHIP)
    first = way.event("reminder_set", actor=COORDINATOR, remind_on=way.day + DAY, task="Call the ward")
    recorded = Entry(event=first, recorded_at=datetime.combine(way.day, time(9), UTC))

    def found(task: str, remind_on: date) -> list[str]:
        event = way.event("reminder_set", actor=COORDINATOR, remind_on=remind_on, task=task)
        return [one.id for one in oddities(About(event, way.day, way.journey.state, [recorded], POSITIONS))]

    assert found("Call on Friday", way.day + DAY) == []
    assert found("Call the ward", way.day + 2 * DAY) == []
    assert found("Call the ward", way.day + DAY) == ["odd.again"]


def test_what_a_correction_puts_in_the_place_is_looked_at_too(waiting: Way) -> None:
    saturday = monday_after(waiting.day) + 5 * DAY
    replacement = waiting.event("internship_agreed", starts_on=saturday, ends_on=saturday + 30 * DAY)
    event = Corrected(
        event_id=waiting.event("note_added").event_id,
        actor=COORDINATOR,
        effective_on=waiting.day,
        corrects=replacement.event_id,
        reason="A slip",
        replacement=replacement,
    )
    assert odd(waiting, event) == ["odd.day_off"]
