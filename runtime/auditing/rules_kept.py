"""The rules that a journey was started with, from the beginning of its latest run."""

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from models.programme import Programme
from workflows.messages import JourneyStart


async def rules_kept(client: Client, journey_id: str) -> Programme | None:
    """The rules of a journey's referral, which each of its runs carries; None where Temporal keeps none of them."""
    events = client.get_workflow_handle(journey_id).fetch_history_events(page_size=1)
    try:
        async for event in events:
            payloads = event.workflow_execution_started_event_attributes.input.payloads
            [start] = await client.data_converter.decode(payloads, [JourneyStart])
            return start.rules  # type: ignore[no-any-return]
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return None
