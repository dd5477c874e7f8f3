"""Making a checkpoint: reading the heads of all journeys at one moment, and writing them with a signed root."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from runtime.auditing.merkle import root_of
from runtime.auditing.signing import public_key_of
from runtime.auditing.statement import Leaf, Statement
from runtime.new_file import new_file


def file_name(at: datetime) -> str:
    """What a checkpoint is called where nobody says otherwise."""
    return f"hela-vagen-checkpoint-{at.astimezone(UTC):%Y-%m-%dT%H%MZ}.json"


@dataclass
class _Counted:
    """What has been written so far."""

    journeys: int = 0
    rows: int = 0


def write_checkpoint(
    file: Path, leaves: Iterable[Leaf], *, ledger: str, at: datetime, key: Ed25519PrivateKey
) -> Statement:
    """Write and sign a checkpoint. The leaves come in the order of their journey ids, and are read once.

    Raises WrongUse where the file exists or cannot be written.
    """
    counted = _Counted()
    with new_file(file) as out:
        out.write('{"leaves":[')
        root = root_of(_written(leaves, out, counted))
        statement = Statement(
            ledger=ledger,
            at=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            journeys=counted.journeys,
            rows=counted.rows,
            root=root.hex(),
            public_key=public_key_of(key),
        )
        signature = key.sign(statement.canonical()).hex()
        out.write(f'\n],\n"statement":{json.dumps(statement.model_dump(), ensure_ascii=False, indent=2)},\n')
        out.write(f'"signature":"{signature}"}}\n')
    return statement


def _written(leaves: Iterable[Leaf], out: TextIO, counted: _Counted) -> Iterator[bytes]:
    """The hashes of leaves, each written as it passes: so many journeys need no more memory than one."""
    for leaf in leaves:
        out.write(",\n" if counted.journeys else "\n")
        out.write(json.dumps(leaf, ensure_ascii=False, separators=(",", ":")))
        counted.journeys += 1
        counted.rows += leaf.rows
        yield leaf.hash
