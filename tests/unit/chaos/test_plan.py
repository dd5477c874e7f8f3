"""The plan of faults: the same from the same seed, and with each class in it."""

from random import Random

import pytest

from models.identifiers import JourneyId
from models.journey.journey import Journey
from tests.chaos.actors import drawn
from tests.chaos.faults import MEETS, PARTS, plan
from tests.support.programmes import SERVICE


def test_the_same_seed_breaks_the_same_things_at_the_same_moments() -> None:
    assert plan(7, 600, 14) == plan(7, 600, 14)
    assert plan(7, 600, 14) != plan(8, 600, 14)


@pytest.mark.parametrize("seed", range(20))
def test_each_class_comes_and_each_part_is_killed_and_paused(seed: int) -> None:
    faults = plan(seed, 30, 60)
    assert {fault.fault for fault in faults} == set(MEETS)
    for how in ("kill", "pause"):
        assert {fault.meets for fault in faults if fault.fault == how} == set(PARTS)
    assert all(fault.at < 30 and fault.lasts <= 30 / 8 for fault in faults)


def test_a_class_that_is_switched_off_never_comes() -> None:
    without = ("move the clock", "fill the disk")
    assert {fault.fault for fault in plan(3, 600, 14, without)} == set(MEETS) - set(without)


def test_the_same_seed_draws_the_same_events() -> None:
    journey = Journey(SERVICE, journey_id=JourneyId.parse("journey/K7Q29FMXB/service_division"))
    once, again = (_some(Random(5), journey) for _ in range(2))
    assert once == again
    assert len({event[0] for event in once}) == len(once)


def _some(random: Random, journey: Journey) -> list[tuple[object, str]]:
    return [(event.event_id, event.kind) for event in (drawn(random, journey) for _ in range(20))]
