"""Sending dead letters again: durable like the first time, and also where the journey has long ended."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.announce import Announcement, Announcer
    from workflows import policies


@workflow.defn
class ResendNotices:
    """Sends what is pending of one event; gives up as the journey itself does."""

    @workflow.run
    async def run(self, announcement: Announcement) -> None:
        try:
            await workflow.execute_activity_method(
                Announcer.announce,
                announcement,
                start_to_close_timeout=policies.ANNOUNCING,
                schedule_to_close_timeout=policies.GIVE_UP_AFTER,
                retry_policy=policies.ANNOUNCE_RETRY,
            )
        except ActivityError:
            await workflow.execute_activity_method(
                Announcer.give_up, announcement, start_to_close_timeout=policies.MARKING
            )
