"""Work that somebody has begun and comes back to while it goes on, such as an import: in the memory of a process alone.

Nothing of it is written anywhere. It is gone once it is left, once its time is over, and when the process ends.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Generic, Protocol, TypeVar

from models.message import Message
from runtime.errors import Refused, UsageError, UserError, first_of
from runtime.failures import as_user_error

LOG = logging.getLogger(__name__)

KEPT = timedelta(hours=8)
"""A working day: what was begun in the morning is taken up again in the afternoon."""

MOST_OWN = 3
"""Works of one person: the one that goes on, and what came before it."""

MOST = 40
"""Works of all together, each with a file of some megabytes."""


class Left(Exception):
    """Whoever began the work has left it."""


class Work(Protocol):
    """What can be held."""

    @property
    def is_busy(self) -> bool:
        """Whether something of it goes on now."""
        ...

    def failed(self, why: Message) -> None:
        """Take in that what went on has failed."""
        ...

    def leave(self) -> None:
        """Let what goes on come to its end soon; let go of all that is held."""
        ...


W = TypeVar("W", bound=Work)


@dataclass
class _Held(Generic[W]):
    owner: str
    work: W
    until: datetime
    task: asyncio.Task[None] | None = None


@dataclass
class Held(Generic[W]):
    """The works of all who have begun any; nobody finds those of others."""

    now: Callable[[], datetime]
    _kept: dict[str, _Held[W]] = field(default_factory=dict)

    def add(self, owner: str, work: W) -> str:
        """Hold a work; returns the id by which its owner finds it. The oldest ones that rest make room. Raises Refused
        where there is none."""
        self._tidy()
        self._make_room([id_ for id_, one in self._kept.items() if one.owner == owner], MOST_OWN)
        self._make_room(list(self._kept), MOST)
        id_ = token_urlsafe(12)
        self._kept[id_] = _Held(owner, work, self.now() + KEPT)
        return id_

    def of(self, owner: str) -> dict[str, W]:
        """The works of somebody by their ids, the latest first."""
        self._tidy()
        return {id_: one.work for id_, one in reversed(list(self._kept.items())) if one.owner == owner}

    def get(self, owner: str, id_: str) -> W:
        """Raises UsageError where it is somebody else's, or is gone."""
        return self._of(owner, id_).work

    def drop(self, owner: str, id_: str) -> None:
        """Let go of a work."""
        self._of(owner, id_).work.leave()
        del self._kept[id_]

    async def go_on(self, owner: str, id_: str, step: Callable[[W], Coroutine[Any, Any, Any]], patience: float) -> None:
        """Let a step of a work be done in the background, where nothing of it goes on already; wait for so many seconds
        whether it is done by then."""
        held = self._of(owner, id_)
        if held.task is None or held.task.done():
            held.until = self.now() + KEPT
            held.task = asyncio.create_task(_done(held.work, step(held.work)), name=task_of(id_))
        await asyncio.wait({held.task}, timeout=patience)

    def close(self) -> None:
        """Let go of everything, as the process ends."""
        for one in self._kept.values():
            one.work.leave()
            if one.task is not None:
                one.task.cancel()
        self._kept.clear()

    def _of(self, owner: str, id_: str) -> _Held[W]:
        self._tidy()
        found = self._kept.get(id_)
        if found is None or found.owner != owner:
            raise UsageError(
                "held.gone", "This is not kept any more. Begin again. What was done already is not repeated."
            )
        return found

    def _tidy(self) -> None:
        for id_, one in list(self._kept.items()):
            if one.until < self.now() and not one.work.is_busy:
                one.work.leave()
                self._kept.pop(id_, None)

    def _make_room(self, ids: list[str], most: int) -> None:
        resting = [id_ for id_ in ids if not self._kept[id_].work.is_busy]
        over = len(ids) + 1 - most
        if over > len(resting):
            raise Refused("held.full", "Too much goes on at the same time. Wait until something is done.")
        for id_ in resting[: max(over, 0)]:
            self._kept.pop(id_).work.leave()


def task_of(id_: str) -> str:
    """What the task is called in which a step of a work is done."""
    return f"held {id_}"


async def _done(work: Work, step: Coroutine[Any, Any, Any]) -> None:
    """Do a step. Nobody waits for what it raises, so the work is told of it."""
    try:
        await step
    except Left:
        return
    except Exception as error:
        first = first_of(error)
        if isinstance(first, Left):
            return
        shown = as_user_error(first if isinstance(first, Exception) else error)
        if not isinstance(first, UserError):
            LOG.error("work in the background has failed", exc_info=error)
        work.failed(shown.message)
