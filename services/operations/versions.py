"""The versions of workers that Temporal knows: which one is given the journeys, and which may end.

Journeys are never pinned to a version: with the next thing that happens in them they go on under the current one. So an
older version has drained, as Temporal calls it, some minutes after another was made current, and its workers may end.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentResponse,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from models.message import Message, Worded, msg
from runtime.build import deployment_of
from runtime.errors import Refused, ServiceUnavailable
from runtime.temporal.asking import who_asks


class Standing(Worded):
    """What a version is given."""

    CURRENT = "current", msg("version.current", "current: it is given the journeys")
    RAMPING = "ramping", msg("version.ramping", "ramping: it is given some of the journeys")
    DRAINING = "draining", msg("version.draining", "draining: Temporal has not seen yet that nothing is left for it")
    DRAINED = "drained", msg("version.drained", "drained: nothing is left for it")
    INACTIVE = "inactive", msg("version.inactive", "inactive: it has never been current")
    UNVERSIONED = "unversioned", msg("version.unversioned", "without versioning: it is given whatever it asks for")

    @property
    def may_end(self) -> bool:
        """Whether nothing is given to such a version any more."""
        return self is Standing.DRAINED


STANDINGS: Mapping[int, Standing] = {
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: Standing.CURRENT,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: Standing.RAMPING,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: Standing.DRAINING,
    WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: Standing.DRAINED,
}


@dataclass(frozen=True)
class Version:
    """A build of the workers, and how many of them ask for work."""

    build: str
    standing: Standing
    workers: int

    @property
    def may_end(self) -> bool:
        return self.standing.may_end

    @property
    def asks_by_version(self) -> bool:
        """Whether workers of it ask for work with versioning on, so that it can be made current."""
        return self.workers > 0 and self.standing is not Standing.UNVERSIONED


async def versions(client: Client, task_queue: str) -> list[Version]:
    """The current one first, then by name. Raises RPCError."""
    at_work = await _at_work(client, task_queue)
    try:
        known = await _describe(client, task_queue)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        standings = {}
    else:
        standings = {
            one.deployment_version.build_id: STANDINGS.get(one.status, Standing.INACTIVE)
            for one in known.worker_deployment_info.version_summaries
        }
    builds = {*standings, *at_work}
    found = [Version(build, standings.get(build, Standing.UNVERSIONED), at_work[build]) for build in builds]
    return sorted(found, key=lambda one: (one.standing is not Standing.CURRENT, one.build))


async def promote(client: Client, task_queue: str, build: str) -> Message:
    """Make a version the current one. Safe to repeat. Raises Refused, ServiceUnavailable and RPCError."""
    name = deployment_of(task_queue)
    try:
        known = await _describe(client, task_queue)
        if known.worker_deployment_info.routing_config.current_deployment_version.build_id == build:
            return msg("version.already", "{build} is the current version already", build=build)
        await client.workflow_service.set_worker_deployment_current_version(
            SetWorkerDeploymentCurrentVersionRequest(
                namespace=client.namespace,
                deployment_name=name,
                build_id=build,
                conflict_token=known.conflict_token,
                identity=client.identity,
            )
        )
    except RPCError as error:
        match error.status:
            case RPCStatusCode.NOT_FOUND:
                others = [one.build for one in await versions(client, task_queue) if one.asks_by_version]
                if others:
                    raise ServiceUnavailable(
                        "version.others_ask",
                        "No worker of the build {build} asks Temporal for work, but workers of {others} do. Name the "
                        "build to make current, or start workers of {build} first.",
                        build=build,
                        others=", ".join(others),
                    ) from error
                raise ServiceUnavailable(
                    "version.unknown",
                    "No worker of the build {build} has asked Temporal for work with versioning on. Start workers of "
                    "it first.",
                    build=build,
                ) from error
            case RPCStatusCode.FAILED_PRECONDITION | RPCStatusCode.ABORTED:
                raise Refused(
                    "version.not_now",
                    "Temporal does not make {build} current now: its workers do not ask for all that the current one "
                    "does, or somebody has just changed the version. See the versions and try again.",
                    build=build,
                ) from error
        raise
    return msg("version.promoted", "{build} is the current version now", build=build)


async def _describe(client: Client, task_queue: str) -> DescribeWorkerDeploymentResponse:
    return await client.workflow_service.describe_worker_deployment(
        DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=deployment_of(task_queue))
    )


async def _at_work(client: Client, task_queue: str) -> Counter[str]:
    """How many workers of each build have asked for work of late."""
    asking = await who_asks(client, task_queue)
    return Counter(one.deployment_options.build_id for one in asking.workers)
