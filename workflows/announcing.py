"""Sending the notices of events, while the journey goes on, and dead letters once more."""

import asyncio
from uuid import UUID

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.announce import Announcement, Announcer
    from models.identifiers import RESEND_NOTICES
    from workflows import policies
    from workflows.starting import NO_INPUT, read_input


async def announce(announcement: Announcement, summary: str) -> None:
    """Send what is pending of an event, for as long as the policy allows; then mark it as dead letters."""
    try:
        await workflow.execute_activity_method(
            Announcer.announce,
            announcement,
            start_to_close_timeout=policies.ANNOUNCING,
            heartbeat_timeout=policies.ANNOUNCING_IS_ALIVE,
            schedule_to_close_timeout=policies.GIVE_UP_AFTER,
            retry_policy=policies.ANNOUNCE_RETRY,
            summary=summary,
        )
    except ActivityError:
        await workflow.execute_activity_method(
            Announcer.give_up, announcement, start_to_close_timeout=policies.MARKING, summary=summary
        )


class Announcements:
    """The events whose notices are on their way. A journey that continues as new takes them along."""

    def __init__(self, journey_id: str) -> None:
        self._journey_id = journey_id
        self._under_way: dict[UUID, asyncio.Task[None]] = {}

    @property
    def under_way(self) -> tuple[UUID, ...]:
        return tuple(self._under_way)

    def start(self, event_id: UUID, kind: str) -> None:
        self._under_way[event_id] = asyncio.create_task(self._send(event_id, kind))

    async def _send(self, event_id: UUID, kind: str) -> None:
        await announce(Announcement(journey_id=self._journey_id, event_id=event_id), kind)
        del self._under_way[event_id]


SEND_AGAIN = "Send the undelivered notices again instead."


@workflow.defn(name=RESEND_NOTICES)
class ResendNotices:
    """Sends what is pending of one event; gives up as the journey itself does."""

    @workflow.run
    async def run(self, given: RawValue = NO_INPUT) -> None:
        await announce(read_input(given, Announcement, SEND_AGAIN), "sent again")
