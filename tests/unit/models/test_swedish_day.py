"""The day that it is in Sweden, at every door: nothing reckons a day from a clock that runs in UTC."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from interfaces.cli.narrowing import day_of
from models.calendar.swedish_day import day_in_sweden, end_of_day
from models.rules.decision import Proposal, Refusal
from models.stages import Stage
from services.application import Application
from tests.support.builders import way_to
from tests.support.values import DAY

ROOT = Path(__file__).parents[3]
PRODUCT = ("models", "activities", "workflows", "runtime", "services", "auditing", "interfaces", "deploy")
NO_CLOCKS = {
    "models/calendar/swedish_day.py",
    "services/sheets/worksheet.py",  # the cell of a spreadsheet, which has a day and no zone
    "workflows/clock.py",  # the hour of the morning is one of UTC, well within the Swedish day
}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 26, 22, 59, tzinfo=UTC), date(2026, 11, 26)),
        (datetime(2026, 11, 26, 23, 0, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2026, 7, 26, 21, 59, tzinfo=UTC), date(2026, 7, 26)),
        (datetime(2026, 7, 26, 22, 0, tzinfo=UTC), date(2026, 7, 27)),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), date(2026, 3, 29)),  # the night on which summer time begins
        (datetime(2026, 7, 27, 0, 10, tzinfo=timezone(timedelta(hours=2))), date(2026, 7, 27)),
    ],
)
def test_the_day_changes_at_midnight_in_sweden(moment: datetime, day: date) -> None:
    assert day_in_sweden(moment) == day


@pytest.mark.parametrize("day", [date(2026, 1, 15), date(2026, 7, 15), date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_ends_before_midnight_in_sweden(day: date) -> None:
    assert day_in_sweden(end_of_day(day)) == day
    assert day_in_sweden(end_of_day(day) + timedelta(microseconds=1)) == day + DAY


def test_nothing_takes_a_day_from_a_moment_but_by_the_day_in_sweden() -> None:
    taken = re.compile(r"\.date\(\)|\bdate(time)?\.today\(")
    files = [file for folder in PRODUCT for file in (ROOT / folder).rglob("*.py")]
    found = {str(file.relative_to(ROOT)) for file in files if taken.search(file.read_text())}
    assert found == NO_CLOCKS


def test_at_ten_past_midnight_the_day_that_is_not_given_is_the_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    application = Application()
    monkeypatch.setattr(application, "now", lambda: datetime(2026, 11, 26, 23, 10, tzinfo=UTC))
    assert day_of(application, None) == date(2026, 11, 27)
    monkeypatch.setattr(application, "now", lambda: datetime(2026, 7, 26, 21, 59, tzinfo=UTC))
    assert day_of(application, None) == date(2026, 7, 26)
    assert day_of(application, "2026-07-01") == date(2026, 7, 1)


def test_a_journey_is_judged_on_the_day_in_sweden() -> None:
    way = way_to(Stage.REFERRAL, day=date(2026, 7, 26))
    accepted = way.event("referral_accepted", effective_on=date(2026, 7, 28))  # at most a day ahead
    before_midnight = datetime(2026, 7, 26, 21, 59, tzinfo=UTC)
    assert isinstance(way.journey.propose(accepted, before_midnight), Refusal)
    answer = way.journey.propose(accepted, before_midnight + timedelta(minutes=1))
    assert isinstance(answer, Proposal)
    assert answer.after.touched_on == date(2026, 7, 27)
