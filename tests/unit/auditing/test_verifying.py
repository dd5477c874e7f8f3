"""Reading what an earlier version sent and recorded: that an event has more fields today is no finding."""

import json
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from auditing.evidence.history_model import Digests
from auditing.evidence.history_reading import read_runs
from models.canonical import digest_of
from models.events.events import EVENT
from models.stages import Stage
from tests.support.builders import way_to


def old_event() -> dict[str, Any]:
    """A change of rules, as a version wrote it that knew neither review nor training."""
    said: dict[str, Any] = EVENT.dump_python(way_to(Stage.INTERNSHIP).event("rules_changed"), mode="json")
    del said["rules"]["relevance"], said["rules"]["training"]
    return said


async def digests(sent: dict[str, Any]) -> Digests:
    """The digests under which the ledger may name an event that was sent so."""
    signal = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
    signal.workflow_execution_signaled_event_attributes.input.payloads.add(data=json.dumps(sent).encode())
    history = await read_runs([WorkflowHistory("journey", [HistoryEvent(), signal, HistoryEvent()])])
    [one] = history.sent[sent["event_id"]]
    return one.digests


async def test_an_event_of_an_earlier_version_was_sent_as_it_was_recorded() -> None:
    assert digest_of(old_event()) in await digests(old_event())
    assert digest_of(EVENT.validate_python(old_event())) in await digests(old_event())


async def test_an_event_that_was_recorded_otherwise_than_it_was_sent_is_found() -> None:
    assert digest_of({**old_event(), "reason": "Another reason"}) not in await digests(old_event())


@pytest.mark.parametrize("data", [b"", b"{", b"null", b"[1]", b"\xff"])
async def test_what_was_no_event_is_named_by_its_bytes(data: bytes) -> None:
    signal = HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED)
    signal.workflow_execution_signaled_event_attributes.input.payloads.add(data=data)
    history = await read_runs([WorkflowHistory("journey", [signal])])
    assert data in history.bytes_sent
