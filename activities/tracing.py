"""Traces, where somebody collects them: spans by whoever the process has said makes them, and nothing otherwise.

An event is one trace, from the script to each notice. Nothing of OpenTelemetry is imported here, nor of Temporal.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Protocol


class Span(Protocol):
    """A piece of work on its way."""

    def say(self, **attributes: str | int) -> None:
        """Tell something of it, by ids and codes alone."""
        ...

    @property
    def traceparent(self) -> str | None:
        """By which others know what they do as a part of this."""
        ...


class Tracer(Protocol):
    """Makes spans."""

    def span(self, name: str, parent: str | None, attributes: Mapping[str, str | int]) -> AbstractContextManager[Span]:
        """A span until the context ends; `parent` is a traceparent, without which it is part of what goes on here."""
        ...


class Untraced:
    """A span that nobody collects."""

    traceparent = None

    def say(self, **attributes: str | int) -> None:
        """Nobody listens."""


UNTRACED = Untraced()

_tracers: list[Tracer] = []

_current: ContextVar[Span] = ContextVar("span", default=UNTRACED)


def trace_by(tracer: Tracer) -> None:
    """Say, once a process, who makes its spans."""
    _tracers[:] = [tracer]


def trace_no_more() -> None:
    """Have nobody make spans."""
    _tracers.clear()


def is_traced() -> bool:
    """Whether anybody does."""
    return bool(_tracers)


@contextmanager
def span(name: str, parent: str | None = None, **attributes: str | int) -> Iterator[Span]:
    """Something that is done until the context ends."""
    if not _tracers:
        yield UNTRACED
        return
    with _tracers[0].span(name, parent, attributes) as one:
        before = _current.set(one)
        try:
            yield one
        finally:
            _current.reset(before)


def current_traceparent() -> str | None:
    """The traceparent of what is being done here; None where it is not traced."""
    return _current.get().traceparent
