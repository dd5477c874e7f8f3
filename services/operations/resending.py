"""Sending undelivered notices once more."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from activities.outbox import Outbox, Outcome
from runtime.errors import ServiceUnavailable, UsageError
from services.journeys import Journeys


async def send_again(outbox: Outbox, journeys: Journeys, notice_ids: Sequence[UUID], at: datetime) -> int:
    """Revive dead letters at a moment, and send them. Safe to repeat: what is not dead is left alone.

    Raises UsageError where none is dead; ServiceUnavailable where Temporal is away, and then they are dead letters
    still.
    """
    revived = await asyncio.to_thread(outbox.revive, notice_ids, at)
    if not revived and notice_ids:
        raise UsageError("notices.none_dead", "None of these notices is undelivered.")
    try:
        for journey_id, event_id in sorted(set(revived)):
            await journeys.resend(journey_id, event_id)
    except ServiceUnavailable:
        # Nobody would send them, and no list of dead letters would show them.
        left = Outcome.dead(notice_ids, "not sent again, as Temporal could not be reached")
        await asyncio.to_thread(outbox.mark, left)
        raise
    return len(revived)
