"""Histories that somebody hands over: those of a server are read, and none reaches the replayer that would stop it."""

import gzip
from collections.abc import Callable

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from auditing.bundle.histories import MOST_EVENTS, NotAHistory, _attributes_of, events_in, inflated, packed
from tests.support.histories import HISTORIES, read_history

Events = list[HistoryEvent]
GOLDEN = ("came_back", "continued_as_new-1")


def golden(name: str) -> Events:
    return list(read_history(HISTORIES / f"{name}.json").events)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_history_of_a_server_is_read_as_it_was_packed(name: str) -> None:
    events = golden(name)
    assert events_in(inflated(packed(events), 10_000_000)) == events


def test_each_kind_of_event_has_attributes_of_its_name() -> None:
    names = {field.name for field in HistoryEvent.DESCRIPTOR.oneofs_by_name["attributes"].fields}
    assert {_attributes_of(kind) for kind in EventType.values() if kind} == names
    assert _attributes_of(9_999) not in names


def first(events: Events, kind: "EventType.ValueType") -> int:
    return next(number for number, event in enumerate(events) if event.event_type == kind)


def put(events: Events, number: int, event: HistoryEvent) -> None:
    """Put an event in, and number all of them anew."""
    events.insert(number, HistoryEvent.FromString(event.SerializeToString()))
    for at, one in enumerate(events, 1):
        one.event_id = at


def a_task_that_never_ends(events: Events) -> None:
    put(events, first(events, EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED) + 1, events[1])


MEDDLINGS: dict[str, Callable[[Events], object]] = {
    "nothing": lambda events: events.clear(),
    "the beginning gone": lambda events: events.pop(0),
    "an event gone": lambda events: events.pop(2),
    "events swapped": lambda events: events.insert(2, events.pop(3)),
    "another kind": lambda events: setattr(events[2], "event_type", EventType.EVENT_TYPE_TIMER_FIRED),
    "an unknown kind": lambda events: setattr(events[2], "event_type", 9_999),
    "without attributes": lambda events: events[2].ClearField("workflow_task_started_event_attributes"),
    "no workflow's": lambda events: events[0].workflow_execution_started_event_attributes.ClearField("workflow_type"),
    "without a run": lambda events: events[0].workflow_execution_started_event_attributes.ClearField(
        "original_execution_run_id"
    ),
    "without a date": lambda events: events[2].event_time.CopyFrom(type(events[2].event_time)(seconds=2**60)),
    "before all dates": lambda events: events[2].event_time.FromJsonString("0001-01-01T00:00:00Z"),
    "a task that never ends": a_task_that_never_ends,
}


@pytest.mark.parametrize("meddling", MEDDLINGS)
def test_a_history_that_no_server_wrote_is_not_read(meddling: str) -> None:
    events = golden("came_back")
    MEDDLINGS[meddling](events)
    with pytest.raises(NotAHistory, match="found.not_a_history"):
        events_in(inflated(packed(events), 10_000_000))


def test_more_than_a_run_can_have_is_not_read() -> None:
    with pytest.raises(NotAHistory, match="found.cannot_be_unpacked"):
        inflated(gzip.compress(bytes(1_000)), 999)
    with pytest.raises(NotAHistory, match="found.cannot_be_unpacked"):
        inflated(gzip.compress(b"")[:-1], 999)
    with pytest.raises(NotAHistory, match="found.not_a_history"):
        events_in(b"\x0a\x00" * (MOST_EVENTS + 1))
