"""Nobody is in a programme twice at a time, whatever is referred, reopened or corrected in which of their journeys."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from models.access.statements import CandidatesJoined
from models.events.events import Event
from models.ledger.receipt import Receipt
from models.stages import Stage
from runtime.statement_log import StatementLog
from services.queries.lists import Lists
from tests.support.authority import SINCE, key_of
from tests.support.builders import ROUTES
from tests.support.recording import RecordedWay, recorder_on
from tests.support.values import MONDAY

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WINDOW = 90
"""Days within which a journey of this programme is reopened."""


@pytest.fixture
def first(engine: Engine) -> RecordedWay:
    """A journey that somebody has ended."""
    return RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.CLOSED])


def begins_anew(first: RecordedWay) -> RecordedWay:
    """The person is referred again, after the days in which the journey can be reopened."""
    again = RecordedWay(first.recorder, day=MONDAY + timedelta(days=WINDOW + 1), turn=2)
    return again.comes("referred")


def goes_on(first: RecordedWay, how: str, ended: Event) -> Receipt:
    """What would have the first journey go on: it is reopened, as if in time, or its end is struck."""
    said: dict[str, Any] = {"reopened": {"effective_on": MONDAY + timedelta(days=2)}}
    said["corrected"] = {"corrects": ended.event_id, "replacement": None}
    return first.later(WINDOW + 10).tells(how, **said[how])


@pytest.mark.parametrize("how", ["reopened", "corrected"])
def test_a_journey_stays_ended_once_the_next_has_begun(engine: Engine, first: RecordedWay, how: str) -> None:
    ended = first.journey.entries[-1].event
    begins_anew(first)
    receipt = goes_on(first, how, ended)
    assert (receipt.accepted, receipt.rule) == (False, "the_earlier_way_has_ended")
    assert {line.journey_id: line.stage for line in Lists(engine).journeys()} == {
        first.id: Stage.CLOSED,
        first.id.after: Stage.REFERRAL,
    }


@pytest.mark.parametrize("how", ["reopened", "corrected"])
def test_a_journey_goes_on_where_no_other_has_begun(first: RecordedWay, how: str) -> None:
    assert goes_on(first, how, first.journey.entries[-1].event).accepted


def test_why_a_journey_ended_is_put_right_though_the_next_has_begun(engine: Engine, first: RecordedWay) -> None:
    ended = first.journey.entries[-1].event
    begins_anew(first)
    right = {**ended.model_dump(mode="json"), "end_reason": "moved_away"}
    receipt = first.later(WINDOW + 10).tells("corrected", corrects=ended.event_id, replacement=right)
    assert receipt.accepted
    [line] = Lists(engine).journeys(stage=Stage.CLOSED)
    assert line.end_reason == "moved_away"


def test_the_next_journey_begins_only_once_the_one_before_has_ended(first: RecordedWay) -> None:
    assert goes_on(first, "reopened", first.journey.entries[-1].event).accepted
    again = RecordedWay(first.recorder, day=first.day, turn=2)
    assert again.tells("referred").rule == "the_earlier_way_has_ended"


def join(engine: Engine, later: RecordedWay, earlier: RecordedWay, *, undone: bool = False) -> None:
    said = CandidatesJoined(at=SINCE, later=later.id.candidate, earlier=earlier.id.candidate, undone=undone)
    StatementLog(engine).add(said, key_of("anna.berg"))


def test_who_was_joined_is_in_the_programme_by_each_number(engine: Engine, first: RecordedWay) -> None:
    other = RecordedWay(first.recorder, "C4ZEYN7RB").comes("referred")
    join(engine, other, first)
    assert goes_on(first, "reopened", first.journey.entries[-1].event).rule == "the_earlier_way_has_ended"
    again = RecordedWay(first.recorder, day=first.day, turn=2)
    assert again.tells("referred").rule == "the_earlier_way_has_ended"
    join(engine, other, first, undone=True)
    assert again.tells("referred").accepted


def test_who_was_joined_begins_anew_once_no_journey_stands(engine: Engine, first: RecordedWay) -> None:
    other = RecordedWay(first.recorder, "C4ZEYN7RB").comes(*ROUTES[Stage.CLOSED])
    join(engine, other, first)
    assert begins_anew(first).state.stage is Stage.REFERRAL
