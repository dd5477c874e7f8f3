"""XML written element by element, so that no document is held in memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


class Elements:
    """Writes elements to a file, opened for bytes."""

    def __init__(self, out: BinaryIO) -> None:
        self._xml = XMLGenerator(out, "UTF-8", short_empty_elements=True)

    def start(self, name: str, attributes: Mapping[str, str] | None = None) -> None:
        """Begin an element."""
        self._xml.startElement(name, AttributesImpl(dict(attributes or {})))

    def end(self, name: str) -> None:
        """End an element, and the line."""
        self._xml.endElement(name)
        self._xml.ignorableWhitespace("\n")

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element with what is written within."""
        self.start(name, attributes)
        yield
        self.end(name)

    def leaf(self, name: str, attributes: Mapping[str, str] | None = None, text: str = "") -> None:
        """An element with text, or nothing, in it."""
        self.start(name, attributes)
        self.text(text)
        self._xml.endElement(name)

    def text(self, text: str) -> None:
        """Text within an element."""
        self._xml.characters(text)
