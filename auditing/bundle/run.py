"""One audit of a bundle from beginning to end: first its manifest, then its journeys. It opens nothing but files."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from auditing.bundle.checks import kept_by_own_checkpoint, log_check, manifest_findings, proof_check, signed_findings
from auditing.bundle.layout import MANIFEST, Manifest, hash_of
from auditing.bundle.reader import Bundle
from auditing.bundle.source import BundleSource, read_statements
from auditing.evidence.findings import Finding, Verdict, Verification
from auditing.transparency.checkpoint import Checkpoint, checkpoint_in, read_checkpoint
from auditing.transparency.signing import read_public_key
from auditing.verification.authority_checks import ahead_findings, register_findings
from auditing.verification.checkpoint_checks import Check, checkpoint_check, refuse_another_ledger
from auditing.verification.replay import JourneyReplayer
from auditing.verification.results import Results
from auditing.verification.run import Progress, Scope, add_register, kept_by, verify_into
from auditing.verification.verifier import Verifier
from models.access.register import Register
from models.identifiers import is_journey_of
from runtime.build import build_id
from runtime.errors import UsageError
from services.application import candidate_of


def verify_bundle(scope: Scope, file: Path, cores: int, progress: Progress) -> Results:
    """As `verify_ledger`, for the bundle that the scope names. Opens neither server nor database.

    What its manifest does not bear out stands in the results under the manifest's name, before the journeys.
    Raises UsageError and Refused.
    """
    assert scope.bundle is not None
    bundle = Bundle(scope.bundle)
    manifest = bundle.manifest()
    key = _key(scope, manifest)
    checkpoint = checkpoint_in(scope.checkpoint, scope.key) if scope.checkpoint else None
    _is_of_its_time(checkpoint, manifest)
    wanted = _wanted(bundle, manifest, scope, checkpoint)
    source = f"{bundle.name}, {MANIFEST} {hash_of(bundle.manifest_as_written())}"
    statements, unread = read_statements(bundle)
    register = Register.fold(statements)
    header = scope.header(source, checkpoint, build_id(), register)
    results = Results(file, header.model_copy(update={"protected": manifest.protected}))
    if MANIFEST not in results.known() and (found := _differences(bundle, manifest, scope, key)):
        results.add([Verification(journey_id=MANIFEST, verdict=Verdict.DIFFERS, findings=found)])
    own = kept_by_own_checkpoint(bundle, statements)
    of_register = (register_findings(register, scope.pinned), ahead_findings(statements, datetime.now(UTC)))
    add_register(results, unread, *of_register, kept_by(checkpoint, statements), own)
    return verify_into(BundleVerifier(scope.bundle, scope.checkpoint, key), wanted, results, cores, progress)


def _differences(bundle: Bundle, manifest: Manifest, scope: Scope, key: str | None) -> tuple[Finding, ...]:
    noted = (scope.manifest or "").strip().lower() or None
    of_files = manifest_findings(bundle, manifest, noted)
    return (*of_files, *signed_findings(bundle, manifest.checkpoint, key))


def _wanted(bundle: Bundle, manifest: Manifest, scope: Scope, checkpoint: Checkpoint | None) -> list[str]:
    """The journeys of the bundle, and those that the checkpoint knows and the bundle should have."""
    here = bundle.journey_ids()
    known = [leaf.journey_id for leaf in checkpoint.leaves] if checkpoint else []
    everything = manifest.extent.candidate is None and manifest.extent.programme is None
    if everything:
        refuse_another_ledger(checkpoint, here)
    every = sorted({*here, *filter(manifest.extent.has, known)})
    number = candidate_of(scope.candidate) if scope.candidate is not None else None
    found = [id_ for id_ in every if is_journey_of(id_, number, scope.programme)]
    if not found and (scope.candidate or scope.programme):
        raise UsageError(
            "bundle.no_such_journey",
            "The journey is not in {file}. Omit candidate and programme to verify the whole bundle.",
            file=bundle.name,
        )
    return found


def _key(scope: Scope, manifest: Manifest) -> str | None:
    if scope.key is None:
        return None
    if scope.checkpoint is None and manifest.checkpoint is None:
        raise UsageError(
            "bundle.key_without_checkpoint",
            "A public key is given, but the bundle contains no checkpoint. Add a checkpoint or omit the key.",
        )
    return read_public_key(scope.key)


def _is_of_its_time(checkpoint: Checkpoint | None, manifest: Manifest) -> None:
    """Of what came after it a bundle can have nothing."""
    if checkpoint is not None and checkpoint.statement.at > manifest.at:
        raise UsageError(
            "bundle.older_than_checkpoint",
            "The bundle was made {made}, before the checkpoint of {at}. Choose an earlier checkpoint.",
            at=checkpoint.statement.at,
            made=manifest.at,
        )


@dataclass(frozen=True)
class BundleVerifier:
    """Opens a verifier of a bundle and the proofs in it, held against a checkpoint where one is named.

    The proofs must be signed with `key` where one is given.
    """

    bundle: Path
    checkpoint: Path | None = None
    key: str | None = None

    async def open(self) -> Verifier:
        """Raises UsageError where something cannot be opened."""
        bundle = Bundle(self.bundle)
        manifest = bundle.manifest()
        source = BundleSource(bundle, manifest.model_copy(update={"files": {}}))
        checks: list[Check] = [checkpoint_check(read_checkpoint(self.checkpoint))] if self.checkpoint else []
        if manifest.checkpoint is not None and (proofs := proof_check(bundle, self.key)) is not None:
            checks.append(proofs)
        register = Register()
        checks += [source.check, log_check(register)]
        return Verifier(source, JourneyReplayer(manifest.namespace), checks, changes=False, register=register)
