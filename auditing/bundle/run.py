"""One audit of a bundle from beginning to end: first its manifest, then its journeys. It opens nothing but files."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from auditing.bundle.checks import (
    kept_by_own_checkpoint,
    log_check,
    manifest_findings,
    names_check,
    proof_check,
    read_signed,
    signed_findings,
)
from auditing.bundle.layout import MANIFEST, Manifest, hash_of
from auditing.bundle.reader import Bundle, Damaged
from auditing.bundle.source import BundleSource, read_statements
from auditing.population.scope import Scope
from auditing.transparency.checkpoint import Checkpoint, checkpoint_in, read_checkpoint
from auditing.transparency.signing import read_public_key
from auditing.verification.about import About, BundleHeld, CheckpointHeld
from auditing.verification.authority_checks import ahead_findings, register_findings
from auditing.verification.checkpoint_checks import Check, checkpoint_check, refuse_another_ledger
from auditing.verification.replay import JourneyReplayer
from auditing.verification.request import AuditRequest, refuse_another_sample
from auditing.verification.results import Results
from auditing.verification.run import Audited, Progress, add_beside, add_register, beginning, kept_by, verify_into
from auditing.verification.verifier import Verifier
from models.access.register import Register
from models.identifiers import CandidateNumber
from runtime.build import build_id
from runtime.errors import UsageError


def verify_bundle(request: AuditRequest, file: Path, cores: int, progress: Progress) -> Audited:
    """As `verify_ledger`, for the bundle that is requested. Opens neither server nor database.

    What its manifest does not bear out stands in the results under the manifest's name, before the journeys.
    Raises UsageError and Refused.
    """
    assert request.bundle is not None
    bundle, began = Bundle(request.bundle), datetime.now(UTC)
    manifest = bundle.manifest()
    key = _key(request, manifest)
    refuse_another_sample(request.sample, manifest.ledger)
    checkpoint = checkpoint_in(request.checkpoint, request.key) if request.checkpoint else None
    _is_of_its_time(checkpoint, manifest)
    wanted = _wanted(bundle, manifest, request, checkpoint)
    hash_, noted = hash_of(bundle.manifest_as_written()), (request.manifest or "").strip().lower() or None
    statements, unread = read_statements(bundle)
    register = Register.fold(statements)
    results = Results(file, request.header(f"{bundle.name}, {MANIFEST} {hash_}", checkpoint, build_id(), register))
    of_files = manifest_findings(bundle, manifest, noted)
    add_beside(results, MANIFEST, (*of_files, *signed_findings(bundle, manifest.checkpoint, key)))
    own = kept_by_own_checkpoint(bundle, statements)
    of_register = (register_findings(register, request.pinned), ahead_findings(statements, began))
    add_register(results, unread, *of_register, kept_by(checkpoint, statements), own)
    about = About(
        **beginning(request, results, began),
        wanted=len(wanted),
        checkpoint=CheckpointHeld.of(checkpoint, request.key),
        bundle=BundleHeld(
            name=bundle.name,
            manifest=hash_,
            manifest_named=noted is not None,
            at=manifest.at,
            scope=_extent(manifest),
            journeys=manifest.journeys,
            protected=manifest.protected,
            proofs_root=manifest.checkpoint,
            proofs_key=_signer(bundle) if manifest.checkpoint else None,
            key_named=key is not None,
        ),
    )
    factory = BundleVerifier(request.bundle, request.checkpoint, key)
    return Audited(verify_into(factory, wanted, results, cores, progress), about)


def _extent(manifest: Manifest) -> Scope:
    """What the bundle was made of, as an auditor would ask for it."""
    candidate = CandidateNumber.read(manifest.extent.candidate or "")
    return Scope(candidates=(candidate,) if candidate else (), programme=manifest.extent.programme)


def _signer(bundle: Bundle) -> str | None:
    """The key that signed the checkpoint in the bundle; None where that cannot be read, which is a finding."""
    try:
        return read_signed(bundle).statement.public_key
    except (Damaged, ValidationError):
        return None


def _wanted(bundle: Bundle, manifest: Manifest, request: AuditRequest, checkpoint: Checkpoint | None) -> list[str]:
    """The journeys of the bundle, and those that the checkpoint knows and the bundle should have."""
    here, scope = bundle.journey_ids(), request.scope
    known = [leaf.journey_id for leaf in checkpoint.leaves] if checkpoint else []
    everything = manifest.extent.candidate is None and manifest.extent.programme is None
    if everything:
        refuse_another_ledger(checkpoint, here)
    every = sorted({*here, *filter(manifest.extent.has, known)})
    if request.sample is not None:
        drawn = set(request.sample.journey_ids)
        found = [id_ for id_ in every if id_ in drawn]
    elif scope.asks_rows:
        raise UsageError(
            "bundle.narrowed_by_rows",
            "The journeys of a bundle can only be narrowed to candidates and a programme. Draw a sample for the rest.",
        )
    else:
        found = [id_ for id_ in every if scope.names(id_)]
    if not found and not (scope.is_everything and request.sample is None):
        raise UsageError(
            "bundle.no_such_journey",
            "The journey is not in {file}. Omit candidate and programme to verify the whole bundle.",
            file=bundle.name,
        )
    return found


def _key(request: AuditRequest, manifest: Manifest) -> str | None:
    if request.key is None:
        return None
    if request.checkpoint is None and manifest.checkpoint is None:
        raise UsageError(
            "bundle.key_without_checkpoint",
            "A public key is given, but the bundle contains no checkpoint. Add a checkpoint or omit the key.",
        )
    return read_public_key(request.key)


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
        checks += [source.check, log_check(register), names_check(bundle, manifest, register)]
        return Verifier(source, JourneyReplayer(manifest.namespace), checks, changes=False, register=register)
