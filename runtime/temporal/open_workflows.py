"""The journeys that go on, as Temporal's list knows them, and which code has written their runs."""

from temporalio.client import Client, WorkflowExecution

from workflows.messages import JOURNEY_WORKFLOW

OPEN_JOURNEYS = f'WorkflowType = "{JOURNEY_WORKFLOW}" AND ExecutionStatus = "Running"'
"""Temporal's query for them."""

BUILD_IDS = "BuildIds"
"""Temporal's own search attribute: all build ids that completed a task of the run, such as `unversioned:0.1.0-3f…`."""


async def count_open(client: Client, query: str = OPEN_JOURNEYS) -> int:
    """How many there are. Temporal's lists lag behind by a moment. Raises RPCError."""
    return (await client.count_workflows(query)).count


def build_ids_of(run: WorkflowExecution) -> tuple[str, ...]:
    """The build ids that wrote an open run, without the word before each; none where no task was completed yet."""
    listed = run.search_attributes.get(BUILD_IDS, ())
    return tuple(dict.fromkeys(str(name).partition(":")[2] for name in listed if ":" in str(name)))
