"""Closed runs of journeys, as the server lists them, and the moment from which it may drop each."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecution, WorkflowHistory

from activities.archive.entries import RunKey
from models.fields import Strict

ALARM_AHEAD = timedelta(days=3)
"""A history that is not archived so long before it goes is told of: nights enough to mend what keeps it."""

PAGE = 200
"""Runs that are listed at once: enough that asking does not count, few enough that a new beginning costs little."""


class ClosedRun(RunKey):
    """A run that has closed. `goes_at` is the moment, in UTC, from which the server may drop its history."""

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
        """A page of the closed runs of a type of workflow; of those continued as new, each run for itself."""
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
        query = f'WorkflowType = "{workflow}" AND ExecutionStatus != "Running"'
        listing = self._client.list_workflows(query, page_size=PAGE, next_page_token=page or None)
        await listing.fetch_next_page()
        runs = (_closed(run, retention) for run in listing.current_page or ())
        return ClosedRuns(runs=tuple(run for run in runs if run is not None), following=listing.next_page_token or b"")

    async def history(self, key: RunKey) -> WorkflowHistory:
        return await self._client.get_workflow_handle(key.journey_id, run_id=key.run_id).fetch_history()


def _closed(run: WorkflowExecution, retention: timedelta) -> ClosedRun | None:
    if run.close_time is None:
        return None
    return ClosedRun(
        journey_id=run.id,
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
