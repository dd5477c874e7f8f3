"""Waking a journey on a day. One timer at a time, started anew only where it would ring too late."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow


class Clock:
    """Calls `ring` at the moment last asked for, or earlier: whoever is woken looks at the calendar themselves.

    An event mostly moves the next deadline further away. Keeping the timer that runs costs one needless waking then; a
    new timer for each event would cost two history events each time.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._at: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    def wake_at(self, moment: datetime | None) -> None:
        if moment is None or (self._at is not None and self._at <= moment):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at = moment
        self._timer = asyncio.create_task(self._sleep(moment - workflow.now()))

    async def _sleep(self, duration: timedelta) -> None:
        await workflow.sleep(max(duration, timedelta(0)), summary="until the next deadline")
        self._at = self._timer = None
        self._ring()
