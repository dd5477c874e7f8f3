"""What somebody wants verified: which journeys, live or in a bundle, and against what."""

from dataclasses import dataclass
from pathlib import Path

from auditing.population.sampling import Sample
from auditing.population.scope import EVERYTHING, Scope
from auditing.transparency.checkpoint import Checkpoint
from auditing.transparency.signing import read_public_key
from auditing.verification.results import ResultsHeader
from models.access.register import Register
from models.canonical import digest_of
from runtime.errors import Refused, UsageError


@dataclass(frozen=True)
class AuditRequest:
    """Which journeys to verify, live or in a bundle, and against which checkpoint.

    Of a sample its own journeys and no others are verified, and the scope is that of the sample. `manifest` is the hash
    of the bundle's manifest, as whoever made the bundle has told it; `root` the public key of whoever founded the
    register of authority, as the auditor knows it.
    """

    scope: Scope = EVERYTHING
    sample: Sample | None = None
    checkpoint: Path | None = None
    key: str | None = None
    bundle: Path | None = None
    manifest: str | None = None
    root: str | None = None

    def header(self, source: str, checkpoint: Checkpoint | None, build: str, register: Register) -> ResultsHeader:
        """What the verdicts on these journeys are about."""
        return ResultsHeader(
            source=source,
            scope=self.scope,
            sample=digest_of(self.sample) if self.sample else None,
            build=build,
            checkpoint=checkpoint.statement.root if checkpoint else None,
            checkpoint_digest=checkpoint.statement.digest if checkpoint else None,
            founder=register.founder,
            root=self.pinned,
        )

    @property
    def pinned(self) -> str | None:
        """The founder's key in one spelling. Raises UsageError where it is none."""
        return read_public_key(self.root) if self.root else None


def of_sample(scope: Scope, sample: Sample | None) -> Scope:
    """The scope of an audit of a sample, which is the sample's own. Raises UsageError where another is given."""
    if sample is None:
        return scope
    if not scope.is_everything:
        raise UsageError(
            "verify.scope_of_sample", "A sample has its own scope. Omit the sample, or all that narrows the journeys."
        )
    return sample.scope


def refuse_another_sample(sample: Sample | None, ledger: str) -> None:
    """Raise Refused where a sample is of another ledger."""
    if sample is not None and sample.ledger != ledger:
        raise Refused(
            "sample.other_ledger",
            "The sample is of the ledger {found}, but this ledger is {ledger}. Draw one of this ledger.",
            found=sample.ledger,
            ledger=ledger,
        )
