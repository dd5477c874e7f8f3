"""How much a partner may send, and how often: what is too much is refused before it costs anything."""

import asyncio
import time
from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request

LARGEST_BODY = 40_000
"""Bytes. A note of 2,000 characters, each of them escaped, is the largest that can be recorded."""

SECONDS_TO_SEND = 10.0
"""For a body to arrive."""

AT_ONCE, A_SECOND = 60, 5.0
"""Messages of a partner: so many after a pause, and as many a second without one."""


class TooLarge(Exception):
    """The body is larger than any message."""


class TooSlow(Exception):
    """The body did not arrive in time, or not at all."""


async def body_of(request: Request) -> bytes:
    """The body of a request. Raises TooLarge as soon as that is known, TooSlow."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced[:12]) > LARGEST_BODY:
        raise TooLarge
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS_TO_SEND):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise TooLarge
    except (TimeoutError, ClientDisconnect) as error:
        raise TooSlow from error
    return bytes(body)


class Rate:
    """How often each partner may send, as a bucket that fills with time. Of this process alone."""

    def __init__(
        self, at_once: int = AT_ONCE, a_second: float = A_SECOND, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._at_once, self._a_second, self._clock = at_once, a_second, clock
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, partner: str) -> float:
        """Take one from a partner's bucket; the seconds to wait where it is empty, otherwise 0."""
        now = self._clock()
        left, since = self._left.get(partner, (float(self._at_once), now))
        left = min(self._at_once, left + (now - since) * self._a_second)
        if left < 1:
            self._left[partner] = (left, now)
            return (1 - left) / self._a_second
        self._left[partner] = (left - 1, now)
        return 0.0
