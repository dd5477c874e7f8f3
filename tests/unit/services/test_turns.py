"""Which of somebody's journeys a referral is of, by how those before have ended."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from models.identifiers import CandidateNumber, JourneyId
from models.stages import Stage
from services.referrals.turns import Turn, turn_of
from tests.support.programmes import SERVICE
from tests.support.values import candidate_from

ENDED_ON = date(2024, 2, 29)
WINDOW = SERVICE.reopen_within_days
EARLIER, LATER = (CandidateNumber(candidate_from(start)) for start in "AB")


def line(stage: Stage, number: CandidateNumber = EARLIER, turn: int = 1, *, paused: bool = False) -> Any:
    """A journey that came to a stage on the leap day."""
    journey_id = JourneyId.of(number, SERVICE.id, turn)
    return SimpleNamespace(journey_id=journey_id, candidate=number, stage=stage, since=ENDED_ON, paused=paused)


def turn(*lines: Any, after: int, numbers: tuple[CandidateNumber, ...] = (EARLIER,)) -> Turn:
    """What a referral is of, so many days after the leap day."""
    lists: Any = SimpleNamespace(found=lambda **wanted: [one for one in lines if one.candidate in wanted["candidate"]])
    return turn_of(lists, numbers, SERVICE, ENDED_ON + timedelta(days=after))


@pytest.mark.parametrize(
    ("stage", "days", "expected"),
    [
        (Stage.CLOSED, -1, 1),  # an older list
        (Stage.CLOSED, WINDOW, 1),  # the last day on which it is reopened
        (Stage.CLOSED, WINDOW + 1, 2),
        (Stage.PERMANENT_ROLE, -40, 1),
        (Stage.PERMANENT_ROLE, 0, 1),
        (Stage.PERMANENT_ROLE, 1, 2),  # it is never reopened: whoever has lost the role begins anew at once
        (Stage.TEMPORARY_ROLE, 2 * WINDOW, 1),
    ],
)
def test_a_referral_is_of_a_new_journey_once_the_one_before_cannot_go_on(
    stage: Stage, days: int, expected: int
) -> None:
    found = turn(line(stage), after=days)
    assert found.journey_id == JourneyId.of(EARLIER, SERVICE.id, expected)
    assert (found.stands is None) == bool(found.earlier) == (expected > 1)


def test_a_pause_is_no_end() -> None:
    assert turn(line(Stage.CLOSED, paused=True), after=2 * WINDOW).stands is not None


def test_of_somebody_who_was_joined_the_journey_stands_that_stands_by_any_number() -> None:
    both, later = (EARLIER, LATER), line(Stage.INTERNSHIP, LATER)
    assert turn(later, after=9, numbers=both).stands is later
    assert turn(line(Stage.CLOSED), later, after=9, numbers=both).stands is later  # and not the one to be reopened
    assert turn(line(Stage.CLOSED), later, after=WINDOW + 1, numbers=both).stands is later
    closed = line(Stage.CLOSED, LATER)
    assert turn(closed, after=WINDOW, numbers=both).stands is closed


def test_who_was_joined_begins_anew_by_the_earlier_number() -> None:
    lines = [line(Stage.CLOSED, LATER), line(Stage.CLOSED, LATER, 2)]
    found = turn(*lines, after=WINDOW + 1, numbers=(EARLIER, LATER))
    assert (found.journey_id, found.earlier) == (JourneyId.of(EARLIER, SERVICE.id), tuple(lines))
    found = turn(line(Stage.CLOSED), *lines, after=WINDOW + 1, numbers=(EARLIER, LATER))
    assert found.journey_id == JourneyId.of(EARLIER, SERVICE.id, 2)
