"""Reading the runs of a journey, event by event, into what they tell."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import takewhile
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from activities.announce import Announced, Announcement
from activities.authority import BEHIND
from activities.other_journeys import FoundElsewhere
from activities.record import STRANGE
from auditing.evidence.history_model import Answered, Began, Digests, JourneyHistory, Sending, Sent, TookIn
from auditing.evidence.runs import CUT_OFF, OVER, continued_as, follows, in_order, why_no_journey, written_by
from models.canonical import digest_of
from models.events.parsing import SIGNATURE, Unreadable, read_signed
from models.identifiers import JOURNEY_WORKFLOW
from models.journey.fold import Entry
from models.ledger.receipt import Receipt
from models.message import InvalidValue, msg
from models.rules.recording import the_journey_is_the_ledgers
from models.signatures import salt_of
from runtime.encryption.payload_codec import is_sealed
from workflows.messages import JourneyStart

LOCAL_ACTIVITY = "core_local_activity"
"""Name of the marker that the SDK writes for the result of a local activity."""


LOOKED_AT = "open_journeys"
"""What the result of looking for other journeys has, and no receipt."""

SENDING = frozenset({"announce", "give_up"})
"""Names of the activities that end with the notices of an event sent or given up."""


BEGUN_WITH_OTHER_EVENTS = "It was begun with events that the ledger does not hold."


class SealedElsewhere(InvalidValue):
    """A history that stays shut, though the candidate's key is there."""

    def __init__(self) -> None:
        super().__init__(msg("history.sealed_elsewhere", "sealed for another namespace or with another key"))


async def read_runs(runs: Sequence[WorkflowHistory]) -> JourneyHistory:
    """What these runs tell. Raises ValueError where a payload says something else than it must, SealedElsewhere where
    that with which a run begins does not open."""
    history = JourneyHistory()
    kept: list[WorkflowHistory] = []
    for one in runs:
        if why_not := why_no_journey(one):
            history.no_journey.append((one.run_id, why_not))
        else:
            kept.append(one)
    if any(map(is_shut, kept)):
        raise SealedElsewhere
    kept.sort(key=in_order)
    found = [(run, _copied(run, kept[:number])) for number, run in enumerate(kept)]
    # What a run that was reset tells by itself happened after the reset, also where an earlier one than the last was.
    found.sort(key=lambda one: _moment(one[0].events[min(one[1], len(one[0].events) - 1)]))
    kept, copied = [run for run, _ in found], [so_many for _, so_many in found]
    for before, run in zip((None, *range(len(kept))), (*range(len(kept)), None), strict=True):
        if not any(copied[one] for one in (before, run) if one is not None):
            _note_what_is_gone(history, None if before is None else kept[before], None if run is None else kept[run])
    after_a_reset = _after_a_reset(kept, copied)
    for run, so_many in zip(kept, copied, strict=True):
        if run.events[-1].event_type in CUT_OFF:
            history.cut_off.append((_moment(run.events[0]), _moment(run.events[-1])))
        reader = _RunReader(run, history, after_a_reset)
        for event in run.events[so_many:]:
            await reader.read(event)
        history.events += len(run.events)
        history.builds.update(dict.fromkeys(written_by(run)))
    return history


def is_shut(run: WorkflowHistory) -> bool:
    """Whether what a journey's run begins with is sealed still, though the history was opened."""
    began = run.events[0].workflow_execution_started_event_attributes
    return began.workflow_type.name == JOURNEY_WORKFLOW and any(map(is_sealed, began.input.payloads))


def _after_a_reset(runs: Sequence[WorkflowHistory], copied: Sequence[int]) -> frozenset[str]:
    """The ids of the runs that continue one that was reset, and of those that continue these."""
    found: set[str] = set()
    for run, so_many in zip(runs, copied, strict=True):
        if so_many or (found and run.run_id in found):
            found.add(continued_as(run))
    return frozenset(found - {""})


def _copied(run: WorkflowHistory, earlier: Sequence[WorkflowHistory]) -> int:
    """How many events a run has from one that it was reset from: the server copies them as they stand."""
    return max((_common(run, other) for other in earlier if other.run_id == run.run_id), default=0)


def _common(run: WorkflowHistory, other: WorkflowHistory) -> int:
    both = zip(run.events, other.events, strict=False)
    return sum(1 for _ in takewhile(lambda pair: _mark(pair[0]) == _mark(pair[1]), both))


def _mark(event: HistoryEvent) -> tuple[int, int, int]:
    return event.event_id, event.event_type, event.event_time.ToNanoseconds()


