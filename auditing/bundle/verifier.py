"""A verifier of a bundle: it opens the file and what is given beside it, and neither server, database nor network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditing.bundle.proofs import proven_by
from auditing.bundle.reader import Bundle
from auditing.bundle.source import BundleSource
from auditing.evidence.evidence import JsonRow
from auditing.evidence.findings import Finding
from auditing.evidence.history_model import Story
from auditing.transparency.checkpoint import read_checkpoint
from auditing.verification.checkpoint_checks import outside
from auditing.verification.replay import Replays
from auditing.verification.verifier import HeldAgainst, Verifier, nothing_outside
from runtime.temporal.converter import data_converter


@dataclass(frozen=True)
class BundleVerifier:
    """Opens a verifier of a bundle, held against a checkpoint where one is named."""

    bundle: Path
    checkpoint: Path | None = None
    key: str | None = None

    async def open(self) -> Verifier:
        """Raises UsageError where something cannot be opened."""
        against = outside(read_checkpoint(self.checkpoint)) if self.checkpoint else nothing_outside
        return bundle_verifier(self.bundle, against, self.key)


def bundle_verifier(file: Path, outside: HeldAgainst, key: str | None) -> Verifier:
    """Verifies the journeys of a bundle, against `outside` and against the proofs that it brings along, which must be
    signed with `key` where one is given. Raises UsageError."""
    bundle = Bundle(file)
    manifest = bundle.manifest()
    source = BundleSource(bundle, manifest.model_copy(update={"files": {}}))
    proven = proven_by(bundle, key) if manifest.checkpoint is not None else None
    return Verifier(
        source,
        Replays(manifest.namespace, data_converter()),
        data_converter(),
        both(outside, proven) if proven is not None else outside,
        beside=source.beside,
        changes=False,
    )


def both(one: HeldAgainst, other: HeldAgainst) -> HeldAgainst:
    """Against the one and the other; what both find is told once."""

    def held(journey_id: str, rows: Sequence[JsonRow], story: Story | None) -> Iterator[Finding]:
        first = list(one(journey_id, rows, story))
        yield from first
        yield from (finding for finding in other(journey_id, rows, story) if finding not in first)

    return held
