"""How much a journey works off in one workflow task: only what a completed task has done stands in the history."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from models.events.parsing import LARGEST_EVENT
    from workflows.messages import Incoming

AT_ONCE = 100
"""Messages. People send a few at a time, an import one a journey; whoever sends more is let wait a moment."""

BYTES_AT_ONCE = 5 * LARGEST_EVENT
"""A run may hold 50 MB. The server ends it where more comes, and the task under way is lost with it."""

A_MOMENT = timedelta(milliseconds=1)


class Pace:
    """Lets the workflow task complete after so many messages, or so many bytes of them."""

    def __init__(self) -> None:
        self._task = self._messages = self._bytes = 0

    async def after(self, message: Incoming) -> None:
        """Wait for the next task, where this one has worked off enough."""
        task = workflow.info().get_current_history_length()
        if task != self._task:
            self._task, self._messages, self._bytes = task, 0, 0
        self._messages += 1
        self._bytes += message.size
        if self._messages >= AT_ONCE or self._bytes >= BYTES_AT_ONCE:
            await workflow.sleep(A_MOMENT)
