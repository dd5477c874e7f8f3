"""What is asked now and then, whoever wants to know how often: one at a time, and nobody waits for it without end."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Sampled(Generic[T]):
    """The latest answer to a question that is asked at most once in `every` seconds, and waited for `seconds` at most.

    Whatever goes wrong is no error of whoever wants to know: `failure` says it, and the answer before it stays.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[T]],
        every: float,
        seconds: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._ask = ask
        self._every = every
        self._seconds = seconds
        self._clock = clock
        self._asked_at: float | None = None
        self._asking: asyncio.Future[T] | None = None
        self.value: T | None = None
        self.failure: BaseException | None = None

    @property
    def answers(self) -> bool:
        """Whether the latest question was answered in time."""
        return self.value is not None and self.failure is None

    async def refresh(self) -> None:
        """Ask again where it is time, and wait for the answer as long as is given for it."""
        if self._asking is None:
            if self._asked_at is not None and self._clock() - self._asked_at < self._every:
                return
            self._asked_at = self._clock()
            self._asking = asyncio.ensure_future(self._ask())
            self._asking.add_done_callback(self._heard)
        await asyncio.wait({self._asking}, timeout=self._seconds)
        if self._asking is not None:  # and it goes on, perhaps in a thread that hangs: nobody else is sent after it
            self.failure = TimeoutError()
        await asyncio.sleep(0)

    def _heard(self, asking: "asyncio.Future[T]") -> None:
        self._asking = None
        if asking.cancelled():
            self.failure = asyncio.CancelledError()
        elif (error := asking.exception()) is not None:
            self.failure = error
        else:
            self.value, self.failure = asking.result(), None

    def close(self) -> None:
        """Let go of a question that is still open."""
        if self._asking is not None:
            self._asking.cancel()
