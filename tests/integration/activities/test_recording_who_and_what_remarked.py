"""What only the database and the directory know of a new coordinator and of a remark that an event names."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from models.ledger.receipt import Receipt
from models.rules.recording import DECIDED_IN_RECORDING
from models.stages import Stage
from services.queries.lists import Lists
from services.remarks import Remark, keep
from tests.support.builders import ROUTES
from tests.support.recording import RecordedWay, recorder_on
from tests.support.values import is_one_sentence

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REMARK = UUID("3f0c7c7e-5a7b-4b52-9b0e-0d8c1f6f7a11")


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    return RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.INTERNSHIP])


def kept(engine: Engine, journey_id: str) -> None:
    keep(engine, Remark(id=REMARK, journey_id=journey_id, written_by="x", written_at=NOW, text="Learns quickly"))


def refused(receipt: Receipt, rule: str) -> None:
    assert (receipt.accepted, receipt.rule) == (False, rule)
    assert is_one_sentence(receipt.message)
    assert rule in DECIDED_IN_RECORDING


def replacing(way: RecordedWay, kind: str, **fields: Any) -> dict[str, Any]:
    """A correction that puts this in the place of the last event."""
    last = way.journey.entries[-1].event
    said = way.event(kind, event_id=last.event_id, **fields)
    return {"corrects": last.event_id, "reason": "Mistyped", "replacement": said.model_dump()}


def test_lists_follow_the_new_coordinator(engine: Engine, way: RecordedWay) -> None:
    way.tells("coordinator_changed", coordinator="bo.lind")
    lists = Lists(engine)
    assert [line.candidate for line in lists.journeys(coordinator="bo.lind")] == [way.candidate]
    assert lists.journeys(coordinator="anna.berg") == []
    day = way.later(30).day
    assert [line.candidate for line in lists.today(day, coordinator="bo.lind").lines] == [way.candidate]
    assert lists.today(day, coordinator="anna.berg").lines == ()
    assert {notice.recipient for notice in lists.notices() if notice.kind == "coordinator_changed"} == {
        "anna.berg",
        "bo.lind",
    }


@pytest.mark.parametrize("nobody", ["nils.ny", "samhall"])
def test_nobody_unknown_takes_over(engine: Engine, way: RecordedWay, nobody: str) -> None:
    refused(way.tells("coordinator_changed", coordinator=nobody), "the_coordinator_is_known")
    way.tells("coordinator_changed", coordinator="bo.lind")
    said = replacing(way, "coordinator_changed", coordinator=nobody)
    refused(way.tells("corrected", **said), "the_coordinator_is_known")
    assert [line.coordinator for line in Lists(engine).journeys()] == ["bo.lind"]


@pytest.mark.parametrize("nobody", ["nils.ny", "samhall"])
def test_nobody_is_referred_to_somebody_unknown(engine: Engine, nobody: str) -> None:
    way = RecordedWay(recorder_on(engine), "C4ZEYN7RB")
    refused(way.tells("referred", coordinator=nobody), "the_coordinator_is_known")
    assert way.tells("referred").accepted


def test_an_event_whose_remark_is_kept_is_recorded(engine: Engine, way: RecordedWay) -> None:
    kept(engine, way.id)
    assert way.tells("check_in_recorded", remark_id=REMARK).accepted


def test_an_event_whose_remark_is_nowhere_is_refused(way: RecordedWay) -> None:
    refused(way.tells("check_in_recorded", remark_id=REMARK), "the_remark_is_kept")
    assert way.tells("check_in_recorded").accepted
    refused(way.tells("corrected", **replacing(way, "check_in_recorded", remark_id=REMARK)), "the_remark_is_kept")


def test_an_event_does_not_take_the_remark_of_another_journey(engine: Engine, way: RecordedWay) -> None:
    kept(engine, "journey/C4ZEYN7RB/service_division")
    refused(way.tells("check_in_recorded", remark_id=REMARK), "the_remark_is_kept")
