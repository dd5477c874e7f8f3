"""Sign-in for the local stack: a key of its own, and short-lived tokens for whoever has a person's key here."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from runtime.files import new_file

KEY, KEY_SET = "token-key.pem", "token-keys.json"
"""The files of the key and of its public half, under the data directory."""

ISSUER = "hela-vagen-local"

AUDIENCE = "hela-vagen-codec"

NAME = "local"

GOOD_FOR = timedelta(minutes=15)


def make_token_key(data: Path) -> None:
    """Make the key with which the local stack signs tokens, where there is none."""
    if (data / KEY_SET).exists():
        return
    (data / KEY).unlink(missing_ok=True)  # left by a start that was interrupted
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    for file, content in (
        (data / KEY, pem),
        (data / KEY_SET, json.dumps({"keys": [{**public, "kid": NAME, "alg": "EdDSA", "use": "sig"}]}).encode()),
    ):
        with new_file(file) as out:
            out.write(content)


def local_token(key_file: Path, person: str, because: str | None, now: datetime) -> str:
    """A token of the local stack that says who somebody is, and why they read. Raises OSError."""
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": person,
        "iat": now,
        "exp": now + GOOD_FOR,
        "jti": str(uuid4()),
        **({"because": because} if because else {}),
    }
    return jwt.encode(said, key_file.read_bytes(), algorithm="EdDSA", headers={"kid": NAME})
