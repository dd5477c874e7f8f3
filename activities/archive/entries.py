"""What the archive keeps of one run: its history as Temporal had it, compressed, with the hash by which it is known."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from google.protobuf.message import DecodeError
from pydantic import Field
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.client import WorkflowHistory

from activities.language import said
from models.fields import Strict
from models.message import Message, msg

GZIP = 16 + zlib.MAX_WBITS
"""So that `gunzip` reads it too. Lzma takes thirteen times as long, and saves a seventh, on the golden histories."""

LEVEL = 6

LARGEST = 256 * 1024 * 1024
"""Bytes: five times what Temporal lets a history become. What unpacks to more was not written by us."""


class RunKey(Strict):
    """One run of a journey. A journey that continues as new has several, all but the last of them closed."""

    journey_id: str
    run_id: str

    @property
    def key(self) -> "RunKey":
        """The key alone, of whatever has one."""
        return RunKey(journey_id=self.journey_id, run_id=self.run_id)


class ArchiveEntry(RunKey):
    """What is told of an archived run beside its history. `sha256` is that of the history before it was compressed."""

    started_at: datetime
    closed_at: datetime
    events: int
    sha256: str
    archived_at: datetime


class ArchivedRun(ArchiveEntry):
    """An archived run: `packed` is the history, serialized as `temporal.api.history.v1.History`, gzip-compressed."""

    packed: bytes = Field(repr=False)

    @property
    def entry(self) -> ArchiveEntry:
        return ArchiveEntry.model_validate(self.model_dump(exclude={"packed"}))

    def history(self) -> WorkflowHistory:
        """The history, byte for byte as it was archived. Raises EntryChanged where it is not."""
        serialized = _unpack(self)
        if sha256(serialized).hexdigest() != self.sha256:
            raise EntryChanged(self, msg("archive.other_hash", "its hash differs"))
        try:
            events = History.FromString(serialized).events
        except DecodeError as error:
            raise EntryChanged(self, msg("archive.not_a_history", "it is not a history")) from error
        if len(events) != self.events or not _is_of(self, events):
            raise EntryChanged(self, msg("archive.other_history", "it is the history of something else"))
        return WorkflowHistory(self.journey_id, list(events))


class EntryChanged(Exception):
    """What the archive has of a run is not what was archived. Repeating does not help. One sentence that says so.

    `readable` are the other runs of the journey, where all of them were asked for.
    """

    def __init__(self, key: RunKey, what: Message) -> None:
        self.sentence: Message = msg(
            "archive.entry_changed",
            "The archived history of {journey}, run {run}, is not as it was archived: {what}. "
            "Restore it from a backup and find out who changed it.",
            journey=key.journey_id,
            run=key.run_id,
            what=what,
        )
        self.readable: list[WorkflowHistory] = []
        super().__init__(said(self.sentence, "en"))


def serialized(events: Sequence[HistoryEvent]) -> bytes:
    """A history as bytes, the same for the same events."""
    return History(events=events).SerializeToString(deterministic=True)


def pack(
    key: RunKey, events: Sequence[HistoryEvent], *, started_at: datetime, closed_at: datetime, archived_at: datetime
) -> ArchivedRun:
    """The history of a closed run, ready for the archive. Moments are in UTC."""
    history = serialized(events)
    packer = zlib.compressobj(LEVEL, wbits=GZIP)
    return ArchivedRun(
        journey_id=key.journey_id,
        run_id=key.run_id,
        started_at=started_at,
        closed_at=closed_at,
        events=len(events),
        sha256=sha256(history).hexdigest(),
        archived_at=archived_at,
        packed=packer.compress(history) + packer.flush(),
    )


def _unpack(run: ArchivedRun) -> bytes:
    unpacker = zlib.decompressobj(wbits=GZIP)
    try:
        history = unpacker.decompress(run.packed, LARGEST)
    except zlib.error as error:
        raise EntryChanged(run, msg("archive.cannot_be_unpacked", "it cannot be unpacked")) from error
    if not unpacker.eof or unpacker.unused_data:
        raise EntryChanged(run, msg("archive.cannot_be_unpacked", "it cannot be unpacked"))
    return history


def _is_of(run: ArchivedRun, events: Sequence[HistoryEvent]) -> bool:
    """Whether the history says itself that it is this journey's. Servers before 1.21 do not have it say so."""
    started = events[0].workflow_execution_started_event_attributes
    return started.workflow_id in ("", run.journey_id)
