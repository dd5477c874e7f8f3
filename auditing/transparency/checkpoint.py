"""A checkpoint: the heads of all journeys at a moment, under one signed hash, kept outside by the auditor."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from pydantic import ValidationError

from auditing.transparency.merkle import Tree, root_of
from auditing.transparency.proof import Proof, ProvenLeaf
from auditing.transparency.signing import FORMAT, Leaf, Signature, Signed, Statement, other_format, read_public_key
from models.identifiers import JourneyId, is_journey_of
from runtime.errors import Refused, UsageError
from services.application import candidate_of, only_one


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that was read and holds: signed, and its leaves, by journey id, give the root."""

    statement: Statement
    signature: Signature
    leaves: tuple[Leaf, ...]

    @property
    def signed(self) -> Signed:
        """The checkpoint without its leaves, which are of many journeys."""
        return Signed(statement=self.statement, signature=self.signature)

    def leaf(self, journey_id: str) -> Leaf | None:
        """A journey as it was; None where there was none."""
        index = self._index(journey_id)
        return None if index is None else self.leaves[index]

    def proof(self, journey_id: str) -> Proof:
        """That a journey is in it. Raises UsageError where it is not."""
        index = self._index(journey_id)
        if index is None:
            raise UsageError(
                "checkpoint.no_such_journey",
                "{journey} is not in the checkpoint of {at}. Choose a later one.",
                at=self.statement.at,
                journey=journey_id,
            )
        leaf = self.leaves[index]
        return Proof(
            statement=self.statement,
            signature=self.signature,
            leaf=ProvenLeaf.of(leaf),
            index=index,
            path=tuple(node.hex() for node in self._tree.path(index)),
        )

    def journey_of(self, candidate: str, programme: str | None = None) -> JourneyId:
        """The id of the journey of a candidate number; `programme` is needed where there are several.

        Raises UsageError. The number is read as people write it.
        """
        number = candidate_of(candidate)
        found = [JourneyId.parse(id_) for id_ in map(_id, self.leaves) if is_journey_of(id_, number, programme)]
        if not found:
            raise UsageError(
                "checkpoint.no_journey_of",
                "Candidate {number} has no such journey in the checkpoint of {at}. Choose a later checkpoint or"
                " another programme.",
                at=self.statement.at,
                number=number,
            )
        return only_one(number, found)

    def _index(self, journey_id: str) -> int | None:
        index = bisect_left(self.leaves, journey_id, key=_id)
        return index if self.leaves[index : index + 1] and _id(self.leaves[index]) == journey_id else None

    @cached_property
    def _tree(self) -> Tree:
        return Tree(leaf.hash for leaf in self.leaves)


def _id(leaf: Leaf) -> str:
    return leaf.journey_id


class _File(Signed):
    """A checkpoint as it is written."""

    leaves: tuple[Leaf, ...]


def read_checkpoint(file: Path, public_key: str | None = None, ledger: str | None = None) -> Checkpoint:
    """The checkpoint in a file, where it holds. `public_key` is the key it must be signed with, `ledger` the name of
    the ledger it must be of; without them any will do.

    Raises UsageError where the file is no checkpoint, and Refused where it was changed, or signed by another key, or is
    of another ledger.
    """
    read = _read(file)
    if not read.holds or not _are_under(read.leaves, read.statement):
        raise Refused(
            "checkpoint.changed",
            "{file} was changed after it was signed. Use the copy that the auditor keeps.",
            file=file.name,
        )
    if public_key is not None and read.statement.public_key != public_key:
        raise Refused(
            "checkpoint.other_key",
            "{file} was signed with another key, {found}. Use a checkpoint from the auditor whose key you have.",
            file=file.name,
            found=read.statement.public_key,
        )
    if ledger is not None and read.statement.ledger != ledger:
        raise Refused(
            "checkpoint.other_ledger",
            "{file} is a checkpoint of the ledger {found}, but this ledger is {ledger}. Choose a checkpoint of"
            " this ledger.",
            file=file.name,
            found=read.statement.ledger,
            ledger=ledger,
        )
    return Checkpoint(read.statement, read.signature, read.leaves)


def checkpoint_in(file: Path | None, key: str | None, ledger: str | None = None) -> Checkpoint | None:
    """The checkpoint that somebody names, signed with the key that they name, and of the ledger called so, where that
    is said. Raises UsageError and Refused."""
    if file is not None:
        return read_checkpoint(file, read_public_key(key) if key else None, ledger)
    if key is not None:
        raise UsageError(
            "checkpoint.key_alone", "A public key is given without a checkpoint. Add the checkpoint or omit the key."
        )
    return None


def _read(file: Path) -> _File:
    try:
        return _File.model_validate_json(file.read_bytes())
    except ValidationError as error:
        unknown = UsageError("checkpoint.unknown_file", "{file} is not a checkpoint.", file=file.name)
        raise (other_format(error, file.name, FORMAT, ("statement", "format")) or unknown) from error
    except (OSError, ValueError) as error:
        raise UsageError("checkpoint.unreadable", "The checkpoint {file} cannot be read.", file=file.name) from error


def _are_under(leaves: tuple[Leaf, ...], statement: Statement) -> bool:
    """Whether these leaves, each journey once and in their order, are what was signed."""
    in_order = all(one.journey_id < other.journey_id for one, other in pairwise(leaves))
    counted = (len(leaves), sum(leaf.rows for leaf in leaves))
    root = root_of(leaf.hash for leaf in leaves).hex()
    return in_order and counted == (statement.journeys, statement.rows) and root == statement.root
