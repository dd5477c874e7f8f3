"""Handing on which trace an event belongs to, from its message to the activities that follow from it.

No span is made in a workflow, so nothing of this is repeated in a replay, and a run without the header goes on as it
did. An event is handled when its turn comes, not where it is heard: the message itself carries the trace.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from temporalio.worker import (
    HandleSignalInput,
    HandleUpdateInput,
    Interceptor,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from activities.trace_headers import read_header, with_header

TRACE: ContextVar[str | None] = ContextVar("traceparent", default=None)
"""The trace of what is handled now."""


@contextmanager
def belonging_to(trace: str | None) -> Iterator[None]:
    """Let what is begun here belong to a trace."""
    before = TRACE.set(trace)
    try:
        yield
    finally:
        TRACE.reset(before)


class HandsOnTraces(Interceptor):
    """For workers, also for those that trace nothing themselves."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:  # noqa: ARG002
        """Stand before every workflow."""
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))

    async def handle_signal(self, input: HandleSignalInput) -> None:
        with belonging_to(read_header(input.headers)):
            await super().handle_signal(input)

    async def handle_update_handler(self, input: HandleUpdateInput) -> object:
        with belonging_to(read_header(input.headers)):
            return await super().handle_update_handler(input)


class _Outbound(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
        input.headers = with_header(input.headers, TRACE.get())
        return super().start_activity(input)

    def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:
        input.headers = with_header(input.headers, TRACE.get())
        return super().start_local_activity(input)
