"""One audit from beginning to end: which journeys, against what, into a file of verdicts."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from auditing.evidence.evidence import every_journey
from auditing.evidence.findings import Finding, Verdict, Verification
from auditing.evidence.recorded import find_journey
from auditing.transparency.checkpoint import Checkpoint, checkpoint_in
from auditing.transparency.signing import read_public_key
from auditing.verification.authority_checks import ahead_findings, kept_findings, register_findings
from auditing.verification.chained_checks import chained_findings
from auditing.verification.checkpoint_checks import refuse_another_ledger
from auditing.verification.identity_checks import identity_findings
from auditing.verification.parallel import VerifierFactory, verify_many
from auditing.verification.position_checks import position_findings
from auditing.verification.protection_checks import protection_findings
from auditing.verification.results import Results, ResultsHeader
from auditing.verification.verifier import LiveVerifier
from models.access.register import Register
from models.access.statements import SignedStatement
from models.identifiers import is_journey_of
from runtime.build import build_id
from runtime.statement_log import StatementLog
from services.application import Application

Progress = Callable[[int, int, Path], AbstractContextManager[Callable[[int], None]]]
"""From how many verdicts are known already, how many journeys are left, and the file of verdicts, to what is told how
many are done each time."""

REGISTER = "register"
"""Under what name the register of authority stands among the verdicts."""


@dataclass(frozen=True)
class Scope:
    """Which journeys to verify, live or in a bundle, and against which checkpoint.

    `manifest` is the hash of the bundle's manifest, as whoever made the bundle has told it; `root` the public key of
    whoever founded the register of authority, as the auditor knows it.
    """

    candidate: str | None = None
    programme: str | None = None
    checkpoint: Path | None = None
    key: str | None = None
    bundle: Path | None = None
    manifest: str | None = None
    root: str | None = None

    def header(self, source: str, checkpoint: Checkpoint | None, build: str, register: Register) -> ResultsHeader:
        """What the verdicts on these journeys are about."""
        return ResultsHeader(
            source=source,
            candidate=self.candidate,
            programme=self.programme,
            build=build,
            checkpoint=checkpoint.statement.root if checkpoint else None,
            founder=register.founder,
            root=self.pinned,
        )

    @property
    def pinned(self) -> str | None:
        """The founder's key in one spelling. Raises UsageError where it is none."""
        return read_public_key(self.root) if self.root else None


def verify_ledger(application: Application, scope: Scope, file: Path, cores: int, progress: Progress) -> Results:
    """Verify what the scope names and has no verdict yet. Raises UsageError, Refused and ServiceUnavailable."""
    checkpoint = checkpoint_in(scope.checkpoint, scope.key)
    source = application.reading.url.render_as_string(hide_password=True)
    statements = StatementLog(application.reading).statements()
    register = Register.fold(statements)
    results = Results(file, scope.header(source, checkpoint, build_id(application.settings.build_id), register))
    found = (
        register_findings(register, scope.pinned),
        ahead_findings(statements, application.now()),
        kept_by(checkpoint, statements),
    )
    engine = application.reading
    logs = chained_findings(engine, register, checkpoint.statement.chains if checkpoint else None)
    beside = (
        logs,
        identity_findings(engine),
        protection_findings(engine, register),
        position_findings(engine),
    )
    add_register(results, *found, *beside)
    every = asyncio.run(every_journey(application.settings, application.reading))
    refuse_another_ledger(checkpoint, every)
    factory = LiveVerifier(application.settings, scope.checkpoint)
    return verify_into(factory, _wanted(application, scope, every, checkpoint), results, cores, progress)


def kept_by(checkpoint: Checkpoint | None, statements: Sequence[SignedStatement]) -> Iterator[Finding]:
    """What the register says otherwise than a checkpoint, where one is named."""
    return kept_findings(statements, checkpoint.statement) if checkpoint else iter(())


def add_register(results: Results, *found: Iterable[Finding]) -> None:
    """Add what is wrong with the register of authority to the results, under its own name, before the journeys."""
    findings = tuple(one for some in found for one in some)
    if findings and REGISTER not in results.known():
        results.add([Verification(journey_id=REGISTER, verdict=Verdict.DIFFERS, findings=findings)])


def verify_into(
    factory: VerifierFactory, every: Sequence[str], results: Results, cores: int, progress: Progress
) -> Results:
    """The results with a verdict on each of these journeys."""
    known = results.known()
    wanted = [id_ for id_ in every if id_ not in known]
    with progress(len(known.intersection(every)), len(wanted), results.file) as advance:
        verify_many(factory, wanted, results, cores, advance)
    return results


def _wanted(application: Application, scope: Scope, every: list[str], checkpoint: Checkpoint | None) -> list[str]:
    if scope.candidate is not None:
        return [find_journey(application, scope.candidate, scope.programme)]
    known = {leaf.journey_id for leaf in checkpoint.leaves} if checkpoint else set()
    every = sorted(known | set(every))
    chosen = [id_ for id_ in every if is_journey_of(id_, None, scope.programme)]
    if scope.programme is not None and not chosen:
        application.book.programme(scope.programme)  # refuses one that there is not, and never was
    return chosen
