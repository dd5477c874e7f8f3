"""Histories as Temporal would keep them, of what a journey heard: made without a server, and not to be replayed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from auditing.evidence.history_reading import LOCAL_ACTIVITY
from auditing.verification.replay import JourneyReplayer
from models.events.events import SAID_BY_THE_JOURNEY, Event
from models.events.parsing import signed_event
from models.identifiers import JOURNEY_WORKFLOW, JourneyId
from models.journey.fold import Entry
from models.ledger.receipt import Receipt
from models.programme.programme import Programme
from models.signatures import EventSignature
from runtime.temporal.client import data_converter
from tests.support.values import MONDAY, at
from workflows.messages import JourneyStart

OUR_BUILD = "0.1.0-of-the-tests"


class NothingReplayed(JourneyReplayer):
    """Replays nothing: a workflow takes the answer of a recording as it stands in the history, so that a replay never
    tells whether a rule was broken."""

    def __init__(self) -> None:
        pass

    async def failures(self, _runs: object) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Heard:
    """What was sent to a journey, None of what it said itself, and the answer."""

    said: object | None
    receipt: Receipt


def sent(event: Event, signed: EventSignature | None) -> object | None:
    """An event as its author sends it; None where the journey says it itself."""
    if signed is not None:
        return signed_event(event, signed)
    return None if event.kind in SAID_BY_THE_JOURNEY else event


@dataclass
class ToldHistory:
    """What a journey has heard, in one run."""

    journey_id: JourneyId
    rules: Programme
    heard: list[Heard] = field(default_factory=list)

    def run(
        self, build: str = OUR_BUILD, rules: Programme | None = None, entries: tuple[Entry, ...] = ()
    ) -> WorkflowHistory:
        """The run, written by workers of a build and begun with these rules, or others, and these events."""
        start = JourneyStart(candidate=self.journey_id.candidate, rules=rules or self.rules, entries=entries)
        events = [*self._began(build, start), *(event for one in self.heard for event in _told(one))]
        for number, event in enumerate(events, 1):
            event.event_id = number
        return WorkflowHistory(self.journey_id, events)

    def _began(self, build: str, start: JourneyStart) -> Iterator[HistoryEvent]:
        moment = self.heard[0].receipt.recorded_at if self.heard else at(MONDAY)
        started = _event(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, moment)
        attributes = started.workflow_execution_started_event_attributes
        attributes.workflow_type.name = JOURNEY_WORKFLOW
        attributes.original_execution_run_id = f"run of {self.journey_id}"
        attributes.input.payloads.append(_payload(start))
        yield started
        completed = _event(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED, moment)
        completed.workflow_task_completed_event_attributes.worker_version.build_id = build
        yield completed


def _told(one: Heard) -> Iterator[HistoryEvent]:
    moment = one.receipt.recorded_at
    if (said := one.said) is not None:
        came = _event(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED, moment)
        came.workflow_execution_signaled_event_attributes.input.payloads.append(_payload(said))
        yield came
    recorded = _event(EventType.EVENT_TYPE_MARKER_RECORDED, moment)
    marker = recorded.marker_recorded_event_attributes
    marker.marker_name = LOCAL_ACTIVITY
    marker.details["result"].payloads.append(_payload(one.receipt))
    yield recorded


def _event(of: EventType.ValueType, moment: datetime) -> HistoryEvent:
    event = HistoryEvent(event_type=of)
    event.event_time.FromDatetime(moment)
    return event


def _payload(said: object) -> Payload:
    [payload] = data_converter().payload_converter.to_payloads([said])
    return payload
