"""XML written element by element, so that no document is held in memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


class Elements:
    """Writes elements to a file, opened for bytes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def start(self, name: str, attributes: Mapping[str, str] | None = None) -> None:
        """Begin an element."""
        self._out.write(f"<{name}{_written(attributes)}>".encode())

    def end(self, name: str) -> None:
        """End an element, and the line."""
        self._out.write(f"</{name}>\n".encode())

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element with what is written within."""
        self.start(name, attributes)
        yield
        self.end(name)

    def leaf(self, name: str, attributes: Mapping[str, str] | None = None, text: str = "") -> None:
        """An element with text, or nothing, in it."""
        end = f">{escape(text)}</{name}>" if text else "/>"
        self._out.write(f"<{name}{_written(attributes)}{end}".encode())


def _written(attributes: Mapping[str, str] | None) -> str:
    return "".join(f" {name}={_quoted(value)}" for name, value in attributes.items()) if attributes else ""


_quoted = lru_cache(maxsize=1000)(quoteattr)
"""Most values are one of few."""
