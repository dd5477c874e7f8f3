"""A verifier of a bundle: it opens the file and what is given beside it, and neither server, database nor network."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from runtime.auditing.bundle.opened import Bundle
from runtime.auditing.bundle.proven import proven_by
from runtime.auditing.bundle.source import BundleSource
from runtime.auditing.evidence import JsonRow
from runtime.auditing.findings import Finding
from runtime.auditing.replays import Replays
from runtime.auditing.story import Story
from runtime.auditing.verifying import HeldAgainst, Verifier
from runtime.converter import data_converter


def bundle_verifier(file: Path, outside: HeldAgainst, key: str | None) -> Verifier:
    """Verifies the journeys of a bundle, against `outside` and against the proofs that it brings along, which must be
    signed with `key` where one is given. Raises WrongUse."""
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
