"""What is held of who a candidate is: a salted hash, which tells nobody anything once the identity is erased."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from models.ledger.hash_chain import plain

COMMITTED = ("number", "identity_number", "name", "email", "phone", "registered_at", "salt")
"""What the hash covers of an identity: every column. The salt stands beside the identity and goes with it."""


def commitment_to(row: Mapping[str, Any]) -> str:
    """SHA-256 of an identity with its salt, in the form of RFC 8785."""
    said = {name: plain(row[name]) for name in COMMITTED}
    return hashlib.sha256(rfc8785.dumps({"format": "hela-vagen-identity/1", **said})).hexdigest()
