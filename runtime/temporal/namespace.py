"""What a namespace must have before a worker works on it: search attributes and nightly schedules."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError

from runtime.errors import UsageError
from workflows.candidate_journey import PROGRAMME, SITE, STAGE
from workflows.nightly import ARCHIVE_HISTORIES, RECONCILE

CATCH_UP = timedelta(hours=20)
"""What a server that was down at night still does in the morning: later than that the next night is near."""


@dataclass(frozen=True)
class Nightly:
    """A workflow that takes no input, started once a night at `hour` (UTC)."""

    schedule_id: str
    workflow: str
    hour: int
    why: str


NIGHTLY = (
    Nightly("archive-histories", ARCHIVE_HISTORIES, 1, "Copies closed histories before Temporal's retention ends."),
    Nightly("reconcile", RECONCILE, 2, "Holds Temporal, lists, places and notices against the ledger."),
)


async def ensure_schedules(client: Client, task_queue: str) -> None:
    """Make the schedules of the namespace as they are to be, started on `task_queue`. Safe to repeat.

    One that an operator has paused stays paused. Raises UsageError where we may not make them.
    """
    try:
        for nightly in NIGHTLY:
            await _ensure(client, nightly, task_queue)
    except RPCError as error:
        raise UsageError(
            "temporal.schedules",
            "Schedules cannot be made in the namespace {namespace} ({what}). Ask its operator to allow them.",
            namespace=client.namespace,
            what=error.status.name.lower().replace("_", " "),
        ) from error


async def _ensure(client: Client, nightly: Nightly, task_queue: str) -> None:
    wanted = schedule_of(nightly, task_queue)
    try:
        await client.create_schedule(nightly.schedule_id, wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(nightly.schedule_id).update(lambda found: _updated(found, wanted))


def schedule_of(nightly: Nightly, task_queue: str) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(nightly.workflow, id=nightly.schedule_id, task_queue=task_queue),
        spec=ScheduleSpec(calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(nightly.hour)])]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCH_UP),
        state=ScheduleState(note=nightly.why),
    )


def _updated(found: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate:
    wanted.state = found.description.schedule.state  # an operator's pause, and why
    return ScheduleUpdate(wanted)


SEARCH_ATTRIBUTES = (STAGE, PROGRAMME, SITE)


async def register_search_attributes(client: Client) -> None:
    """Add the search attributes that the namespace lacks. Raises UsageError where we may not.

    A journey on a namespace that does not know them would stand still at its first event, so a worker asks beforehand.
    """
    operator = client.operator_service
    try:
        known = await operator.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
        missing = [key.name for key in SEARCH_ATTRIBUTES if key.name not in known.custom_attributes]
        if missing:
            keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
            await operator.add_search_attributes(
                AddSearchAttributesRequest(
                    namespace=client.namespace, search_attributes=dict.fromkeys(missing, keyword)
                )
            )
    except RPCError as error:
        names = ", ".join(f"{key.name}=Keyword" for key in SEARCH_ATTRIBUTES)
        raise UsageError(
            "temporal.search_attributes",
            "Search attributes cannot be added in the namespace {namespace}. Ask its operator to add {names}.",
            namespace=client.namespace,
            names=names,
        ) from error
