"""Every journey of which anything is kept anywhere: a journey dropped from the database is still on the server."""

from sqlalchemy import Engine
from temporalio.client import Client

from auditing.evidence.evidence import journey_ids
from runtime.archive import open_archive
from runtime.settings import Settings
from runtime.temporal.client import connect, temporal_errors
from workflows.messages import JOURNEY_WORKFLOW


async def every_journey(settings: Settings, engine: Engine) -> list[str]:
    """The ids that the database, the archive or the server knows, in order. Raises ServiceUnavailable."""
    kept = {*journey_ids(engine), *(key.journey_id for key in open_archive(settings, engine).runs())}
    return sorted(kept | await _on_the_server(await connect(settings), settings.task_queue))


async def _on_the_server(client: Client, task_queue: str) -> set[str]:
    """The journeys of our task queue: others may share the namespace with us."""
    ours = f'WorkflowType = "{JOURNEY_WORKFLOW}" and TaskQueue = "{task_queue}"'
    with temporal_errors():
        return {run.id async for run in client.list_workflows(ours)}
