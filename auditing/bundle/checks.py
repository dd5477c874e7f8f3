"""Whether a bundle is what its manifest says, and the proofs and the checkpoint in it hold."""

from collections.abc import Iterator
from hashlib import sha256

from pydantic import ValidationError

from auditing.bundle import layout
from auditing.bundle.layout import MANIFEST, PERSON, PSEUDONYMOUS, REMARKS, Manifest, hash_of
from auditing.bundle.reader import Bundle, Damaged
from auditing.evidence.evidence import Evidence
from auditing.evidence.findings import Finding, finding
from auditing.evidence.history_model import JourneyHistory
from auditing.transparency.checkpoint import Checkpoint
from auditing.transparency.proof import Proof
from auditing.transparency.proof import check as check_proof
from auditing.transparency.signing import AsWritten, Leaf, Signature, Statement
from auditing.verification.checkpoint_checks import checkpoint_check
from auditing.verification.verifier import Check
from runtime.errors import Refused
from runtime.i18n import using_language


class Signed(AsWritten):
    """What `checkpoint.json` of a bundle holds: the checkpoint without its leaves, which are of other journeys too."""

    statement: Statement
    signature: Signature


def read_signed(bundle: Bundle) -> Signed:
    """Raises Damaged, and ValidationError."""
    return Signed.model_validate_json(bundle.read(layout.CHECKPOINT))


def signed_findings(bundle: Bundle, root: str | None, key: str | None) -> Iterator[Finding]:
    """Whether the bundle has the checkpoint that its manifest names, and the auditor has signed it."""
    if root is None:
        return
    file = layout.CHECKPOINT
    try:
        signed = read_signed(bundle)
    except (Damaged, ValidationError) as error:
        expected, found = "a signed checkpoint", type(error).__name__
        yield finding("finding.file_cannot_read", "a file cannot be read", file, expected, found)
        return
    statement, signature = signed.statement, signed.signature
    if not statement.is_signed_with(signature):
        yield finding(
            "finding.checkpoint_changed_after_signed",
            "the checkpoint was changed after it was signed",
            file,
            "a good signature",
            signature,
        )
    if statement.root != root:
        yield finding("finding.checkpoint_another", "the checkpoint is another one", file, root, statement.root)
    if key is not None and statement.public_key != key:
        found = statement.public_key
        yield finding(
            "finding.checkpoint_signed_another_key", "the checkpoint was signed with another key", file, key, found
        )


def proof_check(bundle: Bundle, key: str | None) -> Check | None:
    """What `Verifier` holds each journey against: its proof. A journey without one began after the checkpoint.

    None where the bundle has no checkpoint that can be read: whether it should, `signed_findings` says.
    """
    try:
        signed = read_signed(bundle)
    except (Damaged, ValidationError):
        return None

    def check(evidence: Evidence, history: JourneyHistory | None) -> Iterator[Finding]:
        file = layout.folder_of(evidence.journey_id) + layout.PROOF
        leaves: tuple[Leaf, ...] = ()
        if bundle.has(file):
            proof = _read(bundle, file)
            if (why := _wrong(proof, signed, evidence.journey_id, key)) is not None or proof is None:
                expected = "a proof of this journey"
                yield finding("finding.proof_does_not_hold", "the proof does not hold", file, expected, why)
                return
            leaves = (Leaf(proof.leaf.journey, proof.leaf.rows, proof.leaf.head),)
        yield from checkpoint_check(Checkpoint(signed.statement, signed.signature, leaves))(evidence, history)

    return check


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
        check_proof(proof, key)
    except Refused as error:
        with using_language("en"):  # findings are data, as the other ones
            return str(error)
    return None


def statement_file(checkpoint: Checkpoint) -> Signed:
    """What a bundle brings along of a checkpoint."""
    return Signed(statement=checkpoint.statement, signature=checkpoint.signature)


def manifest_findings(bundle: Bundle, manifest: Manifest, noted: str | None = None) -> Iterator[Finding]:
    """What differs between the manifest and the bundle, each naming its file; `noted` is the manifest's hash as whoever
    made the bundle has told it."""
    written = bundle.manifest_as_written()
    found, canonical = hash_of(written), manifest.canonical()
    if noted is not None and found != noted:
        yield finding(
            "finding.manifest_not_noted", "the manifest is not the one that was noted", MANIFEST, noted, found
        )
    if written != canonical:
        expected = hash_of(canonical)
        yield finding(
            "finding.manifest_not_export_writes",
            "the manifest is not as an export writes it",
            MANIFEST,
            expected,
            found,
        )
    yield from _file_findings(bundle, manifest)
    ids = bundle.journey_ids()
    if len(ids) != manifest.journeys:
        yield finding(
            "finding.bundle_another_number_journeys_than",
            "the bundle has another number of journeys than its manifest says",
            MANIFEST,
            manifest.journeys,
            len(ids),
        )
    for name in bundle.names if manifest.contents == PSEUDONYMOUS else ():
        if name.rpartition("/")[2] in (PERSON, REMARKS):
            yield finding(
                "finding.bundle_names_people_manifest_denies",
                "the bundle names people, and its manifest denies it",
                name,
                NOTHING,
                A_FILE,
            )
    extent = " ".join(filter(None, (manifest.extent.candidate, manifest.extent.programme)))
    for id_ in ids:
        if not manifest.extent.has(id_):
            yield finding(
                "finding.journey_none_those_asked",
                "the journey is none of those that were asked for",
                MANIFEST,
                extent,
                id_,
            )


def _file_findings(bundle: Bundle, manifest: Manifest) -> Iterator[Finding]:
    for name in sorted({*bundle.names, *manifest.files} - {MANIFEST}):
        expected = manifest.files.get(name)
        if not bundle.has(name):
            yield finding("finding.file_manifest_missing", "a file of the manifest is missing", name, expected, NOTHING)
        elif expected is None:
            yield finding("finding.file_not_manifest", "a file is not in the manifest", name, NOTHING, A_FILE)
        elif (found := _hash(bundle, name)) != expected:
            yield finding("finding.file_not_exported", "a file is not as it was exported", name, expected, found)


NOTHING, A_FILE = "nothing", "a file"


def _hash(bundle: Bundle, name: str) -> str:
    digest = sha256()
    try:
        for part in bundle.parts(name):
            digest.update(part)
    except Damaged as error:
        return str(error)
    return digest.hexdigest()
