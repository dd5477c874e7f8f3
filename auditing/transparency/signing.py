"""The auditor's key: made once, kept by the auditor, and used to sign what must not be changed afterwards (Ed25519)."""

from pathlib import Path
from typing import Annotated

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import StringConstraints, TypeAdapter, ValidationError

from activities.whole_files import OWNER_ALONE
from runtime.errors import UsageError
from runtime.files import new_file

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 hash or an Ed25519 public key: 32 bytes in hexadecimal, in one spelling."""

Signature = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
"""An Ed25519 signature: 64 bytes in hexadecimal, in one spelling."""

_DIGEST: TypeAdapter[str] = TypeAdapter(Digest)


def make_key(file: Path) -> str:
    """Write a new private key that its owner alone can read; returns the public key.

    Raises UsageError where the file exists or cannot be written: a key that is written over is lost.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with new_file(file, OWNER_ALONE) as out:
        out.write(pem)
    return public_key_of(key)


def read_key(file: Path) -> Ed25519PrivateKey:
    """The private key in a file. Raises UsageError."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except OSError:
        raise UsageError(
            "{file} cannot be read; make a key with: audit.py checkpoint-key FILE.", file=file.name
        ) from None
    except TypeError:  # so says cryptography where a passphrase is needed
        raise UsageError("{file} is locked with a passphrase; give a key without one.", file=file.name) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _no_key(file) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(file)
    return key


def _no_key(file: Path) -> UsageError:
    return UsageError(
        "{file} holds no Ed25519 private key; make one with: audit.py checkpoint-key FILE.", file=file.name
    )


def public_key_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def read_public_key(written: str) -> str:
    """A public key as somebody wrote it, in any case. Raises UsageError."""
    try:
        return _DIGEST.validate_python(written.strip().lower())
    except ValidationError:
        raise UsageError(
            "--key is no public key; it is the 64 characters that audit.py checkpoint-key printed."
        ) from None


def is_signed(said: bytes, signature: str, public_key: str) -> bool:
    """Whether the holder of the key signed exactly these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), said)
    except InvalidSignature:
        return False
    return True
