"""Whether a bundle is what its manifest says, and the proofs and the checkpoint in it hold."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from pydantic import ValidationError

from auditing.bundle import layout
from auditing.bundle.journey_files import rules_of
from auditing.bundle.layout import MANIFEST, PERSON, PSEUDONYMOUS, TEXTS, Manifest, hash_of
from auditing.bundle.names import name_findings
from auditing.bundle.pages import wording
from auditing.bundle.reader import Bundle, Damaged
from auditing.bundle.source import read_names
from auditing.evidence.evidence import Evidence
from auditing.evidence.findings import NOTHING, Finding, finding_of
from auditing.evidence.history_model import JourneyHistory
from auditing.evidence.logs import LOGS
from auditing.transparency.checkpoint import Checkpoint
from auditing.transparency.proof import Proof
from auditing.transparency.proof import check as check_proof
from auditing.transparency.signing import Leaf, Signed
from auditing.verification.authority_checks import kept_findings
from auditing.verification.chained_checks import apart_findings
from auditing.verification.checkpoint_checks import Check, checkpoint_check
from auditing.verification.protection_checks import protection_findings_in
from models.access.register import Register
from models.access.statements import SignedStatement
from models.message import Message, msg
from runtime.errors import Refused

A_FILE = msg("found.file", "a file")


def read_signed(bundle: Bundle) -> Signed:
    """Raises Damaged, and ValidationError."""
    return Signed.model_validate_json(bundle.read(layout.CHECKPOINT))


def signed_findings(bundle: Bundle, root: str | None, key: str | None) -> Iterator[Finding]:
    """Whether the bundle has the checkpoint that its manifest names, and the auditor has signed it."""
    if root is None:
        return
    file, good = layout.CHECKPOINT, msg("found.valid_signature", "a valid signature")
    try:
        signed = read_signed(bundle)
    except (Damaged, ValidationError) as error:
        expected, found = msg("found.signed_checkpoint", "a signed checkpoint"), type(error).__name__
        yield finding_of("finding.file_unreadable", "a file cannot be read", file, expected, found)
        return
    statement, signature = signed.statement, signed.signature
    if not signed.holds:
        yield finding_of(
            "finding.checkpoint_changed", "the checkpoint was changed after it was signed", file, good, signature
        )
    if (found := statement.root) != root:
        yield finding_of("finding.other_checkpoint", "the checkpoint is not the one in the manifest", file, root, found)
    if (found := statement.public_key) != key and key is not None:
        yield finding_of("finding.checkpoint_key", "the checkpoint was signed with another key", file, key, found)


def kept_by_own_checkpoint(bundle: Bundle, statements: Sequence[SignedStatement]) -> Iterator[Finding]:
    """What the register says otherwise than the checkpoint in the bundle, where there is one that can be read."""
    try:
        signed = read_signed(bundle)
    except (Damaged, ValidationError):
        return
    yield from kept_findings(statements, signed.statement)


def log_check(register: Register) -> Check:
    """What `Verifier` holds each journey against: the rows of the logs that are of it, as far as they tell alone."""

    def check(evidence: Evidence, _history: JourneyHistory | None) -> Iterator[Finding]:
        for table in LOGS:
            yield from apart_findings(table, evidence.rows[table], register)
        yield from protection_findings_in(evidence.rows, register)

    return check


def names_check(bundle: Bundle, manifest: Manifest, register: Register) -> Check:
    """What `Verifier` holds each journey against: what its timelines call people, by the signed statements, and what
    they call the things of its rules, by these."""
    ours = manifest.wording == wording()

    def check(evidence: Evidence, history: JourneyHistory | None) -> Iterator[Finding]:
        file = layout.folder_of(evidence.journey_id) + layout.NAMES
        yield from name_findings(read_names(bundle, file), register, rules_of(history), file, ours=ours)

    return check


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
            proof = _proof_in(bundle, file, signed, evidence.journey_id, key)
            if isinstance(proof, Message):
                expected = msg("found.proof", "a proof of this journey")
                yield finding_of("finding.proof_invalid", "the proof does not hold", file, expected, proof)
                return
            leaves = (proof.leaf.leaf,)
        found = checkpoint_check(Checkpoint(signed.statement, signed.signature, leaves))(evidence, history)
        if leaves:
            yield from found
        elif any(found):  # it has rows from before the checkpoint
            expected = msg("found.proof", "a proof of this journey")
            yield finding_of("finding.proof_missing", "the proof is missing", file, expected, NOTHING)

    return check


def _proof_in(bundle: Bundle, file: str, signed: Signed, journey_id: str, key: str | None) -> Proof | Message:
    """The proof that a journey was in a checkpoint; or why it does not say so."""
    try:
        proof = Proof.model_validate_json(bundle.read(file))
    except (Damaged, ValidationError):
        return msg("found.unreadable", "it cannot be read")
    if proof.statement != signed.statement:
        return msg("found.other_checkpoint", "it belongs to the checkpoint {root}", root=proof.statement.root)
    if proof.leaf.journey != journey_id:
        return msg("found.other_journey", "it belongs to {journey}", journey=proof.leaf.journey)
    try:
        check_proof(proof, key)
    except Refused as error:
        return error.message
    return proof


def manifest_findings(bundle: Bundle, manifest: Manifest, noted: str | None = None) -> Iterator[Finding]:
    """What differs between the manifest and the bundle, each naming its file; `noted` is the manifest's hash as whoever
    made the bundle has told it."""
    written, canonical = bundle.manifest_as_written(), manifest.canonical()
    own = hash_of(written)
    if noted is not None and own != noted:
        yield finding_of(
            "finding.other_manifest", "the manifest is not the one with the hash given", MANIFEST, noted, own
        )
    if written != canonical:
        yield finding_of(
            "finding.manifest_form",
            "the manifest is not in the form that an export writes",
            MANIFEST,
            hash_of(canonical),
            own,
        )
    yield from file_findings(bundle, manifest)
    ids = bundle.journey_ids()
    if len(ids) != manifest.journeys:
        yield finding_of(
            "finding.journey_count",
            "the number of journeys differs from the manifest",
            MANIFEST,
            manifest.journeys,
            len(ids),
        )
    for name in bundle.names if manifest.contents == PSEUDONYMOUS else ():
        if name.rpartition("/")[2] in (PERSON, TEXTS):
            yield finding_of(
                "finding.names_people",
                "the bundle names people although its manifest says that it does not",
                name,
                NOTHING,
                A_FILE,
            )
    extent = " ".join(filter(None, (manifest.extent.candidate, manifest.extent.programme)))
    for id_ in ids:
        if not manifest.extent.has(id_):
            yield finding_of(
                "finding.journey_not_asked", "the journey is outside the extent of the export", MANIFEST, extent, id_
            )


def file_findings(bundle: Bundle, manifest: Manifest, within: tuple[str, ...] = ("",)) -> Iterator[Finding]:
    """Files that are not as the manifest says, of those whose names begin with one of these."""
    for name in sorted({*bundle.names, *manifest.files} - {MANIFEST}):
        if not name.startswith(within):
            continue
        digest = manifest.files.get(name)
        if not bundle.has(name):
            yield finding_of("finding.file_missing", "a file of the manifest is missing", name, digest, NOTHING)
        elif digest is None:
            yield finding_of("finding.file_unlisted", "a file is not in the manifest", name, NOTHING, A_FILE)
        elif (found := _hash(bundle, name)) != digest:
            yield finding_of("finding.file_changed", "a file is not as it was exported", name, digest, found)


def _hash(bundle: Bundle, name: str) -> str:
    digest = sha256()
    try:
        for part in bundle.parts(name):
            digest.update(part)
    except Damaged as error:
        return str(error)
    return digest.hexdigest()
