"""What only the database and the directory know of a new coordinator and of the texts of an event."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from models.events.events import Event
from models.ledger.receipt import Receipt
from models.rules.recording import DECIDED_IN_RECORDING
from models.stages import Stage
from services.queries.lists import Lists
from tests.support.builders import ROUTES
from tests.support.programmes import SERVICE
from tests.support.recording import RecordedWay, recorded_way, recorder_on
from tests.support.values import is_one_sentence

TEXT = "Learns quickly"


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    return RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.INTERNSHIP])


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


def test_nobody_says_by_a_correction_what_they_may_not_say(way: RecordedWay) -> None:
    way.comes("note_added")
    for kind, by in (("rules_changed", "coordinator:bo.lind"), ("withdrawn", "supervisor:maria.ek")):
        refused(way.tells("corrected", actor=by, **replacing(way, kind)), "the_author_is_permitted")
    mine = replacing(way, "check_in_recorded")
    assert way.tells("corrected", actor="supervisor:maria.ek", **mine).accepted


def test_no_correction_brings_rules_that_were_never_put_in_force(way: RecordedWay) -> None:
    way.comes("note_added")
    rules = SERVICE.model_copy(update={"reopen_within_days": 999})
    replacement = replacing(way, "rules_changed", rules=rules.model_dump())
    refused(way.tells("corrected", actor="manager:lena.strand", **replacement), "the_rules_are_registered")


def sent(way: RecordedWay, event: Event) -> Receipt:
    """What a client sends that keeps no texts apart."""
    return way.recorder.record(way.entry(event))


def test_an_event_that_carries_a_text_is_refused_and_nothing_of_it_is_kept(way: RecordedWay) -> None:
    event = way.event("check_in_recorded", remark=TEXT)
    refused(sent(way, event), "the_text_is_kept_apart")
    line = Lists(way.recorder.engine).ledger(way.id)[-1]
    assert line.event is None
    assert way.records(event).accepted  # the same event, sent as it should be
    replacement = replacing(way, "check_in_recorded", remark=TEXT)
    refused(sent(way, way.event("corrected", **replacement)), "the_text_is_kept_apart")


def test_the_text_of_an_event_that_the_rules_refuse_is_not_kept_either(way: RecordedWay) -> None:
    refused(sent(way, way.event("referral_declined", reason=TEXT)), "the_text_is_kept_apart")


def test_a_reference_counts_for_its_event_and_its_journey_alone(engine: Engine, way: RecordedWay) -> None:
    first, second = (way.event("check_in_recorded", remark=TEXT) for _ in range(2))
    kept = way.keeps(first)
    reference = kept.model_dump()["remark"]
    refused(sent(way, second.model_copy(update={"remark": reference})), "the_text_is_kept_apart")
    refused(sent(way, second.model_copy(update={"remark": f"text:{'0' * 64}"})), "the_text_is_kept_apart")
    other = recorded_way(engine, "C4ZEYN7RB", Stage.INTERNSHIP)
    refused(sent(other, kept), "the_text_is_kept_apart")
    assert sent(way, kept).accepted


def test_a_reference_to_a_text_that_does_not_open_is_refused(engine: Engine, way: RecordedWay) -> None:
    kept = way.keeps(way.event("check_in_recorded", remark=TEXT))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("alter table texts disable trigger all"))
        else:
            connection.execute(text("drop trigger texts_no_update"))
        connection.execute(text("update texts set contents = (select max(contents) from ledger)"))
    refused(sent(way, kept), "the_text_is_kept_apart")
