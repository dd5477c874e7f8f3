"""What is held of who a candidate is: a salted hash, which tells nobody anything once the identity is erased."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import rfc8785

from models.ledger.hash_chain import plain

CHANGEABLE = ("identity_number", "name", "email", "phone", "address", "language", "contact_by")
"""What is held of a person and can change. Each says nothing, or text."""

COMMITTED = ("number", *CHANGEABLE, "earlier", "registered_at", "salt")
"""What the hash covers of an identity: every column. The salt stands beside the identity and goes with it."""

Earlier = dict[str, str]
"""What somebody was called, or reached by, before: `field`, `value`, and `until` which day it was right."""


def commitment_to(row: Mapping[str, Any]) -> str:
    """SHA-256 of an identity with its salt, in the form of RFC 8785."""
    said = {name: plain(row[name]) for name in COMMITTED if name != "earlier"}
    said["earlier"] = list(row["earlier"] or ())
    return hashlib.sha256(rfc8785.dumps({"format": "hela-vagen-identity/2", **said})).hexdigest()


def changed(held: Mapping[str, Any], changes: Mapping[str, Any], on: date, keep: bool) -> dict[str, Any]:
    """An identity with what has changed of it, on a day. Where it was right before, `keep` keeps it as earlier; a
    co-ordination number always was. What holds again is earlier no more."""
    whole = {**held, **changes}
    before = [
        {"field": name, "value": str(held[name]), "until": on.isoformat()}
        for name in CHANGEABLE
        if held[name] not in (None, whole[name]) and (keep or _is_coordination_number(name, str(held[name])))
    ]
    earlier = [one for one in (*(whole["earlier"] or ()), *before) if whole[one["field"]] != one["value"]]
    return {**whole, "earlier": earlier}


def _is_coordination_number(field: str, value: str) -> bool:
    """Whether it was given to somebody who has no personal number yet: its day is counted from 60."""
    return field == "identity_number" and value[6:8] > "60"
