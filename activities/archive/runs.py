"""Closed runs of journeys, and of what sent their dead notices again: as the server lists them until it drops them, and
as the archive keeps them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Protocol

from google.protobuf.message import DecodeError
from pydantic import Field
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecution, WorkflowHistory

from activities.language import said
from models.fields import Strict
from models.identifiers import RESEND_NOTICES, resent_by
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
        return ArchivedHistory(self.journey_id, list(events), self.run_id)


@dataclass(frozen=True)
class ArchivedHistory(WorkflowHistory):
    """A history from the archive. `listed_as` is the run's id as the server listed it: the history of a run that was
    reset names in its place the run that it was reset from."""

    listed_as: str = ""


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
    return started.workflow_id in ("", run.journey_id) or resent_by(started.workflow_id) == run.journey_id


ALARM_AHEAD = timedelta(days=3)
"""A history that is not archived so long before it goes is told of: nights enough to mend what keeps it."""

PAGE = 200
"""Runs that are listed at once: enough that asking does not count, few enough that a new beginning costs little."""


class ClosedRun(RunKey):
    """A run that has closed. `goes_at` is the moment, in UTC, from which the server may drop its history. `workflow_id`
    is that of the workflow, where it is not the journey's own: one that sent its dead notices again."""

    workflow_id: str | None = None
    started_at: datetime
    closed_at: datetime
    goes_at: datetime

    def is_about_to_go(self, retention: timedelta, now: datetime) -> bool:
        """Whether the server may soon drop it: within `ALARM_AHEAD`, or half of a retention that is shorter."""
        return self.goes_at - now <= min(ALARM_AHEAD, retention / 2)


class ClosedRuns(Strict):
    """Closed runs, and the token of the page after them; empty where there is none."""

    runs: tuple[ClosedRun, ...]
    following: bytes = b""


class Server(Protocol):
    """What is asked of Temporal. Every method raises RPCError."""

    async def retention(self) -> timedelta:
        """How long the namespace keeps the history of a closed run."""
        ...

    async def closed_runs(self, workflow: str, retention: timedelta, page: bytes = b"") -> ClosedRuns:
        """A page of the closed runs of a type of workflow, and of those that sent dead notices again; of those
        continued as new, each run for itself."""
        ...

    async def history(self, key: RunKey) -> WorkflowHistory:
        """The history of a run, as it lies on the server: what is encrypted stays so."""
        ...


class TemporalServer:
    """See `Server`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def retention(self) -> timedelta:
        asked = DescribeNamespaceRequest(namespace=self._client.namespace)
        answer = await self._client.workflow_service.describe_namespace(asked)
        return answer.config.workflow_execution_retention_ttl.ToTimedelta()

    async def closed_runs(self, workflow: str, retention: timedelta, page: bytes = b"") -> ClosedRuns:
        query = f'WorkflowType IN ("{workflow}", "{RESEND_NOTICES}") AND ExecutionStatus != "Running"'
        listing = self._client.list_workflows(query, page_size=PAGE, next_page_token=page or None)
        await listing.fetch_next_page()
        runs = (_closed(run, retention) for run in listing.current_page or ())
        return ClosedRuns(runs=tuple(run for run in runs if run is not None), following=listing.next_page_token or b"")

    async def history(self, key: RunKey) -> WorkflowHistory:
        return await self._client.get_workflow_handle(key.journey_id, run_id=key.run_id).fetch_history()


def _closed(run: WorkflowExecution, retention: timedelta) -> ClosedRun | None:
    if run.close_time is None:
        return None
    resent = resent_by(run.id)
    if run.workflow_type == RESEND_NOTICES and resent is None:
        return None  # somebody else's: it sent nothing of a journey
    return ClosedRun(
        journey_id=resent or run.id,
        workflow_id=run.id if resent else None,
        run_id=run.run_id,
        started_at=run.start_time,
        closed_at=run.close_time,
        goes_at=run.close_time + retention,
    )


NAMED = 50
"""Runs that are named; the others are counted. What is wrong with the first is mostly what is wrong with all."""


class Unarchived(ClosedRun):
    """A closed run that is not in the archive, and the kind of error that kept it from there, where one did."""

    why: str = ""


class ArchiveOutcome(Strict):
    """How many closed runs there were, and what became of them.

    `known` were archived before; `gone` had left the server between listing and reading; `failed` are not archived,
    and `about_to_go` of them go soon. `unarchived` names them, the first to go first. `warned_on` is the day on which
    the operator was last told.
    """

    retention: timedelta
    closed: int = 0
    archived: int = 0
    known: int = 0
    gone: int = 0
    failed: int = 0
    about_to_go: int = 0
    unarchived: tuple[Unarchived, ...] = ()
    warned_on: date | None = None

    def with_counts(self, **more: int) -> "ArchiveOutcome":
        """The outcome with these counts added."""
        return self.model_copy(update={name: getattr(self, name) + number for name, number in more.items()})

    def with_unarchived(self, runs: Sequence[Unarchived]) -> "ArchiveOutcome":
        """The outcome with these runs named too, as far as there is room."""
        first = sorted((*self.unarchived, *runs), key=lambda run: (run.goes_at, run.run_id))[:NAMED]
        return self.model_copy(update={"unarchived": tuple(first)})
