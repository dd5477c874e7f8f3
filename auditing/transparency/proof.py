"""A proof for one journey: that its head is under a signed checkpoint. A stranger checks it with nothing else."""

from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from auditing.transparency.merkle import root_from
from auditing.transparency.signing import LARGEST, AsWritten, Count, Digest, Leaf, Signed
from runtime.errors import Refused, UsageError
from runtime.files import new_file

PROOF_FORMAT: Final = "hela-vagen-proof/2"

HIGHEST = 64
"""Levels that no tree has: a longer path is no proof."""


class ProvenLeaf(AsWritten):
    """A journey as its leaf has it."""

    journey: str
    rows: Annotated[int, Field(ge=1, le=LARGEST)]
    head: Digest
    reads: Count
    reads_head: Digest

    @classmethod
    def of(cls, leaf: Leaf) -> "ProvenLeaf":
        """A leaf as a proof writes it."""
        journey, rows, head, reads, reads_head = leaf
        return cls(journey=journey, rows=rows, head=head, reads=reads, reads_head=reads_head)

    @property
    def leaf(self) -> Leaf:
        return Leaf(self.journey, self.rows, self.head, self.reads, self.reads_head)


class Proof(Signed):
    """The signed statement, a leaf, its index from 0, and the path from there to the root.

    The size of the tree is the statement's number of journeys.
    """

    format: Literal["hela-vagen-proof/2"] = PROOF_FORMAT
    leaf: ProvenLeaf
    index: Annotated[int, Field(ge=0, le=LARGEST)]
    path: Annotated[tuple[Digest, ...], Field(max_length=HIGHEST)]


def check(proof: Proof, public_key: str | None = None) -> None:
    """Raises Refused where a proof does not hold, or where its checkpoint was signed with another key."""
    if not proof.holds:
        raise Refused("proof.changed", "The proof does not hold: its statement was changed after it was signed.")
    if public_key is not None and proof.statement.public_key != public_key:
        raise Refused(
            "proof.other_key",
            "The proof was signed with another key, {found}. Use a proof from the auditor whose key you have.",
            found=proof.statement.public_key,
        )
    path = (bytes.fromhex(node) for node in proof.path)
    root = root_from(proof.leaf.leaf.hash, proof.index, proof.statement.journeys, path)
    if root is None or root.hex() != proof.statement.root:
        raise Refused(
            "proof.not_in_checkpoint",
            "The proof does not hold: the journey is not in the signed checkpoint in this form.",
        )


def write_proof(file: Path, proof: Proof) -> None:
    """Raises UsageError where the file exists or cannot be written."""
    with new_file(file) as out:
        out.write(f"{proof.model_dump_json(indent=2)}\n".encode())


def read_proof(file: Path) -> Proof:
    """The proof in a file, not yet checked. Raises UsageError."""
    try:
        return Proof.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise UsageError("proof.unknown_file", "{file} is not a proof.", file=file.name) from error
    except (OSError, ValueError) as error:
        raise UsageError("proof.unreadable", "The proof {file} cannot be read.", file=file.name) from error
