"""What is offered or agreed lasts one of the programme's periods, exactly; places are counted by their days."""

from datetime import timedelta
from typing import Any

import pytest

from models.programme.periods import Span, most_at_once
from models.stages import Stage
from tests.support.builders import Way, way_to
from tests.support.programmes import OFFERING, PERIODS, SERVICE
from tests.support.values import DAY, MONDAY

SPRING, SUMMER = PERIODS.periods
LAST = SUMMER.ends_on


def waits() -> Way:
    return way_to(Stage.AWAITING_PLACEMENT, PERIODS)


@pytest.mark.parametrize(
    "days",
    [
        {"ends_on": SPRING.ends_on - DAY},
        {"starts_on": SPRING.starts_on + DAY},
        {"ends_on": SUMMER.ends_on},
        {"starts_on": SUMMER.starts_on, "ends_on": SUMMER.ends_on + DAY},
    ],
)
def test_other_days_than_a_period_are_refused_and_the_periods_told(days: dict[str, Any]) -> None:
    message = waits().refuses("internship_agreed", "the_days_are_a_period", PERIODS.source, **days)
    assert message.id == "the_days_are_a_period.other_days"
    told = message.values["periods"]
    assert isinstance(told, tuple)
    assert len(told) == 2


@pytest.mark.parametrize("period", PERIODS.periods)
def test_each_period_can_be_agreed_and_not_left_by_another_last_day(period: Any) -> None:
    way = waits()
    way.happens("internship_agreed", starts_on=period.starts_on, ends_on=period.ends_on)
    assert way.state.place_span == Span(starts_on=period.starts_on, ends_on=period.ends_on)
    way.refuses("internship_extended", "the_days_are_a_period", PERIODS.source, ends_on=period.ends_on + DAY)


def test_an_offer_is_of_a_period_too() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT, OFFERING.model_copy(update={"periods": PERIODS.periods}))
    way.refuses("place_offered", "the_days_are_a_period", OFFERING.source, ends_on=MONDAY)
    way.happens("place_offered", starts_on=SUMMER.starts_on, ends_on=SUMMER.ends_on)
    assert way.state.place_span == Span(starts_on=SUMMER.starts_on, ends_on=SUMMER.ends_on)


def test_a_programme_without_periods_is_written_as_before() -> None:
    assert "periods" not in SERVICE.model_dump(mode="json")


def span(first: int, last: int) -> Span:
    return Span(starts_on=MONDAY + timedelta(days=first), ends_on=MONDAY + timedelta(days=last))


@pytest.mark.parametrize(
    ("others", "most"),
    [
        ([], 0),
        ([span(0, 9), span(31, 40)], 0),
        ([span(0, 10)], 1),
        ([span(30, 40)], 1),
        ([span(0, 15), span(16, 40)], 1),
        ([span(0, 16), span(16, 40)], 2),
        ([span(0, 40), None, span(12, 13), span(14, 15)], 3),
    ],
)
def test_those_count_who_are_there_on_the_same_day(others: list[Span | None], most: int) -> None:
    assert most_at_once(others, span(10, 30)) == most
