"""The checkpoint that a bundle brings along: its signed statement, and for each journey a proof that it is in it."""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from auditing.bundle import names
from auditing.bundle.reader import Bundle, Damaged
from auditing.evidence.evidence import JsonRow
from auditing.evidence.findings import Finding
from auditing.evidence.history_model import Story
from auditing.transparency.checkpoint import Checkpoint
from auditing.transparency.proof import Proof, check
from auditing.transparency.signing import AsWritten, Leaf, Signature, Statement
from auditing.verification.checkpoint_checks import outside
from auditing.verification.verifier import HeldAgainst
from models.message import Message, msg
from runtime.errors import Refused
from runtime.i18n import using_language


class Signed(AsWritten):
    """What `checkpoint.json` of a bundle holds: the checkpoint without its leaves, which are of other journeys too."""

    statement: Statement
    signature: Signature


def read_signed(bundle: Bundle) -> Signed:
    """Raises Damaged, and ValidationError."""
    return Signed.model_validate_json(bundle.read(names.CHECKPOINT))


def signed_findings(bundle: Bundle, root: str | None, key: str | None) -> Iterator[Finding]:
    """Whether the bundle has the checkpoint that its manifest names, and the auditor has signed it."""
    if root is None:
        return
    try:
        signed = read_signed(bundle)
    except (Damaged, ValidationError) as error:
        yield _finding(
            msg("finding.file_cannot_read", "a file cannot be read"),
            names.CHECKPOINT,
            "a signed checkpoint",
            type(error).__name__,
        )
        return
    if not signed.statement.is_signed_with(signed.signature):
        what = msg("finding.checkpoint_changed_after_signed", "the checkpoint was changed after it was signed")
        yield _finding(what, names.CHECKPOINT, "a good signature", signed.signature)
    if signed.statement.root != root:
        yield _finding(
            msg("finding.checkpoint_another", "the checkpoint is another one"),
            names.CHECKPOINT,
            root,
            signed.statement.root,
        )
    if key is not None and signed.statement.public_key != key:
        what = msg("finding.checkpoint_signed_another_key", "the checkpoint was signed with another key")
        yield _finding(what, names.CHECKPOINT, key, signed.statement.public_key)


def proven_by(bundle: Bundle, key: str | None) -> HeldAgainst | None:
    """What `Verifier` holds each journey against: its proof. A journey without one began after the checkpoint.

    None where the bundle has no checkpoint that can be read: whether it should, `signed_findings` says.
    """
    try:
        signed = read_signed(bundle)
    except (Damaged, ValidationError):
        return None

    def held(journey_id: str, rows: Sequence[JsonRow], story: Story | None) -> Iterator[Finding]:
        file = names.folder_of(journey_id) + names.PROOF
        leaves: tuple[Leaf, ...] = ()
        if bundle.has(file):
            proof = _read(bundle, file)
            if (why := _wrong(proof, signed, journey_id, key)) is not None or proof is None:
                yield _finding(
                    msg("finding.proof_does_not_hold", "the proof does not hold"),
                    file,
                    "a proof of this journey",
                    str(why),
                )
                return
            leaves = (Leaf(proof.leaf.journey, proof.leaf.rows, proof.leaf.head),)
        yield from outside(Checkpoint(signed.statement, signed.signature, leaves))(journey_id, rows, story)

    return held


def _read(bundle: Bundle, file: str) -> Proof | None:
    try:
        return Proof.model_validate_json(bundle.read(file))
    except (Damaged, ValidationError):
        return None


def _wrong(proof: Proof | None, signed: Signed, journey_id: str, key: str | None) -> str | None:
    """Why a proof does not say of this journey that it was in that checkpoint."""
    if proof is None:
        return "it cannot be read"
    if proof.statement != signed.statement:
        return f"it is of the checkpoint with root {proof.statement.root}"
    if proof.leaf.journey != journey_id:
        return f"it is of {proof.leaf.journey}"
    try:
        check(proof, key)
    except Refused as error:
        with using_language("en"):  # findings are data, as the other ones
            return str(error)
    return None


def _finding(what: Message, where: str, expected: str, found: str) -> Finding:
    return Finding(what=what, where=where, expected=expected, found=found)


def statement_file(checkpoint: Checkpoint) -> Signed:
    """What a bundle brings along of a checkpoint."""
    return Signed(statement=checkpoint.statement, signature=checkpoint.signature)
