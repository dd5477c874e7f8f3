"""Which of somebody's journeys a referral is of, by how the one before has ended."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from models.identifiers import JourneyId
from models.stages import Stage
from services.referrals.turns import turn_of
from tests.support.programmes import SERVICE

ENDED_ON = date(2024, 2, 29)
WINDOW = SERVICE.reopen_within_days
FIRST = JourneyId.of("K7Q29FMXB", SERVICE.id)


def turn(stage: Stage, days: int, *, paused: bool = False) -> int:
    """Of which journey a referral is, so many days after the first one came to a stage."""
    line = SimpleNamespace(journey_id=FIRST, stage=stage, since=ENDED_ON, paused=paused)
    lists: Any = SimpleNamespace(found=lambda **_: [line])
    found = turn_of(lists, FIRST.candidate, SERVICE, ENDED_ON + timedelta(days=days))
    assert (found.stands is None) == (found.journey_id != FIRST) == bool(found.earlier)
    return found.journey_id.turn


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
    assert turn(stage, days) == expected


def test_a_pause_is_no_end() -> None:
    assert turn(Stage.CLOSED, 2 * WINDOW, paused=True) == 1
