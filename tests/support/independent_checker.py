"""Checks checkpoints, proofs and ledger rows by what deploy/checkpoints.md says alone: no code of ours is used."""

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf(journey: str, rows: int, head: str) -> bytes:
    return hashlib.sha256(b"\x00" + canonical({"journey": journey, "rows": rows, "head": head})).digest()


def root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:k]), root(leaves[k:]))


def signed(said: Any, key: str) -> None:
    assert said["statement"]["public_key"] == key
    signature = bytes.fromhex(said["signature"])
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, canonical(said["statement"]))


def check_checkpoint(text: str, key: str) -> None:
    said = json.loads(text)
    signed(said, key)
    ids = [journey for journey, _, _ in said["leaves"]]
    assert said["statement"]["format"] == "hela-vagen-checkpoint/2"
    assert ids == sorted(set(ids))
    assert said["statement"]["journeys"] == len(ids)
    assert said["statement"]["rows"] == sum(rows for _, rows, _ in said["leaves"])
    assert root([leaf(*each) for each in said["leaves"]]).hex() == said["statement"]["root"]


COVERED = (
    "form journey_id row event_id kind actor effective_on recorded_at accepted rule source stage_before stage_after"
    " digest rules_digest receipt key signature previous"
)


def check_rows(rows: list[dict[str, Any]]) -> str:
    """The rows of one journey, as an export has them; answers with the head."""
    previous = "0" * 64
    for row in rows:
        assert row["form"] == 2
        assert row["previous"] == previous
        previous = hashlib.sha256(canonical({name: row[name] for name in COVERED.split()})).hexdigest()
        assert row["hash"] == previous
    return previous


def check_register(statements: list[dict[str, Any]], checkpoint: str) -> None:
    """The statements of authority, as an export has them, begin with those that a checkpoint is of."""
    said, head = json.loads(checkpoint)["statement"], "0" * 64
    for number, one in enumerate(statements[: said["statements"]], 1):
        assert (one["number"], one["previous"]) == (number, head)
        text = canonical({"format": "hela-vagen-statement/1", "number": number, "previous": head, "said": one["said"]})
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(one["key"])).verify(bytes.fromhex(one["signature"]), text)
        covered = {"key": one["key"], "said": text.hex(), "signature": one["signature"]}
        head = hashlib.sha256(canonical(covered)).hexdigest()
    assert (len(statements) >= said["statements"], head) == (True, said["register_head"])


def check_proof(text: str, key: str) -> None:
    said = json.loads(text)
    signed(said, key)
    r, i, m = leaf(**said["leaf"]), said["index"], said["statement"]["journeys"] - 1
    assert said["format"] == "hela-vagen-proof/1"
    assert 0 <= i <= m
    for p in map(bytes.fromhex, said["path"]):
        assert m > 0
        while i % 2 == 0 and i == m:
            i, m = i // 2, m // 2
        r = node(p, r) if i % 2 else node(r, p)
        i, m = i // 2, m // 2
    assert (m, r.hex()) == (0, said["statement"]["root"])
