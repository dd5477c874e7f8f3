"""The place of an internship in a pause: kept, or freed for somebody else and asked for again."""

import pytest
from sqlalchemy import Engine

from models.events.events import Event
from models.stages import Stage
from services.queries.lists import Lists
from tests.support.recording import CANDIDATE, TRANSPORT, RecordedWay, on_transport, rows_of, taken

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def agreed(engine: Engine, candidate: str) -> RecordedWay:
    """Somebody in an internship on one of the two places of internal transports."""
    way = on_transport(engine, candidate)
    assert way.tells("internship_agreed", position=TRANSPORT).accepted
    return way


def test_a_freed_place_is_given_to_another_and_asked_for_again(engine: Engine) -> None:
    way = agreed(engine, CANDIDATE)
    agreed(engine, "JUYZL5D7Q")
    third = on_transport(engine, "M2M2M2M2E")

    def wants() -> Event:
        return third.event("internship_agreed", position=TRANSPORT)

    assert third.records(wants()).rule == "a_place_is_free"
    assert way.tells("paused", frees_place=True).accepted
    assert Lists(engine).journeys(candidate=CANDIDATE)[0].position is None
    assert taken(engine, TRANSPORT) == 1
    assert third.records(wants()).accepted

    refused = way.tells("resumed")
    assert refused.reason is not None
    assert (refused.rule, refused.reason.id) == ("a_place_is_free", "a_place_is_free.after_the_pause")
    assert way.state.paused
    assert way.tells("resumed", seeks_new_place=True).accepted
    assert (way.state.stage, taken(engine, TRANSPORT)) == (Stage.AWAITING_PLACEMENT, 2)


def test_a_place_that_is_free_still_is_taken_again_at_resuming_and_a_kept_one_stays(engine: Engine) -> None:
    way = agreed(engine, CANDIDATE)
    assert way.tells("paused").accepted
    assert taken(engine, TRANSPORT) == 1
    assert way.tells("resumed").accepted
    assert way.tells("paused", frees_place=True).accepted
    assert rows_of(engine, "places_taken") == []
    assert way.tells("resumed").accepted
    assert (way.state.stage, taken(engine, TRANSPORT)) == (Stage.INTERNSHIP, 1)
