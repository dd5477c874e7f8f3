"""Checks of Temporal: server, namespace, what the namespace must have, workers, clock."""

from datetime import timedelta

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, GetSystemInfoRequest
from temporalio.client import ScheduleActionStartWorkflow, ScheduleDescription
from temporalio.service import RPCError, RPCStatusCode

from activities.reconciling.records import PROBLEMS
from models.message import Message, msg
from runtime.build import build_id
from runtime.errors import UsageError
from runtime.temporal.client import address_of, connect
from runtime.temporal.clock import clock_of
from runtime.temporal.namespace import (
    NIGHTLY,
    SEARCH_ATTRIBUTES,
    refuse_other_types,
    retention_of,
    search_attributes_of,
)
from runtime.temporal.retention import LEAST_RETENTION
from runtime.temporal.runs import BUILD_IDS, OPEN_JOURNEYS, count_open
from services.operations.doctor.checkup import CannotTell, Check, Patient
from services.operations.doctor.clocks import OF_TEMPORAL, refuse_apart
from services.operations.nightly import refuse_without_workers

TAKEN_UP_WITHIN = timedelta(seconds=10)
"""What the first task of a journey may take: it takes a tenth of a second."""


async def _server(patient: Patient) -> Message:
    patient.client = await connect(patient.settings)
    found = await patient.client.workflow_service.get_system_info(GetSystemInfoRequest())
    address = address_of(patient.settings)
    return msg("doctor.server", "{version} at {address}", version=found.server_version, address=address)


async def _namespace(patient: Patient) -> Message:
    name = patient.client.namespace
    await patient.client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=name))
    return msg("plain", "{text}", text=name)


async def _retention(patient: Patient) -> Message:
    kept = await retention_of(patient.client)
    if kept < LEAST_RETENTION:
        raise UsageError(
            "doctor.retention",
            "Temporal drops histories after {hours} hours, so a few failed nights lose them. Let the namespace keep "
            "them for {days} days at least.",
            hours=_number(kept / timedelta(hours=1)),
            days=LEAST_RETENTION.days,
        )
    return msg("doctor.kept", "{days} days", days=_number(kept / timedelta(days=1)))


def _number(value: float) -> str:
    return f"{value:.3g}"


async def _search_attributes(patient: Patient) -> None:
    known = await search_attributes_of(patient.client)
    refuse_other_types(known)
    if missing := [key.name for key in SEARCH_ATTRIBUTES if key.name not in known]:
        raise UsageError(
            "doctor.no_search_attributes",
            "The namespace lacks the search attributes {names}, so no journey can begin. Have them made, of the type "
            "Keyword.",
            names=missing,
        )


async def _schedules(patient: Patient) -> None:
    for nightly in NIGHTLY:
        try:
            found = await patient.client.get_schedule_handle(nightly.schedule_id).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            raise UsageError(
                "doctor.no_schedule",
                "The schedule {schedule} is missing, so nothing is done at night. Have it made.",
                schedule=nightly.schedule_id,
            ) from error
        _refuse_idle(found, patient.settings.task_queue)


def _refuse_idle(found: ScheduleDescription, task_queue: str) -> None:
    if found.schedule.state.paused:
        raise UsageError(
            "doctor.paused",
            "The schedule {schedule} is paused, so nothing is done at night. Resume it in Temporal's web page.",
            schedule=found.id,
        )
    action = found.schedule.action
    if isinstance(action, ScheduleActionStartWorkflow) and action.task_queue != task_queue:
        raise UsageError(
            "doctor.schedule_elsewhere",
            "The schedule {schedule} starts on the task queue {found}, and not on {queue}. Have it made anew or "
            "correct HELAVAGEN_TASK_QUEUE.",
            schedule=found.id,
            found=action.task_queue,
            queue=task_queue,
        )


async def _workers(patient: Patient) -> Message:
    queue = patient.settings.task_queue
    found = await refuse_without_workers(patient.client, queue, looks=1)
    versioning = found.queue.versioning_info
    if patient.settings.worker_versioning and not versioning.HasField("current_deployment_version"):
        raise UsageError(
            "doctor.no_current_version",
            "No version of the workers is current, so none is given a journey. Make one current in Temporal.",
        )
    builds, own = sorted({one.deployment_options.build_id for one in found.workers} - {""}), patient.settings.build_id
    if builds and build_id(own) not in builds:
        raise UsageError(
            "doctor.other_build",
            "The workers are of the build {builds}, and none is of this one ({own}). Start workers of this version, or "
            "ask with theirs.",
            builds=builds,
            own=build_id(own),
        )
    return msg(
        "doctor.workers_heard",
        "{count} on {queue}, the latest heard {seconds} seconds ago, of the build {builds} (this one is {own})",
        count=len(found.workers),
        queue=queue,
        seconds=f"{found.heard.total_seconds():.0f}" if found.heard is not None else "?",
        builds=builds,
        own=build_id(own),
    )


async def _standstill(patient: Patient) -> None:
    """Every journey has had its first task done, and no task fails again and again."""
    ours = f'{OPEN_JOURNEYS} AND TaskQueue = "{patient.settings.task_queue}"'
    untouched = f'{BUILD_IDS} IS NULL AND StartTime < "{(patient.now() - TAKEN_UP_WITHIN).isoformat()}"'
    try:
        count = await count_open(patient.client, f"{ours} AND ({untouched} OR {PROBLEMS} IS NOT NULL)")
    except RPCError as error:
        if error.status is not RPCStatusCode.INVALID_ARGUMENT:
            raise
        raise CannotTell(
            msg("doctor.no_problems", "This server of Temporal does not tell whose tasks fail. Update it.")
        ) from error
    if count:
        raise UsageError(
            "doctor.standstill",
            "Journeys stand still because workers fail at them: {count}. See the workers' log, and whether they have "
            "today's master key.",
            count=count,
        )


async def _clock(patient: Patient) -> None:
    before = patient.now()
    found = await clock_of(patient.client)
    if found is None:
        raise CannotTell(msg("doctor.no_clock", "Temporal does not tell what time it is there."))
    refuse_apart(found, before, patient.now(), OF_TEMPORAL)


CHECKS = (
    Check("temporal", msg("check.temporal", "server of Temporal"), _server),
    Check("namespace", msg("check.namespace", "namespace"), _namespace, ("temporal",)),
    Check("retention", msg("check.retention", "time that Temporal keeps histories"), _retention, ("namespace",)),
    Check("search_attributes", msg("check.attributes", "search attributes"), _search_attributes, ("namespace",)),
    Check("schedules", msg("check.schedules", "nightly schedules"), _schedules, ("namespace",)),
    Check("temporal_clock", msg("check.temporal_clock", "clock beside Temporal's"), _clock, ("namespace",)),
)

WORKERS = Check("workers", msg("check.workers", "workers"), _workers, ("namespace",))
STANDSTILL = Check("standstill", msg("check.standstill", "journeys that go on"), _standstill, ("namespace",))
"""Neither is asked by a worker that is about to start, perhaps with what the others lack."""
