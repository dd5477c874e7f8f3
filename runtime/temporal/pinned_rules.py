"""The rules that a journey was started with, from the beginning of any of its runs: each carries them."""

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from models.programme.programme import Programme
from runtime.archive import Archived, nothing_archived
from workflows.messages import JourneyStart


async def rules_kept(client: Client, journey_id: str, archived: Archived = nothing_archived) -> Programme | None:
    """The rules of a journey's referral; None where neither Temporal nor the archive keeps a run. Raises RPCError."""
    began = await _beginning(client, journey_id)
    if began is None:
        began = next((run.events[0] for run in archived(journey_id)), None)
    if began is None:
        return None
    payloads = began.workflow_execution_started_event_attributes.input.payloads
    start: JourneyStart
    [start] = await client.data_converter.decode(payloads, [JourneyStart])
    return start.rules


async def _beginning(client: Client, journey_id: str) -> HistoryEvent | None:
    """The first event of the latest run, without the others."""
    try:
        async for event in client.get_workflow_handle(journey_id).fetch_history_events(page_size=1):
            return event
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return None
