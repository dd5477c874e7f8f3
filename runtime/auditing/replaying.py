"""Replaying many histories one after another, and noticing each workflow task that the code fails."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from temporalio.api.failure.v1 import Failure
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import (
    Replayer,
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
)

from runtime.converter import data_converter
from runtime.version import build_id


class WatchedRunner(UnsandboxedWorkflowRunner):
    """Keeps what kind of error the code fails a task with. Nothing personal: an error's text is left where it is.

    The SDK's replayer tells of a failure only where the history goes on after it: a journey whose latest task has
    failed ever since, and would fail under this code too, it takes for sound.

    Without the sandbox, which takes three times as long: what it forbids is found in the test run, where workers and
    the golden histories run in it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._errors: dict[str, str] = {}

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = super().create_instance(det)
        instance.activate = self._watching(instance.activate)  # type: ignore[method-assign, assignment]
        return instance

    def _watching(self, activate: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def watched(activation: Any) -> Any:
            completion = activate(activation)
            if completion.HasField("failed"):
                self._errors.setdefault(activation.run_id, kinds_of(completion.failed.failure))
            return completion

        return watched

    def error_of(self, run_id: str) -> str | None:
        """The kinds of error that a run met, forgotten once told."""
        return self._errors.pop(run_id, None)


def kinds_of(failure: Failure) -> str:
    """`RuntimeError, from ValidationError`: the kind of an error, and those behind it."""
    kinds = [failure.application_failure_info.type or "error"]
    while failure.HasField("cause"):
        failure = failure.cause
        kinds.append(failure.application_failure_info.type or "error")
    return ", from ".join(kinds)


def replayer(journey: type, namespace: str, runner: UnsandboxedWorkflowRunner) -> Replayer:
    """A replayer of journeys that keeps its own log to itself: it would stand amid what a program reads."""
    return Replayer(
        workflows=[journey],
        data_converter=data_converter(),
        namespace=namespace,
        workflow_runner=runner,
        build_id=build_id(),
        runtime=Runtime(telemetry=TelemetryConfig(logging=None)),
    )


@contextmanager
def silent_sdk() -> Iterator[None]:
    """What fails in a replay is told as a finding. The SDK would log it too, with texts that may tell of a person."""
    logger = logging.getLogger("temporalio")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
