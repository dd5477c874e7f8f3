"""Being told to stop, by Ctrl-C or SIGTERM: obeyed in time, whatever else hangs."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine
from threading import Timer
from typing import Any, TypeVar

T = TypeVar("T")

BEYOND_GRACE = 1.25
"""How many times its grace a process may take to end: threads that wait for a database cannot be ended, only left."""


def until_told_to_stop(leave_after: float | None = None) -> Callable[[], Awaitable[None]]:
    """What waits until this process is told to stop.

    With `leave_after` the process is left so many seconds later, with the status 0, where it is still there.
    """
    told, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop(_number: int, _frame: object) -> None:
        # A handler of the loop's would not run while something on the loop waits for a database.
        loop.call_soon_threadsafe(told.set)
        if leave_after is not None and not told.is_set():
            timer = Timer(leave_after, _leave)
            timer.daemon = True
            timer.start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)

    async def stopped() -> None:
        await told.wait()

    return stopped


async def unless_stopped(stopped: Callable[[], Awaitable[None]], work: Coroutine[Any, Any, T]) -> T | None:
    """What comes of some work; None where the process is told to stop before it is done."""
    begun, told = asyncio.ensure_future(work), asyncio.ensure_future(stopped())
    try:
        await asyncio.wait({begun, told}, return_when=asyncio.FIRST_COMPLETED)
        return begun.result() if begun.done() else None
    finally:
        let_go(begun)
        let_go(told)


def let_go(task: asyncio.Future[Any]) -> None:
    """Cancel what nobody waits for any more, once it has heard what is there already. How it ends is not news."""
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    asyncio.get_running_loop().call_soon(task.cancel)


def _leave() -> None:
    logging.getLogger(__name__).warning("told to stop, and left with something still under way")
    os._exit(0)
