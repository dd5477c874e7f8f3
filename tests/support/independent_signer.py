"""Signs events by what deploy/signing.md says alone: no code of ours is used."""

import hashlib
import secrets
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def with_signature(event: dict[str, Any], journey: str, key: Ed25519PrivateKey, salt: str = "") -> dict[str, Any]:
    salt = salt or secrets.token_hex(16)
    digest = hashlib.sha256(rfc8785.dumps({"said": event, "salt": salt})).hexdigest()
    signed = rfc8785.dumps({"format": "hela-vagen-event/2", "event": digest, "journey": journey})
    public = key.public_key().public_bytes_raw().hex()
    return {**event, "signature": {"key": public, "value": key.sign(signed).hex(), "salt": salt}}
