"""What a namespace must have before a worker works on it: retention, search attributes and nightly schedules."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
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
from temporalio.service import RPCError, RPCStatusCode

from runtime.errors import UsageError
from runtime.failures import missing_namespace, of_temporal
from runtime.temporal.retention import LEAST_RETENTION, RETENTION
from workflows.nightly import ARCHIVE_HISTORIES, RECONCILE
from workflows.search_attributes import LEDGER_ROWS, PROGRAMME, SITE, STAGE

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


async def ensure_schedules(client: Client, task_queue: str) -> list[str]:
    """Make the schedules of the namespace as they are to be, started on `task_queue`: those that it lacked are told.

    Safe to repeat. One that an operator has paused stays paused. Raises UsageError where we may not make them, and
    ServiceUnavailable.
    """
    try:
        return [nightly.schedule_id for nightly in NIGHTLY if await _ensure(client, nightly, task_queue)]
    except RPCError as error:
        if error.status is not RPCStatusCode.PERMISSION_DENIED:
            raise of_temporal(error) from error
        raise UsageError(
            "temporal.schedules",
            "Schedules cannot be made in the namespace {namespace}. Ask its operator to allow them.",
            namespace=client.namespace,
        ) from error


async def _ensure(client: Client, nightly: Nightly, task_queue: str) -> bool:
    """Whether it had to be made."""
    wanted = schedule_of(nightly, task_queue)
    try:
        await client.create_schedule(nightly.schedule_id, wanted)
        return True
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(nightly.schedule_id).update(lambda found: _updated(found, wanted))
        return False


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


SEARCH_ATTRIBUTES = (STAGE, PROGRAMME, SITE, LEDGER_ROWS)


KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD


async def register_search_attributes(client: Client) -> list[str]:
    """Add the search attributes that the namespace lacks: they are told. Raises UsageError where we may not or one is
    of another type, and ServiceUnavailable.

    A journey on a namespace that does not know them would stand still at its first event, so a worker asks beforehand.
    """
    try:
        known = await search_attributes_of(client)
        refuse_other_types(known)
        missing = [key.name for key in SEARCH_ATTRIBUTES if key.name not in known]
        if missing:
            wanted = dict.fromkeys(missing, KEYWORD)
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
            )
            await _until(lambda: _are_known(client, missing))
    except RPCError as error:
        if error.status is not RPCStatusCode.PERMISSION_DENIED:
            raise of_temporal(error) from error
        names = ", ".join(f"{key.name}=Keyword" for key in SEARCH_ATTRIBUTES)
        raise UsageError(
            "temporal.search_attributes",
            "Search attributes cannot be added in the namespace {namespace}. Ask its operator to add {names}.",
            namespace=client.namespace,
            names=names,
        ) from error
    return missing


async def _are_known(client: Client, names: Collection[str]) -> bool:
    return set(names) <= set(await search_attributes_of(client))


async def search_attributes_of(client: Client) -> Mapping[str, IndexedValueType.ValueType]:
    """The search attributes that the namespace was given, each with its type. Raises RPCError."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    return (await client.operator_service.list_search_attributes(request)).custom_attributes


def refuse_other_types(known: Mapping[str, IndexedValueType.ValueType]) -> None:
    """Raise UsageError where one of ours is there as another type: no journey could set it."""
    if wrong := [key.name for key in SEARCH_ATTRIBUTES if known.get(key.name, KEYWORD) != KEYWORD]:
        raise UsageError(
            "temporal.search_attribute_types",
            "The search attributes {names} are not of the type Keyword. Remove them from the namespace, and have them "
            "made anew.",
            names=wrong,
        )


async def retention_of(client: Client) -> timedelta:
    """For how long Temporal keeps the history of a run that has closed. Raises RPCError."""
    found = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    return found.config.workflow_execution_retention_ttl.ToTimedelta()


async def ensure_namespace(client: Client, retention: timedelta = RETENTION) -> bool:
    """Make the client's namespace where it is not there, and wait until it can be used: whether it had to be made.

    Raises UsageError where we may not, and ServiceUnavailable.
    """
    try:
        if await _is_there(client):
            return False
        await client.workflow_service.register_namespace(
            RegisterNamespaceRequest(
                namespace=client.namespace, workflow_execution_retention_period=_duration(retention)
            )
        )
        await _until(lambda: _is_there(client))
        return True
    except RPCError as error:
        raise of_temporal(error) from error


LOOKS, LOOK_AGAIN_AFTER = 100, 0.2
"""How often we look whether what we made can be used, and the seconds between: Temporal promises ten in all."""


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Each of the cluster's machines reads anew what there is every few seconds."""
    for _ in range(LOOKS):
        if await is_so():
            return
        await asyncio.sleep(LOOK_AGAIN_AFTER)


async def _is_there(client: Client) -> bool:
    try:
        await search_attributes_of(client)
        await client.count_workflows()
        return True
    except RPCError as error:
        if missing_namespace(error) is None:
            raise
        return False


async def lengthen_retention(client: Client, retention: timedelta = RETENTION) -> bool:
    """Have the namespace keep histories for `retention` where it keeps them too short: whether it had to be changed.

    Raises UsageError where we may not, and ServiceUnavailable.
    """
    try:
        if await retention_of(client) >= LEAST_RETENTION:
            return False
        config = NamespaceConfig(workflow_execution_retention_ttl=_duration(retention))
        await client.workflow_service.update_namespace(
            UpdateNamespaceRequest(namespace=client.namespace, config=config)
        )
        return True
    except RPCError as error:
        raise of_temporal(error) from error


def _duration(time: timedelta) -> Duration:
    duration = Duration()
    duration.FromTimedelta(time)
    return duration
