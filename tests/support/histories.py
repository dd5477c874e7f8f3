"""The golden histories, as they were recorded or as those of another journey."""

import json
from pathlib import Path

from temporalio.client import WorkflowHistory

HISTORIES = Path(__file__).parents[1] / "histories"
JOURNEY = "journey/K7Q29FMXB/service_division"


def read_history(file: Path) -> WorkflowHistory:
    recorded = json.loads(file.read_text())
    return WorkflowHistory.from_json(recorded.pop("workflowId"), recorded)


def history(name: str = "continued_as_new-1", journey_id: str = JOURNEY) -> WorkflowHistory:
    """A golden history, as that of another journey."""
    found = WorkflowHistory.from_json(journey_id, (HISTORIES / f"{name}.json").read_text())
    found.events[0].workflow_execution_started_event_attributes.workflow_id = journey_id
    return found
