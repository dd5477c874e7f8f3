"""Waiting for what another process or task does: looked at often, given up late."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOK_EVERY = 0.05
GIVE_UP_AFTER = 60.0
"""Seconds; only a test that fails waits so long."""


async def until(look: Callable[[], T], is_right: Callable[[T], bool] = bool) -> T:
    """What `look` sees once it is right. Raises AssertionError with what it saw last."""
    seen = look()
    for _ in range(int(GIVE_UP_AFTER / LOOK_EVERY)):
        if is_right(seen):
            return seen
        await asyncio.sleep(LOOK_EVERY)
        seen = look()
    raise AssertionError(f"waited in vain; seen last: {seen}")
