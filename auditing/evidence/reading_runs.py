"""Reading the histories of a journey, event by event, into what they tell."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.common import RawValue

from activities.announce import Announced, Announcement
from activities.record import BEHIND
from auditing.evidence.history_model import Answered, Began, Digests, JourneyHistory, Sending, Sent, TookIn
from auditing.evidence.runs import continued_as, follows, written_by
from models.canonical import digest_of
from models.events.parsing import SIGNATURE, Unreadable, read_signed
from models.identifiers import JOURNEY_WORKFLOW
from models.journey.fold import Entry
from models.ledger.receipt import Receipt
from runtime.temporal.client import data_converter
from workflows.messages import JourneyStart
from workflows.resend_notices import RESEND_NOTICES
from workflows.starting import why_not_begun

LOCAL_ACTIVITY = "core_local_activity"
"""Name of the marker that the SDK writes for the result of a local activity."""


SENDING = frozenset({"announce", "give_up"})
"""Names of the activities that end with the notices of an event sent or given up."""


CUT_OFF = frozenset(
    {EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT}
)
"""How a run ends that did not end itself."""

AT_WORK = frozenset({EventType.EVENT_TYPE_MARKER_RECORDED, EventType.EVENT_TYPE_TIMER_STARTED})
"""What a run does that has begun, and a run that was started wrongly never does."""


async def read_runs(runs: Sequence[WorkflowHistory]) -> JourneyHistory:
    """What these runs tell. Raises ValueError where a payload says something else than it must."""
    history = JourneyHistory()
    before: WorkflowHistory | None = None
    for run in runs:
        if why_not := await _why_no_journey(run):
            history.no_journey.append((run.run_id, why_not))
            continue
        reader = _RunReader(run, history)
        _note_what_is_gone(history, before, run)
        if run.events[-1].event_type in CUT_OFF:
            history.cut_off.append((_moment(run.events[0]), _moment(run.events[-1])))
        for event in run.events:
            await reader.read(event)
        history.events += len(run.events)
        history.builds.update(dict.fromkeys(written_by(run)))
        before = run
    if before is not None and (next_run := continued_as(before)):
        history.gone.append(next_run)
    return history


def _note_what_is_gone(history: JourneyHistory, before: WorkflowHistory | None, run: WorkflowHistory) -> None:
    if follows(run) and (before is None or before.run_id != follows(run)):
        history.gone.append(follows(run))
    promised = continued_as(before) if before is not None else ""
    if promised and promised != run.run_id and promised not in history.gone:
        history.gone.append(promised)


async def _why_no_journey(run: WorkflowHistory) -> str | None:
    """Why a run under a journey's id tells nothing of it; None where it does, or sent its dead letters again.

    A run that has failed, or has done nothing yet, may have been started wrongly; all others have begun.
    """
    began = run.events[0].workflow_execution_started_event_attributes
    if (name := began.workflow_type.name) not in (JOURNEY_WORKFLOW, RESEND_NOTICES, ""):
        return f"It is of the type {name}."
    if (
        name != JOURNEY_WORKFLOW
        or began.continued_execution_run_id
        or any(event.event_type in AT_WORK for event in run.events)
    ):
        return None
    payloads = await _decoded(began.input.payloads)
    return why_not_begun([RawValue(payload) for payload in payloads], run.workflow_id)


async def _decoded(payloads: Iterable[Payload]) -> list[Payload]:
    """Payloads decoded where they are encoded. What cannot be decoded is not read at all."""
    payloads, codec = list(payloads), data_converter().payload_codec
    return await codec.decode(payloads) if codec is not None and payloads else payloads


class _RunReader:
    """Reads the events of one run into the history."""

    def __init__(self, run: WorkflowHistory, history: JourneyHistory) -> None:
        self._run = run
        self._history = history
        self._scheduled: dict[int, Sending] = {}
        self._began: Began | None = None

    async def read(self, event: HistoryEvent) -> None:
        reading = _READERS.get(event.event_type)
        if reading is not None:
            await reading(self, event)

    async def _started(self, event: HistoryEvent) -> None:
        attributes = event.workflow_execution_started_event_attributes
        if attributes.workflow_type.name != JOURNEY_WORKFLOW:
            return  # one that sends dead letters again
        for data in await self._plain(attributes.input.payloads):
            start = JourneyStart.model_validate_json(data)
            rules = _json(data)["rules"]
            began = Began(self._run.run_id, attributes.continued_execution_run_id, start, rules)
            self._history.steps.append(began)
            self._began = began

    async def _signaled(self, event: HistoryEvent) -> None:
        await self._came(event.workflow_execution_signaled_event_attributes.input.payloads)

    async def _updated(self, event: HistoryEvent) -> None:
        accepted = event.workflow_execution_update_accepted_event_attributes.accepted_request
        await self._came(accepted.input.args.payloads)

    async def _came(self, payloads: Iterable[Payload]) -> None:
        for data in await self._plain(payloads) or [b""]:
            content, _ = read_signed(data)
            if not isinstance(content, Unreadable):
                digests = Digests(partial(_digest_as_written, data), partial(digest_of, content))
                self._history.sent[str(content.event_id)].append(Sent(content, digests))
            self._history.bytes_sent.append(data)

    async def _cancelled(self, _event: HistoryEvent) -> None:
        self._history.bytes_sent.append(b"")

    async def _marked(self, event: HistoryEvent) -> None:
        marker = event.marker_recorded_event_attributes
        if marker.marker_name != LOCAL_ACTIVITY:
            return
        for data in await self._plain(marker.details["result"].payloads):
            written = _json(data)
            answered = Answered(Receipt.model_validate_json(data), written, _moment(event))
            self._history.steps.append(answered)
            if self._began is not None and answered.receipt.accepted:
                self._began.fruitful = True
        failure = marker.failure.application_failure_info
        if failure.type == BEHIND:
            missed = await self._plain(failure.details.payloads)
            self._history.steps.append(TookIn(tuple(map(Entry.model_validate_json, missed))))

    async def _scheduled_activity(self, event: HistoryEvent) -> None:
        attributes = event.activity_task_scheduled_event_attributes
        if attributes.activity_type.name not in SENDING:
            return
        for data in await self._plain(attributes.input.payloads):
            announcement = Announcement.model_validate_json(data)
            sending = Sending(_moment(event))
            self._history.sendings[str(announcement.event_id)].append(sending)
            self._scheduled[event.event_id] = sending

    async def _completed_activity(self, event: HistoryEvent) -> None:
        attributes = event.activity_task_completed_event_attributes
        sending = self._scheduled.get(attributes.scheduled_event_id)
        if sending is not None:
            sending.ended_at = _moment(event)
            for data in await self._plain(attributes.result.payloads):
                sending.outcome = Announced.model_validate_json(data) if data else None

    async def _plain(self, payloads: Iterable[Payload]) -> list[bytes]:
        return [payload.data for payload in await _decoded(payloads)]


_READERS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: _RunReader._started,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: _RunReader._signaled,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: _RunReader._updated,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED: _RunReader._cancelled,
    EventType.EVENT_TYPE_MARKER_RECORDED: _RunReader._marked,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: _RunReader._scheduled_activity,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: _RunReader._completed_activity,
}


def _digest_as_written(data: bytes) -> str:
    said = _json(data)
    said.pop(SIGNATURE, None)
    return digest_of(said)


def _moment(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime(UTC)


def _json(data: bytes) -> dict[str, Any]:
    return dict(json.loads(data))
