"""The chain of a journey's ledger rows: each carries the hash of the one before, so that none can be changed unseen."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from models.canonical import canonical

GENESIS = "0" * 64
"""What the first row of a journey carries in the place of the hash of the row before."""

FORM = 1
"""The form of what a row's hash covers, which each row names. Another form gets a number of its own."""

CHAINED = (
    *("form", "journey_id", "row", "event_id", "kind", "actor", "effective_on", "recorded_at", "accepted"),
    *("rule", "source", "stage_before", "stage_after", "digest", "rules_digest", "commitment", "key", "signature"),
    "previous",
)
"""What the hash of a row covers in this form. Of the event and the receipt it covers salted digests: where the
contents are erased by a decision, the chain still holds, and nobody can guess them from it."""


ADDED = ("sign_in",)
"""What it covers too where a row has it."""


def row_hash(row: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of a ledger row as canonical JSON (RFC 8785): its columns by name, but not all.

    It leaves out `id`, `contents` and what comes after the hash. Ids, days and stages are written as text, the moment
    of recording in UTC with microseconds.
    """
    covered = {name: plain(row[name]) for name in CHAINED}
    covered |= {name: plain(row[name]) for name in ADDED if row.get(name) is not None}
    return hashlib.sha256(canonical(covered)).hexdigest()


def plain(value: Any) -> Any:
    """A value of a database row as JSON has it."""
    if value is None or type(value) is str or isinstance(value, (int, dict)):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
