"""One audit from beginning to end: which journeys, against what, into a file of verdicts."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from auditing.evidence.evidence import every_journey
from auditing.evidence.findings import Finding, Verdict, Verification
from auditing.transparency.checkpoint import Checkpoint, checkpoint_in
from auditing.verification.about import About, CheckpointHeld, SampleHeld
from auditing.verification.authority_checks import ahead_findings, kept_findings, register_findings
from auditing.verification.chained_checks import chained_findings
from auditing.verification.checkpoint_checks import refuse_another_ledger
from auditing.verification.identity_checks import identity_findings
from auditing.verification.parallel import VerifierFactory, verify_many
from auditing.verification.position_checks import position_findings
from auditing.verification.protection_checks import protection_findings
from auditing.verification.request import AuditRequest, refuse_another_sample
from auditing.verification.results import Results
from auditing.verification.selection import LedgerSize, select_journeys, size_of
from auditing.verification.verifier import LiveVerifier
from models.access.register import Register
from models.access.statements import SignedStatement
from runtime.build import VERSION, build_id
from runtime.statement_log import StatementLog
from runtime.temporal.client import address_of
from services.application import Application

Progress = Callable[[int, int, Path], AbstractContextManager[Callable[[int], None]]]
"""From how many verdicts are known already, how many journeys are left, and the file of verdicts, to what is told how
many are done each time."""

REGISTER = "register"
"""Under what name the register of authority stands among the verdicts."""


class Audited(NamedTuple):
    """What an audit found, and what it was of."""

    results: Results
    about: About


def verify_ledger(
    application: Application, request: AuditRequest, file: Path, cores: int, progress: Progress
) -> Audited:
    """Verify what is requested and has no verdict yet. Raises UsageError, Refused and ServiceUnavailable."""
    checkpoint = checkpoint_in(request.checkpoint, request.key)
    settings, engine, began = application.settings, application.reading, application.now()
    refuse_another_sample(request.sample, settings.ledger)
    statements = StatementLog(engine).statements()
    register = Register.fold(statements)
    source = engine.url.render_as_string(hide_password=True)
    results = Results(file, request.header(source, checkpoint, build_id(settings.build_id), register))
    found = (
        register_findings(register, request.pinned),
        ahead_findings(statements, began),
        kept_by(checkpoint, statements),
    )
    logs = chained_findings(engine, register, checkpoint.statement.chains if checkpoint else None)
    beside = (
        logs,
        identity_findings(engine),
        protection_findings(engine, register),
        position_findings(engine),
    )
    add_register(results, *found, *beside)
    every = asyncio.run(every_journey(settings, engine))
    refuse_another_ledger(checkpoint, every)
    of_checkpoint = (leaf.journey_id for leaf in checkpoint.leaves) if checkpoint else ()
    size, selection = size_of(engine), select_journeys(engine, request, {*every, *of_checkpoint})
    about = About(
        **beginning(request, results, began),
        population=selection.population,
        in_ledger=size.journeys,
        wanted=len(selection.wanted),
        beside=selection.beside,
        checkpoint=_since(CheckpointHeld.of(checkpoint, request.key), size),
        server=address_of(settings),
        archive=settings.archive.partition("://")[0],
    )
    factory = LiveVerifier(settings, request.checkpoint)
    return Audited(verify_into(factory, selection.wanted, results, cores, progress), about)


def _since(held: CheckpointHeld | None, now: LedgerSize) -> CheckpointHeld | None:
    """The checkpoint with how much came after it."""
    if held is None:
        return None
    grown = {"journeys_since": max(now.journeys - held.journeys, 0), "rows_since": max(now.rows - held.rows, 0)}
    return held.model_copy(update=grown)


def beginning(request: AuditRequest, results: Results, began: datetime) -> dict[str, Any]:
    """What is told of every audit, live or of a bundle."""
    header = results.header
    return {
        "at": began,
        "version": VERSION,
        "build": header.build,
        "source": header.source,
        "scope": request.scope,
        "sample": SampleHeld.of_sample(request.sample),
        "founder": header.founder,
        "root": header.root,
    }


def kept_by(checkpoint: Checkpoint | None, statements: Sequence[SignedStatement]) -> Iterator[Finding]:
    """What the register says otherwise than a checkpoint, where one is named."""
    return kept_findings(statements, checkpoint.statement) if checkpoint else iter(())


def add_register(results: Results, *found: Iterable[Finding]) -> None:
    """Add what is wrong with the register of authority to the results, under its own name, before the journeys."""
    findings = tuple(one for some in found for one in some)
    add_beside(results, REGISTER, findings)


def add_beside(results: Results, name: str, findings: tuple[Finding, ...]) -> None:
    """Add what is wrong with something that is no journey, under its name."""
    if findings and name not in results.known(journeys=False):
        found = Verification(journey_id=name, is_journey=False, verdict=Verdict.DIFFERS, findings=findings)
        results.add([found])


def verify_into(
    factory: VerifierFactory, every: Sequence[str], results: Results, cores: int, progress: Progress
) -> Results:
    """The results with a verdict on each of these journeys."""
    known = results.known()
    wanted = [id_ for id_ in every if id_ not in known]
    with progress(len(known.intersection(every)), len(wanted), results.file) as advance:
        verify_many(factory, wanted, results, cores, advance)
    return results
