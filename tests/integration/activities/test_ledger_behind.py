"""A database that was put back to an earlier day: nothing is written over what a journey knows and the ledger lacks."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from temporalio.exceptions import ApplicationError

from activities.ledger_head import LEDGER_BEHIND, LONGEST_PAUSE, LedgerBehind
from models.journey.fold import mark_of
from models.rules.recording import the_journey_is_the_ledgers
from models.stages import Stage
from tests.support.builders import ROUTES
from tests.support.recording import RecordedWay, by_hand, everything, recorder_on, rows_of


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    return RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.AWAITING_PLACEMENT])


def put_back(way: RecordedWay, kept: int) -> list[dict[str, Any]]:
    """The ledger as it was when the journey had so many rows; returns those that it then lacks."""
    engine = way.recorder.engine
    lost = [row for row in rows_of(engine, "ledger", "row") if row["row"] > kept]
    for row in reversed(lost):
        by_hand(engine, "delete from ledger where journey_id = :id and row = :row", id=way.id, row=row["row"])
    return lost


def waits(way: RecordedWay, **of_run: Any) -> None:
    """The next event is not recorded, and nothing is written."""
    before = everything(way.recorder.engine)
    entry = way.entry(way.event("internship_agreed")).model_copy(update=of_run)
    with pytest.raises(ApplicationError) as raised:
        way.recorder.record(entry)
    assert (raised.value.type, raised.value.non_retryable) == (LEDGER_BEHIND, False)
    assert everything(way.recorder.engine) == before


@pytest.mark.parametrize("kept", [2, 1, 0])
def test_an_event_waits_while_the_ledger_lacks_what_its_journey_knows(way: RecordedWay, kept: int) -> None:
    lost = put_back(way, kept)
    waits(way)
    with way.recorder.engine.begin() as connection:
        for row in lost:
            columns = ", ".join(row)
            connection.execute(
                text(f"insert into ledger ({columns}) values ({', '.join(f':{name}' for name in row)})"), row
            )
    assert way.tells("internship_agreed").row == 4


def test_an_event_waits_while_the_ledger_lacks_a_refusal_that_was_answered(way: RecordedWay) -> None:
    refused = way.tells("referral_accepted")
    assert (refused.accepted, refused.row) == (False, 4)
    put_back(way, 3)
    waits(way, rows=refused.row)


def test_an_event_waits_where_the_ledger_holds_as_many_others(way: RecordedWay) -> None:
    waits(way, last=uuid4())


def test_a_run_that_another_has_handed_on_to_waits_while_the_ledger_lacks_what_it_brings(way: RecordedWay) -> None:
    carried = tuple(mark_of(one.event, one.recorded_at) for one in way.journey.entries)
    put_back(way, 2)
    waits(way, carried=carried, continued=True)
    # One that somebody has started by hand has made up the rest.
    entry = way.entry(way.event("internship_agreed"))
    receipt = way.recorder.record(entry.model_copy(update={"carried": carried}))
    assert receipt.rule == the_journey_is_the_ledgers.id


def test_a_run_with_other_events_is_a_strangers_however_it_says_that_it_began(way: RecordedWay) -> None:
    carried = tuple(mark_of(one.event, one.recorded_at) for one in way.journey.entries)
    made_up = (*carried[:-1], f"{'0' * 64} {carried[-1].partition(' ')[2]}")
    entry = way.entry(way.event("internship_agreed"))
    receipt = way.recorder.record(entry.model_copy(update={"carried": made_up, "continued": True}))
    assert receipt.rule == the_journey_is_the_ledgers.id


def test_looks_are_far_apart_after_a_while() -> None:
    pauses = [LedgerBehind(attempt).next_retry_delay for attempt in (1, 2, 3, 1_000)]
    assert [pause.total_seconds() for pause in pauses if pause] == [0.2, 0.4, 0.8, LONGEST_PAUSE.total_seconds()]
