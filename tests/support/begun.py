"""What goes on at a desk of the tests, waited for."""

import asyncio

from services.held import task_of


async def at_rest(path: str) -> str:
    """The address of something that was begun, once nothing of it goes on any more."""
    id_ = path.rsplit("/", 1)[-1]
    if going_on := {task for task in asyncio.all_tasks() if task.get_name() == task_of(id_)}:
        await asyncio.wait(going_on, timeout=60)
    return path
