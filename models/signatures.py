"""Signatures (Ed25519): what is signed of an event and of a ledger row, and whether a signature is that of a key."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, StringConstraints

from models.canonical import canonical, digest_of
from models.fields import Strict, added
from models.sign_ins import SignIn

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 hash: 32 bytes in hexadecimal, in one spelling."""

PublicKey = Digest
"""An Ed25519 public key: 32 bytes in hexadecimal, in one spelling."""

SignatureText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
"""An Ed25519 signature: 64 bytes in hexadecimal, in one spelling."""


Salt = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""16 bytes in hexadecimal that nobody can guess."""


REMEMBERED = 4_096
"""Signatures of which it is remembered whether they fit: the log of statements is read anew again and again."""


class Signature(Strict):
    """That the holder of `key` signed something."""

    key: PublicKey
    value: SignatureText


class EventSignature(Signature):
    """That somebody sent an event. Its digest is salted, since it stays where the event itself is erased.

    With a sign-in it is the word of a server that speaks for the author.
    """

    salt: Salt
    sign_in: SignIn | None = added(None)


def salt_of(signature: EventSignature | None) -> str:
    """The salt of an event's digest; empty where nobody signed it."""
    return signature.salt if signature else ""


def event_bytes(journey_id: str, digest: str, sign_in: SignIn | None = None) -> bytes:
    """What is signed of an event: its salted digest – kind, fields, author and day – and the journey that it is
    sent to, in the form of RFC 8785. A signature counts in no other journey. A server signs the sign-in too."""
    said = {"event": digest, "journey": str(journey_id)}
    if sign_in is None:
        return canonical({**said, "format": "hela-vagen-event/2"})
    return canonical({**said, "format": "hela-vagen-event/3", "sign_in": sign_in.as_json()})


def row_bytes(row_hash: str) -> bytes:
    """What a worker signs of a ledger row that it writes: the row's hash, which covers all the rest of it."""
    return canonical({"format": "hela-vagen-row/1", "hash": row_hash})


@dataclass(frozen=True)
class Signer:
    """Who signs: with a key of their own, or a server that knows by a sign-in for whom."""

    key: Ed25519PrivateKey
    sign_in: SignIn | None = None

    @property
    def kept(self) -> dict[str, Any] | None:
        """The sign-in as rows keep it; None of whoever signs themselves."""
        return self.sign_in.as_json() if self.sign_in else None


def public_key_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def sign(key: Ed25519PrivateKey, said: bytes) -> Signature:
    return Signature(key=public_key_of(key), value=key.sign(said).hex())


def sign_event(
    key: Ed25519PrivateKey, journey_id: str, event: BaseModel, salt: str, sign_in: SignIn | None = None
) -> EventSignature:
    """The signature of an event's author, or of a server that knew them by a sign-in, for one journey."""
    signed = sign(key, event_bytes(journey_id, digest_of(event, salt), sign_in))
    return EventSignature(key=signed.key, value=signed.value, salt=salt, sign_in=sign_in)


def can_sign(public_key: str) -> bool:
    """Whether a public key is one that somebody can have. With one of a small order one signature fits everything, and
    what is no number of the field is no spelling of a key (RFC 8032, section 5.1.3). Raises ValueError."""
    key = bytes.fromhex(public_key)
    return key.hex() not in SMALL_ORDER and int.from_bytes(key, "little") % 2**255 < FIELD


@lru_cache(REMEMBERED)
def is_signed(said: bytes, signature: str, public_key: str) -> bool:
    """Whether the holder of the key signed exactly these bytes."""
    try:
        if not can_sign(public_key):
            return False
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True


FIELD = 2**255 - 19
"""The prime of the field in which keys are numbers."""

SMALL_ORDER = frozenset(
    {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    }
)
"""Points of the curve whose order divides eight, in every encoding (RFC 8032, section 5.1.3; libsodium's list)."""
