"""A place that is offered is taken until the offer is declined or lapses, and can then be offered to the next."""

from sqlalchemy import Engine

from models.programme.programme import Programme
from models.stages import Stage
from models.state.deadlines import reached
from services.queries.lists import Lists
from tests.support.programmes import OFFERING, met
from tests.support.recording import ANNA, BO, CHARLIE, TRANSPORT, RecordedWay, recorder_on, rows_of, taken


def waits(engine: Engine, candidate: str, rules: Programme = OFFERING) -> RecordedWay:
    way = RecordedWay(recorder_on(engine), candidate, rules).comes("referred", "referral_accepted")
    profile = rules.profile("transport_service")
    assert profile is not None
    assert way.tells("requirements_checked", profile=profile.id, findings=met(profile)).accepted
    return way


def test_an_offer_takes_a_place_and_the_agreement_keeps_it(engine: Engine) -> None:
    way = waits(engine, ANNA)
    assert way.tells("place_offered", position=TRANSPORT).accepted
    assert taken(engine, TRANSPORT) == 1
    [line] = Lists(engine).journeys()
    assert (line.stage, line.position) == (Stage.AWAITING_PLACEMENT, TRANSPORT)
    assert way.comes("offer_answered")
    assert way.tells("internship_agreed", position=TRANSPORT).accepted
    assert taken(engine, TRANSPORT) == 1


def test_a_third_is_offered_the_place_once_somebody_has_declined_or_let_it_lapse(engine: Engine) -> None:
    first, second, third = (waits(engine, candidate) for candidate in (ANNA, BO, CHARLIE))
    for way in (first, second):
        assert way.tells("place_offered", position=TRANSPORT).accepted
    refused = third.tells("place_offered", position=TRANSPORT)
    assert (refused.accepted, refused.rule) == (False, "a_place_is_free")
    assert first.tells("offer_answered", accepted=False).accepted
    assert third.tells("place_offered", position=TRANSPORT).accepted
    second.later(14)
    for one in reached(second.state, second.day):
        assert second.tells("deadline_passed", deadline=one.deadline, step=one.step, due_on=one.due_on).accepted
    assert taken(engine, TRANSPORT) == 1
    assert [row["journey_id"] for row in rows_of(engine, "places_taken")] == [third.id]
