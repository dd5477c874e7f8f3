"""Invented people whose names and identity numbers may stand in the identity table alone."""

import json
from collections.abc import Iterator

from tests.support.import_files import made_up_number

BORN = "19850505"
NUMBERS = [made_up_number(BORN, serial) for serial in (980, 981, 982)]
NAMES = ("Nils Påhittad", "Brita Gåtfull", "Cissi Rönnspång")
PERSONAL = (*NAMES, *NUMBERS, *(number[2:] for number in NUMBERS), "hittad", "tfull", "nnsp", "nils@", "070-123 45")


def written(text: str) -> Iterator[bytes]:
    """A text as it may stand in a file."""
    for encoding in ("utf-8", "cp1252", "utf-16-le"):
        yield text.encode(encoding)
    yield json.dumps(text)[1:-1].encode()


def found_in(content: bytes, texts: tuple[str, ...] = PERSONAL) -> list[str]:
    return [text for text in texts if any(form in content for form in written(text))]
