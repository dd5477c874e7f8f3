"""A sign-in service of a test: keys that it publishes, and tokens, right ones and wrong ones."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from runtime.tokens import Issuer

ISSUER = Issuer("https://login.employer.example", "hela-vagen", "email")


@cache
def key_called(_file: str, _name: str) -> RSAPrivateKey:
    """A key of a test run, by where it is published and under which name: to find the primes of one takes longer than
    most tests that need it."""
    return generate_private_key(65537, 2048)


@dataclass
class TokenIssuer:
    """Signs tokens with RSA, and keeps its published keys in a file."""

    file: Path
    name: str = "key-1"
    key: RSAPrivateKey = field(init=False)

    def __post_init__(self) -> None:
        self.key = key_called(self.file.name, self.name)
        self.publish()

    @property
    def public(self) -> dict[str, Any]:
        """The key as it is published."""
        return {**RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True), "kid": self.name}

    def publish(self, *more: dict[str, Any]) -> None:
        """Write the file of keys."""
        self.file.write_text(json.dumps({"keys": [self.public, *more]}))

    def claims(self, **more: Any) -> dict[str, Any]:
        """What a right token says, with some of it said otherwise; None leaves a claim out."""
        now = datetime.now(UTC)
        said = {
            **{"iss": ISSUER.issuer, "aud": ISSUER.audience, "email": "anna.berg@employer.example"},
            **{"iat": now, "exp": now + timedelta(minutes=5), **more},
        }
        return {name: value for name, value in said.items() if value is not None}

    def token(self, **more: Any) -> str:
        """A token with these claims."""
        return jwt.encode(self.claims(**more), self.key, "RS256", {"kid": self.name})
