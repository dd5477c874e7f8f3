"""Sending dead letters again: durable like the first time, and also where the journey has long ended."""

from temporalio import workflow
from temporalio.common import RawValue

with workflow.unsafe.imports_passed_through():
    from activities.announce import Announcement
    from workflows.announcing import announce
    from workflows.starting import NO_INPUT, read_input

RESEND_NOTICES = "ResendNotices"
"""The workflow's name, by which it is started."""

SEND_AGAIN = "Send the undelivered notices again instead."


@workflow.defn(name=RESEND_NOTICES)
class ResendNotices:
    """Sends what is pending of one event; gives up as the journey itself does."""

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> None:
        await announce(read_input(given, Announcement, SEND_AGAIN), "sent again")
