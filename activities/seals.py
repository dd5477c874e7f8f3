"""A seal: contents open only with its key, in the place that they were sealed for. The cipher is AES-256-GCM."""

import os
from typing import Any, Self

import pydantic_core
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from models.message import Message, msg

FORM = b"\x01"
"""The form of what is sealed: this byte, the nonce, then what AES-GCM made of the content."""

NONCE_BYTES = 12

KEY_BYTES = 32

SALT_CHARACTERS = 32
"""Of a salt, in hexadecimal: 128 bits, so that no contents can be guessed from their hash."""


class SealingError(Exception):
    """Something cannot be sealed or opened. `message` says why, without what it holds."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.sentence = message


class CannotOpen(SealingError):
    """What was sealed does not open: it was changed, or sealed for another place or with another key."""

    def __init__(self) -> None:
        super().__init__(
            msg("sealing.changed", "A sealed content does not open: it was changed, or stands in another's place.")
        )


class Seal:
    """A candidate's open key. Whoever holds it needs neither the database nor the master key."""

    __slots__ = ("_key",)

    @classmethod
    def of_nobody(cls) -> Self:
        """A seal that opens nothing."""
        return cls(AESGCM.generate_key(8 * KEY_BYTES))

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, place: str, content: bytes) -> bytes:
        """The content, sealed for one place: it opens in no other."""
        return aes_seal(self._key, place, content)

    def open(self, place: str, sealed: bytes) -> bytes:
        """What was sealed for the place. Raises CannotOpen."""
        return aes_open(self._key, place, sealed)

    def seal_json(self, place: str, said: Any) -> bytes:
        """As `seal`, of anything that JSON can say."""
        return self.seal(place, pydantic_core.to_json(said))

    def open_json(self, place: str, sealed: bytes) -> Any:
        """As `open`, of what `seal_json` sealed."""
        return pydantic_core.from_json(self.open(place, sealed))

    def salt(self, content: bytes) -> str:
        """A salt that follows from the content and the key: the same again, and nobody else's guess."""
        return self.digest(b"salt", content)[:SALT_CHARACTERS]

    def digest(self, use: bytes, content: bytes) -> str:
        """A keyed hash for one use, in hexadecimal: the key itself is for sealing alone."""
        mac = hmac.HMAC(HKDFExpand(hashes.SHA256(), KEY_BYTES, b"hela-vagen-" + use).derive(self._key), hashes.SHA256())
        mac.update(content)
        return mac.finalize().hex()


def place_of(*parts: object) -> str:
    """The name of a place: a table and a column, or a namespace and a workflow, and what tells the row."""
    return "/".join(map(str, parts))


def aes_seal(key: bytes, place: str, content: bytes) -> bytes:
    """The content, sealed with a key for a place."""
    nonce = os.urandom(NONCE_BYTES)
    return FORM + nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def aes_open(key: bytes, place: str, sealed: bytes) -> bytes:
    """What was sealed with the key for the place. Raises CannotOpen."""
    form, nonce, content = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if form != FORM or len(nonce) != NONCE_BYTES:
        raise CannotOpen
    try:
        return AESGCM(key).decrypt(nonce, content, place.encode())
    except InvalidTag:
        raise CannotOpen from None
