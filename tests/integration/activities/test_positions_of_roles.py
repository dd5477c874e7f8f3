"""A role is on a position that there is, also where it comes by a correction."""

from sqlalchemy import Engine

from models.message import Message
from models.stages import Stage
from tests.support.builders import ROUTES
from tests.support.recording import RecordedWay, recorder_on


def evaluated(engine: Engine) -> RecordedWay:
    way = RecordedWay(recorder_on(engine), "C4ZEYN7RB")
    way.comes(*ROUTES[Stage.EVALUATION], "evaluation_recorded")
    return way


def test_no_role_is_agreed_on_a_position_that_there_is_not(engine: Engine) -> None:
    way = evaluated(engine)
    for position in ("teleporter", "landsarkivet_scanning"):  # that one is another programme's
        for kind in ("temporary_role_agreed", "permanent_role_agreed"):
            receipt = way.tells(kind, position=position)
            assert (receipt.accepted, receipt.rule) == (False, "the_position_exists")
            assert receipt.reason == Message(id="the_position_exists.unknown", values={"wanted": position})
    assert way.tells("temporary_role_agreed").accepted


def test_a_correction_brings_no_such_position_in(engine: Engine) -> None:
    way = evaluated(engine)
    agreed = way.tells("temporary_role_agreed")
    entry = way.journey.entries[-1].event
    assert entry.event_id == agreed.event_id
    wrong = entry.model_copy(update={"position": "teleporter"}).model_dump()
    correction = {"corrects": entry.event_id, "reason": "Moved.", "replacement": wrong}
    receipt = way.tells("corrected", actor="coordinator:bo.lind", **correction)
    assert (receipt.accepted, receipt.rule) == (False, "the_position_exists")
