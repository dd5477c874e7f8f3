"""Replaying a history that somebody fetched at an awkward moment: it ends, whatever the worker was at."""

import asyncio
import threading

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from auditing.verification.replay import JourneyReplayer
from tests.support.histories import HISTORIES, read_history

ENDS_WITHIN = 20.0
"""Seconds. A replay takes a hundredth of one."""


def kept_beyond_its_time() -> WorkflowHistory:
    """A history as it stands while the first event waits for the database: the server's patience had an end, so that
    the task was completed and another begun, and the local activity has no end yet."""
    whole = read_history(HISTORIES / "converted.json")
    assert whole.events[5].HasField("marker_recorded_event_attributes")
    begun = list(whole.events[:5])
    for before in whole.events[1:3]:
        again = HistoryEvent()
        again.CopyFrom(before)
        again.event_id = len(begun) + 1
        begun.append(again)
    begun[-1].workflow_task_started_event_attributes.scheduled_event_id = begun[-2].event_id
    return WorkflowHistory(whole.workflow_id, begun)


def test_a_journey_that_waits_for_the_database_is_replayed_as_far_as_it_has_come() -> None:
    failures: list[dict[str, str]] = []

    def replay() -> None:
        failures.append(asyncio.run(JourneyReplayer("default").failures([kept_beyond_its_time()])))

    # The SDK's replayer cannot be interrupted: where it waits without end, so would the test.
    replaying = threading.Thread(target=replay, daemon=True)
    replaying.start()
    replaying.join(ENDS_WITHIN)
    assert failures == [{}]