def _note_what_is_gone(history: JourneyHistory, before: WorkflowHistory | None, run: WorkflowHistory | None) -> None:
    """The runs that one of two neighbours names and that are not there. A history names the run that it was reset from
    in the place of its own, so of those nothing is asked."""
    named, promised = follows(run) if run else "", continued_as(before) if before else ""
    if named and (before is None or before.run_id != named):
        history.gone.append(named)
    if promised and (run is None or run.run_id != promised) and promised not in history.gone:
        history.gone.append(promised)


class _RunReader:
    """Reads the events of one run into the history."""

    def __init__(self, run: WorkflowHistory, history: JourneyHistory, after_a_reset: frozenset[str]) -> None:
        self._run = run
        self._after_a_reset = after_a_reset
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
        for data in self._plain(attributes.input.payloads):
            start = JourneyStart.model_validate_json(data)
            rules = _json(data)["rules"]
            began = Began(self._run.run_id, attributes.continued_execution_run_id, start, rules)
            began.over = self._run.events[-1].event_type in OVER
            began.after_a_reset = bool(self._after_a_reset) and self._run.run_id in self._after_a_reset
            self._history.steps.append(began)
            self._began = began

    async def _signaled(self, event: HistoryEvent) -> None:
        await self._came(event.workflow_execution_signaled_event_attributes.input.payloads)

    async def _updated(self, event: HistoryEvent) -> None:
        accepted = event.workflow_execution_update_accepted_event_attributes.accepted_request
        await self._came(accepted.input.args.payloads)

    async def _came(self, payloads: Iterable[Payload]) -> None:
        for data in self._plain(payloads) or [b""]:
            content, signed = read_signed(data)
            if not isinstance(content, Unreadable):
                salt = salt_of(signed)
                digests = Digests(partial(_digest_as_written, data, salt), partial(digest_of, content, salt))
                self._history.sent[str(content.event_id)].append(Sent(content, digests, signed))
            self._history.bytes_sent.append(data)

    async def _cancelled(self, _event: HistoryEvent) -> None:
        self._history.bytes_sent.append(b"")

    async def _marked(self, event: HistoryEvent) -> None:
        marker = event.marker_recorded_event_attributes
        if marker.marker_name != LOCAL_ACTIVITY:
            return
        for data in self._plain(marker.details["result"].payloads):
            written = _json(data)
            if LOOKED_AT in written:
                self._history.looked.append(FoundElsewhere.model_validate_json(data))
                continue
            answered = Answered(Receipt.model_validate_json(data), written, _moment(event))
            self._history.steps.append(answered)
            if self._began is not None and answered.receipt.accepted:
                self._began.fruitful = True
            if answered.receipt.rule == the_journey_is_the_ledgers.id:
                self._is_strange()
        failure = marker.failure.application_failure_info
        if failure.type == STRANGE:
            self._is_strange()
        if failure.type == BEHIND:
            missed = self._plain(failure.details.payloads)
            self._history.steps.append(TookIn(tuple(map(Entry.model_validate_json, missed))))

    def _is_strange(self) -> None:
        if self._began is not None and not self._began.strange:
            self._began.strange = True
            self._history.no_journey.append((self._run.run_id, BEGUN_WITH_OTHER_EVENTS))

    async def _scheduled_activity(self, event: HistoryEvent) -> None:
        attributes = event.activity_task_scheduled_event_attributes
        if attributes.activity_type.name not in SENDING:
            return
        for data in self._plain(attributes.input.payloads):
            announcement = Announcement.model_validate_json(data)
            sending = Sending(_moment(event))
            self._history.sendings[str(announcement.event_id)].append(sending)
            self._scheduled[event.event_id] = sending

    async def _completed_activity(self, event: HistoryEvent) -> None:
        attributes = event.activity_task_completed_event_attributes
        sending = self._scheduled.get(attributes.scheduled_event_id)
        if sending is not None:
            sending.done_at = _moment(event)
            for data in self._plain(attributes.result.payloads):
                sending.outcome = Announced.model_validate_json(data) if data else None

    def _plain(self, payloads: Iterable[Payload]) -> list[bytes]:
        return [payload.data for payload in payloads]


_READERS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED: _RunReader._started,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED: _RunReader._signaled,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED: _RunReader._updated,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED: _RunReader._cancelled,
    EventType.EVENT_TYPE_MARKER_RECORDED: _RunReader._marked,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: _RunReader._scheduled_activity,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: _RunReader._completed_activity,
}


def _digest_as_written(data: bytes, salt: str) -> str:
    said = _json(data)
    said.pop(SIGNATURE, None)
    return digest_of(said, salt)


def _moment(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime(UTC)


def _json(data: bytes) -> dict[str, Any]:
    return dict(json.loads(data))
