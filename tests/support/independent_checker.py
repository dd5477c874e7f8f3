"""Checks checkpoints, proofs and ledger rows by what deploy/checkpoints.md says alone: no code of ours is used."""

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf(journey: str, rows: int, head: str, reads: int, reads_head: str) -> bytes:
    said = {"journey": journey, "rows": rows, "head": head, "reads": reads, "reads_head": reads_head}
    return hashlib.sha256(b"\x00" + canonical(said)).digest()


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
    ids = [journey for journey, *_ in said["leaves"]]
    assert said["statement"]["format"] == "hela-vagen-checkpoint/3"
    assert ids == sorted(set(ids))
    assert said["statement"]["journeys"] == len(ids)
    assert said["statement"]["rows"] == sum(rows for _, rows, *_ in said["leaves"])
    assert root([leaf(*each) for each in said["leaves"]]).hex() == said["statement"]["root"]


COVERED = (
    "form journey_id row event_id kind actor effective_on recorded_at accepted rule source stage_before stage_after"
    " digest rules_digest commitment key signature previous"
)


def check_rows(rows: list[dict[str, Any]]) -> str:
    """The rows of one journey, as an export has them; answers with the head."""
    previous = "0" * 64
    for row in rows:
        assert row["form"] == 1
        assert row["previous"] == previous
        previous = hashlib.sha256(canonical({name: row[name] for name in COVERED.split()})).hexdigest()
        assert row["hash"] == previous
    return previous


LOGS = {
    "disposals": "number candidate act decision day proposal recorded_by recorded_at previous",
    "identity_commitments": "number candidate commitment recorded_by recorded_at previous",
    "position_changes": (
        "number position title unit site staffing_need profile programmes places recorded_at previous"
    ),
    "protections": "number candidate staff commitment recorded_by recorded_at previous",
    "reports": "number programme act day figures basis recorded_by recorded_at previous",
    "text_erasures": "number text journey_id decided_by decision recorded_by recorded_at previous",
    "training_completions": "number person package part completed_on struck recorded_by recorded_at previous",
    "unit_staff": "number unit person form from_day until_day struck recorded_by recorded_at previous",
}
READING = "journey_id number candidate actor what commitment read_at stage relation urgent refused previous"


def linked(rows: list[dict[str, Any]], said: dict[str, str], columns: str, name: str) -> tuple[int, str]:
    """The rows of one chain in their order; answers with how many there are, and the head."""
    previous = "0" * 64
    for number, row in enumerate(rows, 1):
        assert (row["number"], row["previous"]) == (number, previous)
        text = canonical({**said, **{column: row[column] for column in columns.split()}})
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(row["key"])).verify(bytes.fromhex(row["signature"]), text)
        covered = {"key": row["key"], name: text.hex(), "signature": row["signature"]}
        previous = hashlib.sha256(canonical(covered)).hexdigest()
    return len(rows), previous


def check_log(table: str, rows: list[dict[str, Any]], checkpoint: str) -> None:
    """All rows of a log, as the database has them in JSON's form, are those that a checkpoint is of."""
    said = {"format": "hela-vagen-row-of-a-log/1", "table": table}
    then = json.loads(checkpoint)["statement"]["chains"][table]
    assert linked(rows, said, LOGS[table], "row") == (then["rows"], then["head"])


def check_readings(journey: str, rows: list[dict[str, Any]], checkpoint: str) -> None:
    """All readings of a journey, as an export has them, are those that a checkpoint is of."""
    [(reads, head)] = [(one[3], one[4]) for one in json.loads(checkpoint)["leaves"] if one[0] == journey]
    assert linked(rows, {"format": "hela-vagen-reading/2"}, READING, "read") == (reads, head)


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
    assert said["format"] == "hela-vagen-proof/2"
    assert 0 <= i <= m
    for p in map(bytes.fromhex, said["path"]):
        assert m > 0
        while i % 2 == 0 and i == m:
            i, m = i // 2, m // 2
        r = node(p, r) if i % 2 else node(r, p)
        i, m = i // 2, m // 2
    assert (m, r.hex()) == (0, said["statement"]["root"])


def check_note(text: str, key: str) -> list[str]:
    """A note as c2sp.org/signed-note has it, by its one signature; answers with its lines."""
    said, _, signature = text.rpartition("\n\n")
    dash, name, written = signature.split(" ")
    public, signed_ = bytes.fromhex(key), base64.b64decode(written)
    assert (dash, text.endswith("\n")) == ("—", True)
    assert signed_[:4] == hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(signed_[4:], f"{said}\n".encode())
    return said.splitlines()


def check_report(text: str, key: str) -> str:
    """A report by what deploy/reports.md says alone; answers with the hash of its statement."""
    said = json.loads(text)
    digest = hashlib.sha256(canonical(said["statement"])).hexdigest()
    assert said["statement"]["public_key"] == key
    assert check_note(said["note"], key) == ["hela-vagen-report/1", digest]
    lines = [dict(zip(("journey", "verdict", "digest"), each, strict=True)) for each in said["verdicts"]]
    leaves = [hashlib.sha256(b"\x00" + canonical(line)).digest() for line in lines]
    assert root(leaves).hex() == said["statement"]["counted"]["root"]
    return digest


def check_report_file(content: bytes, key: str, statement: str) -> None:
    """That a PDF or a page of a report is, byte for byte, the one that was signed with its statement."""
    is_pdf = content.startswith(b"%PDF")
    at = content.rindex(b"%hela-vagen-report-file/1\n" if is_pdf else b"<!--\nhela-vagen-report-file/1\n")
    body, rest = content[:at], content[at:].decode()
    note = "".join(line[1:] + "\n" for line in rest.split("startxref")[0].splitlines()) if is_pdf else rest[5:-4]
    digest = hashlib.sha256(body).hexdigest()
    assert check_note(note, key) == ["hela-vagen-report-file/1", digest, statement]
    assert not is_pdf or body.endswith(rest[rest.index("startxref") :].encode())
