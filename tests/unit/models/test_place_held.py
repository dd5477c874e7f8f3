"""Since when a place is held: by the event that took it, whatever came later."""

from datetime import timedelta

import pytest

from models.projections import placement_start as place_held
from models.projections.placement_start import place_since
from models.stages import Stage
from tests.support.builders import Way, way_to
from tests.support.values import MONDAY, at


def test_a_place_is_held_since_the_internship_was_agreed_on() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(3).happens("internship_extended")
    way.happens("repaired")
    assert place_since(way.journey) == at(MONDAY)


def test_a_correction_that_moves_the_internship_takes_the_place_anew() -> None:
    way = way_to(Stage.INTERNSHIP)
    agreed = way.journey.entries[-1].event
    moved = agreed.model_copy(update={"position": "lasarettet_transport"})
    way.later(3).happens("corrected", corrects=agreed.event_id, reason="Another ward", replacement=moved)
    assert place_since(way.journey) == at(MONDAY + timedelta(days=3))


def test_no_place_is_held_before_and_after() -> None:
    assert place_since(Way().journey) is None
    assert place_since(way_to(Stage.REFERRAL).journey) is None
    assert place_since(way_to(Stage.EVALUATION).journey) is None


def test_a_journey_of_very_many_corrections_holds_up_no_repair(monkeypatch: pytest.MonkeyPatch) -> None:
    way = way_to(Stage.INTERNSHIP)
    monkeypatch.setattr(place_held, "MOST_STEPS", len(way.journey.entries))
    assert place_since(way.journey) == at(MONDAY)
    way.happens("corrected")
    assert place_since(way.journey) is None
