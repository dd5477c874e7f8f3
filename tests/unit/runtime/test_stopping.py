"""Work that is begun while somebody may say stop."""

import asyncio
import gc

import pytest

from runtime.errors import ServiceUnavailable
from runtime.stopping import let_go, unless_stopped
from tests.support.errors import raises


async def never() -> None:
    await asyncio.Event().wait()


async def at_once() -> None:
    pass


async def seven() -> int:
    return 7


async def fails() -> None:
    raise ServiceUnavailable("database.unavailable", "Away.")


async def waited_for(task: asyncio.Task[None]) -> bool:
    await task
    return True


async def test_what_is_done_first_is_what_comes_of_it() -> None:
    assert await unless_stopped(never, seven()) == 7
    with raises(ServiceUnavailable, "database.unavailable"):
        await unless_stopped(never, fails())


async def test_who_is_told_to_stop_leaves_the_work_undone() -> None:
    undone = asyncio.create_task(never())
    assert not await unless_stopped(at_once, waited_for(undone))
    with pytest.raises(asyncio.CancelledError):
        await undone


async def test_nobody_is_told_how_what_was_let_go_ended() -> None:
    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))

    async def fails_when_it_is_ended() -> None:
        try:
            await never()
        finally:
            await fails()

    failed = asyncio.create_task(fails())
    await asyncio.wait({failed})
    let_go(failed)
    await unless_stopped(at_once, fails_when_it_is_ended())
    del failed
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert told == []
