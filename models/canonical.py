"""The digest of an event or of rules, which anybody computes alike."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel


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
        said = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(said).hexdigest()
