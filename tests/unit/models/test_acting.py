"""Acting: who is to be told that they act for a colleague, once for each statement that says it."""

from datetime import date, datetime
from typing import Any

import pytest

from models.access.acting import to_tell
from models.access.statements import Substitute
from models.calendar.written_days import DAY
from models.identifiers import Role
from tests.support.statement_logs import NINE, Log, later, role

ANNA, BO, EVA = "anna.berg", "bo.lind", "eva.sjo"
TODAY = NINE.date()
HERS = role(Role.COORDINATOR)
JOURNEY, OTHER_JOURNEY = "journey/K7Q29FMXB/easy_jobs", "journey/C4ZEYN7RB/easy_jobs"


@pytest.fixture
def log() -> Log:
    log = Log()
    for name in (ANNA, BO, EVA):
        log.employs(name, HERS)
    return log


def stands_in(log: Log, name: str, first: date, last: date, hours: float) -> None:
    leave = Substitute(person=name, from_day=first, until_day=last)
    assert log.enters(ANNA, HERS, at=later(hours), substitute=leave) is None


def told(log: Log, now: datetime) -> list[tuple[str, bool, int | None]]:
    """Whom what was said tells something now: whether it is over, and of how many candidates."""
    return [
        (one.to, one.is_over, None if one.journeys is None else len(one.journeys))
        for one in to_tell(log.register.acting, now)
    ]


def test_who_stands_in_is_told_once_and_nothing_of_what_says_the_same(log: Log) -> None:
    stands_in(log, BO, TODAY, TODAY + DAY, 1)
    stands_in(log, BO, TODAY, TODAY + DAY, 2)
    assert [one.at for one in to_tell(log.register.acting, later(3))] == [later(1)]
    stands_in(log, BO, TODAY, TODAY + 2 * DAY, 4)
    assert [one.at for one in to_tell(log.register.acting, later(5))] == [later(4)], "other days are told anew"


def test_who_is_replaced_is_told_that_it_is_over(log: Log) -> None:
    stands_in(log, BO, TODAY + DAY, TODAY + 2 * DAY, 1)
    stands_in(log, EVA, TODAY + DAY, TODAY + 2 * DAY, 2)
    assert told(log, later(3)) == [(EVA, False, None), (BO, True, None)]
    stands_in(log, EVA, TODAY + DAY, TODAY - DAY, 3)
    assert told(log, later(4)) == [(BO, True, None), (EVA, True, None)]


def test_who_has_candidates_lent_is_told_of_the_latest_days_and_of_the_end(log: Log) -> None:
    days: Any = {"from_day": TODAY, "until_day": TODAY + DAY}
    assert log.lends(ANNA, BO, JOURNEY, OTHER_JOURNEY, at=later(1), **days) is None
    assert log.lends(ANNA, EVA, JOURNEY, at=later(1), **days) is None
    assert told(log, later(2)) == [(BO, False, 2), (EVA, False, 1)]
    assert log.lends(ANNA, BO, JOURNEY, at=later(3), **days) is None
    assert told(log, later(4)) == [(EVA, False, 1), (BO, False, 1)]
    assert told(log, later(40)) == [], "the last day has passed"
    assert log.lends(ANNA, BO, JOURNEY, at=later(5), from_day=TODAY, until_day=TODAY - DAY) is None
    assert told(log, later(6)) == [(EVA, False, 1), (BO, True, 1)]


def test_what_is_taken_back_at_once_tells_nobody_anything(log: Log) -> None:
    days: Any = {"from_day": TODAY, "until_day": TODAY + DAY}
    over: Any = {"from_day": TODAY, "until_day": TODAY - DAY}
    seconds = 1 / 3600
    assert log.lends(ANNA, BO, JOURNEY, at=later(1), **days) is None
    assert told(log, later(1 + 4 * seconds)) == [], "it is not settled yet"
    assert log.lends(ANNA, BO, JOURNEY, at=later(1 + 4 * seconds), **over) is None
    assert told(log, later(2)) == [], "nobody was told that it began"
    assert log.lends(ANNA, BO, JOURNEY, at=later(3), **days) is None
    assert log.lends(ANNA, BO, JOURNEY, OTHER_JOURNEY, at=later(4), **days) is None
    for hours in (4 + 2 * seconds, 4 + 4 * seconds):
        assert log.lends(ANNA, BO, JOURNEY, at=later(hours), **over) is None
    assert told(log, later(5)) == [(BO, True, 1)]
    assert log.lends(ANNA, BO, JOURNEY, at=later(6), **over) is None
    assert told(log, later(7)) == [], "that is known"


def test_what_was_said_long_ago_or_does_not_count_tells_nobody_anything(log: Log) -> None:
    stands_in(log, BO, TODAY, TODAY + 30 * DAY, 1)
    assert [len(told(log, later(hours))) for hours in (72, 74)] == [1, 0]
    assert log.lends(ANNA, BO, JOURNEY, by=BO, at=later(2), from_day=TODAY, until_day=TODAY) == "register.not_allowed"
    assert log.ends(EVA, TODAY, at=later(3)) is None
    assert len(told(log, later(4))) == 1
