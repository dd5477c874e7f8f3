"""The canonical form of what is signed and hashed, and the digest of an event: anybody computes them alike."""

import hashlib
import json
from contextlib import suppress
from typing import Any

import rfc8785
from pydantic import BaseModel

LARGEST_WHOLE = 2**53 - 1
"""The largest number that JSON holds everywhere alike."""

_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(said: dict[str, Any]) -> bytes:
    """An object in the form of RFC 8785. Raises ValueError where it has none.

    A flat one of texts and whole numbers, as rows are, takes a tenth of what the package takes for it.
    """
    if all(map(str.isascii, said)) and all(map(_is_simple, said.values())):
        with suppress(UnicodeEncodeError):
            return _JSON.encode(said).encode()
    return rfc8785.dumps(said)


def _is_simple(value: Any) -> bool:
    kind = type(value)
    return kind is str or value is None or kind is bool or (kind is int and abs(value) <= LARGEST_WHOLE)


def digest_of(said: BaseModel | dict[str, Any] | bytes, salt: str = "") -> str:
    """SHA-256, in hexadecimal, of the canonical form of an event or of rules, whoever wrote them as JSON; of anything
    else, its bytes. With a salt, of an object of both: whoever knows only the digest cannot guess what was said.

    There are no fractions in either, so that this is the form of RFC 8785 at a tenth of its cost.
    """
    if isinstance(said, BaseModel):
        said = said.model_dump(mode="json")
    if salt:
        said = {"said": said, "salt": salt}
    if isinstance(said, dict):
        said = _JSON.encode(said).encode()
    return hashlib.sha256(said).hexdigest()
