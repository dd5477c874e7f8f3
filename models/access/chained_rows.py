"""Logs of what people record beside the ledger: what they sign of each row. One chain for each table."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from models.ledger.hash_chain import GENESIS, plain

SIGNED: Mapping[str, tuple[str, ...]] = {
    "disposals": (
        *("number", "candidate", "act", "decision", "day", "proposal", "recorded_by", "recorded_at", "previous"),
    ),
    "identity_commitments": ("number", "candidate", "commitment", "recorded_by", "recorded_at", "previous"),
    "text_erasures": (
        *("number", "text", "journey_id", "decided_by", "decision", "recorded_by", "recorded_at"),
        "previous",
    ),
    "reports": ("number", "programme", "act", "day", "figures", "basis", "recorded_by", "recorded_at", "previous"),
    "protections": ("number", "candidate", "staff", "commitment", "recorded_by", "recorded_at", "previous"),
    "unit_staff": (
        *("number", "unit", "person", "form", "from_day", "until_day", "struck", "recorded_by", "recorded_at"),
        "previous",
    ),
    "position_changes": (
        *("number", "position", "title", "unit", "site", "staffing_need", "profile", "programmes", "places"),
        *("recorded_at", "previous"),
    ),
    "training_completions": (
        *("number", "person", "package", "part", "completed_on", "struck", "recorded_by", "recorded_at"),
        "previous",
    ),
}
"""What is signed of a row, by table: every column but the row's id, what is sealed, the key and the signature."""

ADDED = ("sign_in",)
"""What is signed too where a row has it: by what a server knew for whom it signed."""

BEGINNING = GENESIS
"""What the first row of a table carries in the place of the hash of the one before."""


def chained_bytes(table: str, row: Mapping[str, Any]) -> bytes:
    """What is signed of a row: its table, its columns and its place in the chain, in the form of RFC 8785."""
    said = {name: plain(row[name]) for name in SIGNED[table]}
    said |= {name: plain(row[name]) for name in ADDED if row.get(name) is not None}
    return rfc8785.dumps({"format": "hela-vagen-row-of-a-log/1", "table": table, **said})


def chained_hash(table: str, row: Mapping[str, Any]) -> str:
    """SHA-256 of what is signed, of the key and of the signature: what the next row of the table carries."""
    covered = {"key": row["key"], "row": chained_bytes(table, row).hex(), "signature": row["signature"]}
    return hashlib.sha256(rfc8785.dumps(covered)).hexdigest()
