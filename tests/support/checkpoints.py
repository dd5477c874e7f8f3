"""Checkpoints for tests, without a database."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from auditing.transparency.checkpoint import Checkpoint, read_checkpoint
from auditing.transparency.checkpointing import Beside, write_checkpoint
from auditing.transparency.signing import ChainHead, Leaf, public_key_of

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
LEDGER = "Region Sörmland"
AUDITOR = Ed25519PrivateKey.from_private_bytes(bytes(32))
"""A key for tests alone: everybody knows it."""

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
PUBLIC = public_key_of(AUDITOR)


def in_pem(key: Ed25519PrivateKey) -> bytes:
    """A private key as `audit.py checkpoint-key` writes one."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


BESIDE = Beside(7, "7" * 64, {"training_completions": ChainHead(rows=8, head="8" * 64)})
"""As if seven statements had been made by then, and eight rows of training recorded."""

FIVE = ("K2345678F", "K2345679D", "K234567AB", "K234567B9", "K234567C7")
HOUR = timedelta(hours=1)


def id_of(candidate: str) -> str:
    return f"journey/{candidate}/service_division"


def head(journey_id: str, row: int) -> str:
    """The hash that a row of a journey has in these tests."""
    return hashlib.sha256(f"{journey_id} {row}".encode()).hexdigest()


def leaf(candidate: str, rows: int) -> Leaf:
    reads = 6 - rows
    return Leaf(id_of(candidate), rows, head(id_of(candidate), rows), reads, head(f"reads {candidate}", reads))


LEAVES = tuple(leaf(candidate, rows) for rows, candidate in enumerate(FIVE, 1))
"""Five journeys of 1 to 5 rows, and 5 to 1 readings."""


def written(
    folder: Path, leaves: tuple[Leaf, ...] = LEAVES, key: Ed25519PrivateKey = AUDITOR, ledger: str = LEDGER
) -> Path:
    file = folder / "checkpoint.json"
    write_checkpoint(file, leaves, BESIDE, ledger=ledger, at=AT, key=key)
    return file


def read_back(folder: Path, leaves: tuple[Leaf, ...] = LEAVES) -> Checkpoint:
    return read_checkpoint(written(folder, leaves), PUBLIC, LEDGER)
