"""Sending dead letters again: durable like the first time, and also where the journey has long ended."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.announce import Announcement
    from workflows.announcing import announce


@workflow.defn
class ResendNotices:
    """Sends what is pending of one event; gives up as the journey itself does."""

    @workflow.run
    async def run(self, announcement: Announcement) -> None:
        await announce(announcement, "sent again")
