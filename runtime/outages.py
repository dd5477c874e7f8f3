"""Outages in the log: told when they begin, once a minute while they go on, and when they are over.

Hundreds of journeys wait for the same database. That each of them has tried again is no news, and who must mend it
should see what else there is.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Timer
from time import time

from runtime.error_names import name_of

AGAIN_AFTER = 60.0
"""Seconds after which the same is told once more, with how often it came meanwhile."""

OVER_AFTER = 150.0
"""Seconds without a further one after which it counts as over: whatever waits tries at least once a minute."""

LOOK_EVERY = 15.0

PASSING = (
    "builtins.ConnectionError",
    "builtins.TimeoutError",
    "sqlalchemy.exc.InterfaceError",
    "sqlalchemy.exc.OperationalError",
    "sqlalchemy.exc.TimeoutError",
    "temporalio.service.RPCError",
    "aiohttp.client_exceptions.ClientError",
    "activities.announce.DeliveryFailed",
)
"""Errors by which services that are away or overloaded are noticed, whoever it is that waits for them."""

COUNTING = ("temporalio", "opentelemetry")
"""Loggers that tell each of their tries, with its number."""

NUMBERS = re.compile(r"\d+(?:\.\d+)?")


@dataclass
class Outage:
    """Something that goes wrong again and again: since when, when it was last told, how often it came."""

    record: logging.LogRecord
    told_at: float
    last_at: float
    times: int = 1
    untold: int = 0


class Outages(logging.Filter):
    """Lets one entry of a cause pass in a minute. What is over goes to `tell`, with what was `said` of it first."""

    def __init__(
        self,
        tell: Callable[[logging.LogRecord], object],
        said: Callable[[logging.LogRecord], str],
        *,
        by_itself: bool = True,
    ) -> None:
        super().__init__()
        self._tell = tell
        self._said = said
        self._by_itself = by_itself
        self._open: dict[tuple[str, ...], Outage] = {}
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the entry is written."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if getattr(error, "told_elsewhere", False):
            return False
        cause = cause_of(record, error)
        if cause is None:
            return True
        with self._lock:
            return self._counts(cause, record)

    def _counts(self, cause: tuple[str, ...], record: logging.LogRecord) -> bool:
        outage = self._open.get(cause)
        if outage is None:
            if not self._open and self._by_itself:
                self._look_later()
            self._open[cause] = Outage(record, record.created, record.created)
            return True
        outage.times, outage.last_at = outage.times + 1, record.created
        outage.untold += 1
        if record.created - outage.told_at < AGAIN_AFTER:
            return False
        record.times, outage.untold, outage.told_at = outage.untold, 0, record.created
        return True

    def look(self, now: float) -> bool:
        """Tell what is over at a moment; whether anything still goes on."""
        with self._lock:
            over = {cause: one for cause, one in self._open.items() if now - one.last_at >= OVER_AFTER}
            for cause in over:
                del self._open[cause]
            left = bool(self._open)
        for one in over.values():
            if one.times > 1:
                self._tell(_is_over(one, self._said(one.record)))
        return left

    def _look_later(self) -> None:
        timer = Timer(LOOK_EVERY, self._look_again)
        timer.daemon = True
        timer.start()

    def _look_again(self) -> None:
        if self.look(time()):
            self._look_later()


def cause_of(record: logging.LogRecord, error: BaseException | None) -> tuple[str, ...] | None:
    """What an entry is about, where it may come again and again; None for one that is always written."""
    if record.levelno < logging.WARNING:
        return None
    if (cause := getattr(record, "cause", None)) is not None:
        return record.name, str(cause)
    if error is not None:
        root = root_of(error)
        whose = () if is_passing(root) else (str(_whose(record)), record.getMessage())
        return name_of(root), str(getattr(root, "status", "")), *whose
    return (record.name, NUMBERS.sub("", record.getMessage())) if record.name.startswith(COUNTING) else None


def is_passing(error: BaseException) -> bool:
    """Whether an error says that a service is away or overloaded."""
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return not kinds.isdisjoint(PASSING)


def root_of(error: BaseException) -> BaseException:
    """The outermost error in a chain of causes by which a service is known to be away; else the last."""
    seen: BaseException = error
    while not is_passing(seen) and seen.__cause__ is not None:
        seen = seen.__cause__
    return seen


def _whose(record: logging.LogRecord) -> object:
    about = getattr(record, "temporal_activity", None) or getattr(record, "temporal_workflow", None) or {}
    return about.get("workflow_id")


def _is_over(outage: Outage, said: str) -> logging.LogRecord:
    seconds = round(outage.last_at - outage.record.created)
    about = outage.record
    text = "no longer, after %d times in %d seconds: %s"
    values = (outage.times, seconds, said)
    return logging.LogRecord(about.name, about.levelno, about.pathname, about.lineno, text, values, None)
