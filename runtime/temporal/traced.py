"""A client of Temporal that makes a span of what it sends, and sends along which trace that is."""

from typing import Any

from temporalio.client import (
    Interceptor,
    OutboundInterceptor,
    SignalWorkflowInput,
    StartWorkflowUpdateInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowUpdateHandle,
)

from activities.trace_headers import with_header
from activities.tracing import span


class TracesWhatIsSent(Interceptor):
    """For clients that send events."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Stand before every request."""
        return _Traced(next)


class _Traced(OutboundInterceptor):
    async def signal_workflow(self, input: SignalWorkflowInput) -> None:
        with span("signal", journey=input.id) as one:
            input.headers = with_header(input.headers, one.traceparent)
            await super().signal_workflow(input)

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:
        with span("submit", journey=input.id) as one:
            input.headers = with_header(input.headers, one.traceparent)
            return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(
        self, input: StartWorkflowUpdateWithStartInput
    ) -> WorkflowUpdateHandle[Any]:
        start, update = input.start_workflow_input, input.update_workflow_input
        with span("submit", journey=start.id) as one:
            update.headers = with_header(update.headers, one.traceparent)
            return await super().start_update_with_start_workflow(input)
