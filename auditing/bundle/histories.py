"""Histories as files of a bundle: packed, unpacked within bounds, and refused where no server wrote them so."""

import zlib
from collections.abc import Iterator, Sequence

from google.protobuf.message import DecodeError
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History, HistoryEvent

from activities.archive.runs import GZIP, LEVEL, serialized
from models.message import Message, msg

MOST_EVENTS = 102_400
"""Twice what Temporal lets a run have."""

ENDS_A_TASK = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
    }
)


PACKING = msg("found.cannot_be_unpacked", "it cannot be unpacked")
FORM = msg("found.not_a_history", "it is no history")


class NotAHistory(ValueError):
    """What should be a history is none that a server wrote."""

    def __init__(self, what: Message) -> None:
        super().__init__(str(what))
        self.what = what


def packed(events: Sequence[HistoryEvent]) -> bytes:
    """The same bytes for the same events."""
    packer = zlib.compressobj(LEVEL, wbits=GZIP)
    return packer.compress(serialized(events)) + packer.flush()


def inflated(content: bytes, largest: int) -> bytes:
    """A history as it is serialized. Raises NotAHistory, with what is wrong."""
    unpacker = zlib.decompressobj(wbits=GZIP)
    try:
        history = unpacker.decompress(content, largest)
    except zlib.error as error:
        raise NotAHistory(PACKING) from error
    if not unpacker.eof or unpacker.unused_data:
        raise NotAHistory(PACKING)
    return history


def events_in(history: bytes) -> list[HistoryEvent]:
    """The events of a history. Raises NotAHistory, with what is wrong, where it is none."""
    try:
        events = History.FromString(history).events
    except DecodeError as error:
        raise NotAHistory(FORM) from error
    if not 0 < len(events) <= MOST_EVENTS or not all(_stand_as_a_server_writes(list(events))):
        raise NotAHistory(FORM)
    return list(events)


def _stand_as_a_server_writes(events: Sequence[HistoryEvent]) -> Iterator[bool]:
    """Whether events are numbered, dated and of one kind each, and each task under way ends before anything else.

    The SDK's replayer takes that for granted: where it is not so, it stops and never answers.
    """
    started = events[0].workflow_execution_started_event_attributes
    yield started.HasField("workflow_type") and bool(started.original_execution_run_id)
    kinds = [event.event_type for event in events]
    tasks = (EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED, EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
    last = max((number for number, kind in enumerate(kinds) if kind in tasks), default=0)
    for number, event in enumerate(events):
        yield event.event_id == number + 1 and event.WhichOneof("attributes") == _attributes_of(event.event_type)
        yield _is_dated(event)
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED and number < last:
            yield kinds[number + 1] in ENDS_A_TASK


def _attributes_of(kind: int) -> str:
    """What an event of this kind has; of an unknown kind, nothing that any has."""
    name = EventType.Name(kind) if kind in EventType.values() else ""  # type: ignore[arg-type]
    return f"{name.removeprefix('EVENT_TYPE_').lower()}_event_attributes"


def _is_dated(event: HistoryEvent) -> bool:
    try:
        return event.event_time.ToDatetime().year > 1
    except (ValueError, OverflowError):
        return False
