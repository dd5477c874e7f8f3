"""Running workflows so that what began them is let go: each journey brings its rules, and a worker holds a thousand.

The SDK reads a workflow's task into one block of memory, and whoever holds a part of it holds all of it.
"""

from dataclasses import replace
from typing import TypeVar

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowInterceptorClassInput,
)

from models.identifiers import JOURNEY_WORKFLOW

M = TypeVar("M", bound=Message)


class LetsGoOfFirstTasks(UnsandboxedWorkflowRunner):
    """Runs workflows without the sandbox. What is kept of a run's first task for as long as the run is are copies."""

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """A run of a workflow."""
        memo = {name: _copy(value) for name, value in det.info.raw_memo.items()}
        headers = {name: _copy(value) for name, value in det.info.headers.items()}
        info = replace(det.info, raw_memo=memo, headers=headers)
        return super().create_instance(
            replace(det, info=info, last_completion_result=_copy(det.last_completion_result))
        )


def _copy(message: M) -> M:
    return type(message).FromString(message.SerializeToString())


class LetsGoOfInputs(Interceptor):
    """For workers. A journey has read its input before it runs, and would otherwise hold it for years."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:  # noqa: ARG002
        """Stand before every workflow."""
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> object:
        if workflow.info().workflow_type == JOURNEY_WORKFLOW:
            input.args, input.headers = [], {}
        return await super().execute_workflow(input)
