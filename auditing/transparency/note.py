"""Signed notes as c2sp.org/signed-note has them: a text with an Ed25519 signature, which tools of others verify too."""

import base64
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from auditing.transparency.signing import public_key_of

NAME = "hela-vagen-auditor"
"""Under which name an auditor's key signs notes."""

_ED25519 = b"\x01"
"""How the format marks an Ed25519 key."""

_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})\n")


def signed_note(text: str, key: Ed25519PrivateKey, name: str = NAME) -> str:
    """The note of a text, which must end its last line, signed under a name."""
    if not text.endswith("\n") or any(ord(letter) < 32 and letter != "\n" for letter in text):
        raise ValueError("a note consists of whole lines without control characters")
    public = bytes.fromhex(public_key_of(key))
    signature = base64.b64encode(_key_id(public, name) + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n"


def text_signed_by(note: str, public_key: str, name: str = NAME) -> str | None:
    """The text of a note; None where a key did not sign it under that name, or it is no note."""
    text, _, signatures = note.rpartition("\n\n")
    public = bytes.fromhex(public_key)
    signed, rest = f"{text}\n", signatures
    while found := _SIGNATURE.match(rest):
        rest = rest[found.end() :]
        if text and found[1] == name and _signed(signed, found[2], public, name):
            return signed if not _SIGNATURE.sub("", rest) else None
    return None


def verifier_key(public_key: str) -> str:
    """A public key as tools for notes take it."""
    public = bytes.fromhex(public_key)
    return f"{NAME}+{_key_id(public, NAME).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def _signed(text: str, written: str, public: bytes, name: str) -> bool:
    try:
        signature = base64.b64decode(written, validate=True)
        if signature[:4] != _key_id(public, name):
            return False
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _key_id(public: bytes, name: str) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]
