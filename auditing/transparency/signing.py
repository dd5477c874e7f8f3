"""What an auditor signs of a ledger, and the key to sign it with (Ed25519).

The format is told in deploy/checkpoints.md, for those who check it without this program.
"""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple

import rfc8785
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from auditing.transparency.merkle import leaf_hash
from models.fields import Strict
from models.signatures import can_sign, is_signed
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
    with new_file(file) as out:
        out.write(pem)
    return public_key_of(key)


def read_key(file: Path) -> Ed25519PrivateKey:
    """The private key in a file. Raises UsageError."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except OSError:
        raise UsageError("key.unreadable", "The private key {file} cannot be read.", file=file.name) from None
    except TypeError:  # so says cryptography where a passphrase is needed
        raise UsageError(
            "key.passphrase", "{file} is protected by a passphrase. Give a key without one.", file=file.name
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _no_key(file) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(file)
    return key


def _no_key(file: Path) -> UsageError:
    return UsageError("key.not_private", "{file} does not contain an Ed25519 private key.", file=file.name)


def public_key_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def read_public_key(written: str) -> str:
    """A public key as somebody wrote it, in any case. Raises UsageError."""
    try:
        key = _DIGEST.validate_python(written.strip().lower())
    except ValidationError:
        raise UsageError("key.not_public", "The public key must be 64 hexadecimal characters.") from None
    if not can_sign(key):
        raise UsageError(
            "key.signs_nothing",
            "Nobody can have this public key, because any signature would fit it. Ask for the right one.",
        )
    return key


FORMAT: Final = "hela-vagen-checkpoint/3"

LARGEST = 2**53 - 1
"""RFC 8785 knows no larger whole number."""


def _a_moment(written: str) -> str:
    datetime.fromisoformat(written)
    return written


At = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"), AfterValidator(_a_moment)]
"""A moment in UTC, to the second, in one spelling."""

Count = Annotated[int, Field(ge=0, le=LARGEST)]


class AsWritten(Strict):
    """Read from a file exactly as it stands there: a number is no text, and a text no number."""

    model_config = ConfigDict(strict=True)


def other_format(error: ValidationError, file: str, known: str, at: tuple[str, ...] = ("format",)) -> UsageError | None:
    """What to say of a file that another version wrote; None where that is not what is wrong with it."""
    if any(fault["loc"] == at for fault in error.errors()):
        return UsageError(
            "file.other_format",
            "{file} does not have the format {known}. Read it with the version that wrote it.",
            file=file,
            known=known,
        )
    return None


LONGEST_ID = 10_000
"""Characters. A journey's own id is far shorter; one that somebody slipped into the ledger must stop no checkpoint."""


class Leaf(NamedTuple):
    """A journey at a checkpoint: how many ledger rows it had, and the hash of the last one, its head; and the same of
    the readings that were made of it."""

    journey_id: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)]
    rows: Annotated[int, Field(ge=1, le=LARGEST)]
    head: Digest
    reads: Count
    reads_head: Digest

    @property
    def hash(self) -> bytes:
        """Its hash in the Merkle tree, over its RFC 8785 form."""
        journey_id, rows, head, reads, reads_head = self
        heads: dict[str, int | str] = {"rows": rows, "head": head, "reads": reads, "reads_head": reads_head}
        return leaf_hash(rfc8785.dumps({"journey": journey_id, **heads}))


class ChainHead(AsWritten):
    """How far a chain has come: how many rows it has, and the hash of the last of them."""

    rows: Count
    head: Digest


class Statement(AsWritten):
    """What is signed, in its RFC 8785 form. `at` is the moment just before the ledger was read; `statements` how many
    statements the register of authority had, and `register_head` the hash of the last of them; `chains` how far each
    log outside the ledger had come, by its table."""

    format: Literal["hela-vagen-checkpoint/3"] = FORMAT
    ledger: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    at: At
    journeys: Count
    rows: Count
    hash: Literal["SHA-256"] = "SHA-256"
    root: Digest
    statements: Count
    register_head: Digest
    chains: dict[str, ChainHead]
    public_key: Digest

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def canonical(self) -> bytes:
        return rfc8785.dumps(self.model_dump())

    @property
    def digest(self) -> str:
        """The SHA-256 of all that it says: two with the same root may differ in everything beside the journeys."""
        return sha256(self.canonical()).hexdigest()


class Signed(AsWritten):
    """A statement with its signature: all of a checkpoint that does not name journeys."""

    statement: Statement
    signature: Signature

    @property
    def holds(self) -> bool:
        """Whether the statement's own key signed it; whether that key is the auditor's only the auditor can say."""
        return is_signed(self.statement.canonical(), self.signature, self.statement.public_key)
