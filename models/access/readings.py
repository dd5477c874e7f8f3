"""The log of readings: what a reader signs before they are shown anything of a candidate. A chain for each journey.

Why somebody read is free text about a person: it is sealed, and what is signed is a salted commitment in its place.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from models.canonical import digest_of
from models.ledger.hash_chain import GENESIS, plain

SIGNED = (
    "journey_id",
    "number",
    "candidate",
    "actor",
    "what",
    "commitment",
    "read_at",
    "stage",
    "relation",
    "urgent",
    "refused",
    "previous",
)
"""What a reader signs: every column but the row's id, the sealed reason, the key and the signature."""


ADDED = ("sign_in",)
"""What is signed too where a row has it: by what a server knew the reader for whom it signed."""


def commitment_to_reason(because: str, salt: str) -> str:
    """What stands in a signed row for the reason of whoever signs it."""
    return digest_of({"because": because, "salt": salt})


def reading_bytes(row: Mapping[str, Any]) -> bytes:
    """What is signed of a reading: its columns and its place in the journey's chain, in the form of RFC 8785."""
    said = {name: plain(row[name]) for name in SIGNED}
    said |= {name: plain(row[name]) for name in ADDED if row.get(name) is not None}
    return rfc8785.dumps({"format": "hela-vagen-reading/2", **said})


def reading_hash(row: Mapping[str, Any]) -> str:
    """SHA-256 of what is signed, of the key and of the signature: what the next reading of the journey carries."""
    covered = {"key": row["key"], "read": reading_bytes(row).hex(), "signature": row["signature"]}
    return hashlib.sha256(rfc8785.dumps(covered)).hexdigest()


BEGINNING = GENESIS
"""What the first reading of a journey carries in the place of the hash of the one before."""
