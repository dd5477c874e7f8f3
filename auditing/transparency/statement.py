"""What an auditor signs of a ledger: one hash over the heads of all its journeys, at a moment.

The format is told in deploy/checkpoints.md, for those who check it without this program.
"""

from datetime import datetime
from typing import Annotated, Final, Literal, NamedTuple

import rfc8785
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from auditing.transparency.merkle import leaf_hash
from auditing.transparency.signing import Digest, Signature, is_signed
from models.fields import Strict

FORMAT: Final = "hela-vagen-checkpoint/1"

LARGEST = 2**53 - 1
"""RFC 8785 knows no larger whole number."""


def _a_moment(written: str) -> str:
    datetime.fromisoformat(written)
    return written


At = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"), AfterValidator(_a_moment)]
"""A moment in UTC, to the second, in one spelling."""

Count = Annotated[int, Field(ge=0, le=LARGEST)]


class AsWritten(Strict):
    """Read from a file exactly as it stands there: a number is no text, and a text no number."""

    model_config = ConfigDict(strict=True)


class Leaf(NamedTuple):
    """A journey at a checkpoint: how many ledger rows it had, and the hash of the last one, its head."""

    journey_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    rows: Annotated[int, Field(ge=1, le=LARGEST)]
    head: Digest

    @property
    def hash(self) -> bytes:
        """Its hash in the Merkle tree, over its RFC 8785 form."""
        return leaf_hash(rfc8785.dumps({"journey": self.journey_id, "rows": self.rows, "head": self.head}))


class Statement(AsWritten):
    """What is signed, in its RFC 8785 form. `at` is the moment just before the ledger was read."""

    format: Literal["hela-vagen-checkpoint/1"] = FORMAT
    ledger: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    at: At
    journeys: Count
    rows: Count
    hash: Literal["SHA-256"] = "SHA-256"
    root: Digest
    public_key: Digest

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def canonical(self) -> bytes:
        return rfc8785.dumps(self.model_dump())

    def is_signed_with(self, signature: Signature) -> bool:
        """Whether its own key signed it; whether that key is the auditor's only the auditor can say."""
        return is_signed(self.canonical(), signature, self.public_key)
