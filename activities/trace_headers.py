"""The header by which a trace travels through Temporal: a W3C `traceparent`, and nothing else, as none is sealed."""

import re
from collections.abc import Mapping

from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadConverter
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.tracing import is_traced, span
from models.identifiers import JourneyId
from models.ledger.receipt import Receipt

HEADER = "traceparent"

TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
"""What a header may hold: whoever can reach Temporal can write one, and it goes on to others."""


def read_header(headers: Mapping[str, Payload]) -> str | None:
    """The traceparent that came with something; None where there is none, or it is anything else."""
    payload = headers.get(HEADER)
    if payload is None:
        return None
    text = payload.data.decode("ascii", errors="replace").strip('"')
    return text if TRACEPARENT.fullmatch(text) else None


def with_header(headers: Mapping[str, Payload], traceparent: str | None) -> Mapping[str, Payload]:
    """Headers with a traceparent; as they are without one."""
    if traceparent is None:
        return headers
    return {**headers, HEADER: PayloadConverter.default.to_payload(traceparent)}


class TracesActivities(Interceptor):
    """Makes a span of each activity that belongs to a trace."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Stand before every activity."""
        return _Traced(next)


class _Traced(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> object:
        parent = read_header(input.headers)
        if parent is None or not is_traced():
            return await super().execute_activity(input)
        info = activity.info()
        journey = JourneyId.read(info.workflow_id or "")
        with span(info.activity_type, parent, journey=journey or "", attempt=info.attempt) as one:
            result = await super().execute_activity(input)
            if isinstance(result, Receipt):
                one.say(kind=result.kind, outcome="accepted" if result.accepted else "refused")
            return result
