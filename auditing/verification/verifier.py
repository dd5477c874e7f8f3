"""Verifying journeys: history replayed, events folded anew, and both held against everything that is kept."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import Engine
from temporalio.client import Client

from auditing.evidence.evidence import Evidence, JsonRow, LiveSource, Source
from auditing.evidence.findings import ExplainedFinding, Finding, Noted, Verdict, Verification
from auditing.evidence.history_model import JourneyHistory
from auditing.evidence.history_reading import read_runs
from auditing.transparency.checkpoint import read_checkpoint
from auditing.verification.authority_checks import author_findings, is_a_workers, row_findings
from auditing.verification.checkpoint_checks import Check, checkpoint_check
from auditing.verification.elsewhere_checks import elsewhere_findings, joined_findings
from auditing.verification.erased_checks import erased_findings, unfinished_findings
from auditing.verification.history_findings import (
    archive_findings,
    reading_on,
    replay_findings,
    stranger_findings,
    unreadable,
    usurper_findings,
)
from auditing.verification.ledger_checks import chain_findings, ledger_findings
from auditing.verification.lost_rows import given_up, given_up_findings
from auditing.verification.moved_checks import moved_findings
from auditing.verification.notice_checks import notice_findings
from auditing.verification.projection_checks import place_findings_by_rows, projection_findings
from auditing.verification.read_checks import read_findings
from auditing.verification.reconstruct import Refolding
from auditing.verification.recorded_checks import RecordedCheck, recorded_check
from auditing.verification.replay import JourneyReplayer
from auditing.verification.text_checks import text_check
from auditing.verification.turn_checks import turn_findings
from models.access.register import Register
from models.identifiers import JourneyId
from models.message import Message, msg
from runtime.archive import Archived, archived_by, nothing_archived
from runtime.build import build_id
from runtime.database import open_for_reading
from runtime.encryption.sealed_client import connect_sealed
from runtime.encryption.sealers import with_keys
from runtime.settings import Settings, require_database_to_audit

LOOKS = 20
LOOK_EVERY = 0.5
"""Seconds. A journey at work is looked at until it rests, but not for ever: it may be stuck for days."""


Judged = tuple[Verdict, Message | None]
"""A verdict, and why where it needs saying."""


@dataclass(frozen=True)
class Verifier:
    """Verifies what a source keeps. Differences that another version of the code may explain are remarks, not findings,
    where the history names another build than that of the code that is checked out.

    `changes` says whether anything can happen to a journey while it is looked at: not in a bundle. `recorded` asks
    again what only the database could judge, where it can be read.
    """

    source: Source
    replayer: JourneyReplayer
    checks: Sequence[Check] = ()
    build: str = field(default_factory=build_id)
    changes: bool = True
    register: Register = field(default_factory=Register)
    recorded: RecordedCheck | None = None

    async def verify(self, journey_ids: Sequence[str]) -> list[Verification]:
        """The verdict on each of these journeys. Raises ServiceUnavailable.

        What differs is looked at again while something happens to it: history and database are read one by one.
        """
        evidence = await self._read(journey_ids)
        found = [one async for one in self.verified(evidence)]
        for number, one in enumerate(found):
            if self.changes and one.verdict not in (Verdict.AGREES, Verdict.ERASED):
                found[number] = await self._looked_at_again(evidence[number], one)
        return found

    async def _read(self, journey_ids: Sequence[str]) -> list[Evidence]:
        """What is kept of them, and then what has been said of authority: nobody signs before they are enrolled."""
        evidence = await self.source.read(journey_ids)
        for statement in self.source.statements(self.register.number):
            self.register.add(statement)
        return evidence

    async def _looked_at_again(self, seen: Evidence, found: Verification) -> Verification:
        for _ in range(LOOKS):
            [now] = await self._read([seen.journey_id])
            if now.mark == seen.mark and not now.is_busy:
                break
            await asyncio.sleep(LOOK_EVERY)
            seen, found = now, await anext(self.verified([now]))
            if found.verdict is Verdict.AGREES:
                break
        return found

    async def verified(self, all_evidence: Sequence[Evidence]) -> AsyncIterator[Verification]:
        """The verdict on each of these journeys."""
        runs = [run for evidence in all_evidence if not evidence.ended for run in evidence.runs]
        failures = await self.replayer.failures(runs)
        for evidence in all_evidence:
            yield await self._verification(evidence, failures)

    async def _verification(self, evidence: Evidence, failures: dict[str, str]) -> Verification:
        found: list[Finding] = []
        verdict, history = _verdict(None), None
        with reading_on(found):
            verdict, history = await self._judged(evidence, failures, found)
        with reading_on(found):
            self._add_checks(evidence, history, found)
        return _concluded(evidence, found, verdict, history)

    async def _judged(
        self, evidence: Evidence, failures: dict[str, str], found: list[Finding]
    ) -> tuple[Judged, JourneyHistory | None]:
        """What is said of a journey where nothing is found, and its history; adds to `found` what is."""
        found += [*archive_findings(evidence), *chain_findings(evidence.ledger)]
        found += row_findings(evidence.ledger, self.register)
        found += read_findings(evidence.rows["reads"], self.register)
        found += given_up_findings(given_up(evidence.ledger, self.register))
        if evidence.ended:
            told = erased_findings(evidence, self.register)
            found += told.findings
            return (Verdict.ERASED, told.because), None
        found += unfinished_findings(evidence, self.register)
        found += elsewhere_findings(evidence.ledger, self.source.ledger)
        found += joined_findings(evidence.ledger, self.register)
        found += moved_findings(evidence.ledger, self.source.ledger)
        found += turn_findings(evidence.ledger, self.source.ledger, self.register)
        history: JourneyHistory | None = None
        if evidence.runs:
            try:
                history = await read_runs(evidence.runs)
                found += [*stranger_findings(history), *usurper_findings(evidence)]
                if history.began:
                    found += await self._compared(evidence, history)
            except (ValidationError, ValueError, KeyError, TypeError) as error:
                found.append(unreadable(error))
        if history is None or not history.began:
            signed = [row for row in evidence.ledger if is_a_workers(self.register, row)]
            found += place_findings_by_rows(evidence, signed)
        found += replay_findings(evidence, failures, history)
        if history is not None and evidence.ledger and not history.began:
            history = None  # all that is kept are runs that were no journey's
        return _verdict(history), history

    def _add_checks(self, evidence: Evidence, history: JourneyHistory | None, found: list[Finding]) -> None:
        for check in self.checks:
            found += [one for one in check(evidence, history) if one not in found]

    async def _compared(self, evidence: Evidence, history: JourneyHistory) -> list[Finding]:
        """What the rest says otherwise than the history: remarks too, unless our own code wrote all of it."""
        signed = [row for row in evidence.ledger if is_a_workers(self.register, row)]
        accepted = {row["event_id"]: row["row"] for row in signed if row["accepted"]}
        losses = [one.lost for one in given_up(evidence.ledger, self.register) if one.why_not is None]
        refolded = Refolding(JourneyId.parse(evidence.journey_id), history, accepted, [one.first for one in losses])
        without = {number for one in losses for number in range(one.first, one.last + 1)}
        if refolded.goes_on_in is not None:  # what earlier runs told is lost, as the row says by which it goes on
            later = [run.run_id for run in evidence.runs].index(refolded.goes_on_in)
            history.gone = (await read_runs(evidence.runs[later:])).gone
        found = [
            *refolded.findings,
            *ledger_findings(evidence.ledger, refolded, _lost(signed, history, refolded), without),
            *projection_findings(evidence, refolded),
            *author_findings(evidence, refolded, self.register),
            *await self._notice_findings(evidence, refolded, history),
        ]
        if self.recorded is not None:
            found += self.recorded(evidence, refolded)
        ours = set(history.written_by) <= {self.build}
        return [one if isinstance(one, Noted) or not ours else Finding(**dict(one)) for one in found]

    async def _notice_findings(self, evidence: Evidence, refolded: Refolding, history: JourneyHistory) -> list[Finding]:
        found = list(notice_findings(evidence, refolded, history, self.register))
        if not found:
            return found
        # Dead letters that were sent again have a workflow of their own. They are few: only where one may explain it.
        resent = await self.source.resent(evidence.journey_id)
        again = await read_runs(resent)
        for event_id, sendings in again.sendings.items():
            history.sendings[event_id] = sorted([*history.sendings[event_id], *sendings], key=lambda one: one.asked_at)
        return list(notice_findings(evidence, refolded, history, self.register)) if resent else found


def _lost(signed: Sequence[JsonRow], history: JourneyHistory, refolded: Refolding) -> set[int]:
    """The rows of refusals that a worker wrote and whose history is lost: in a run that was cut off, or before a row of
    which the history tells, since each is counted after the one before.

    What was accepted is taken in when the journey goes on, and is missing until then.
    """
    told = max(refolded.by_row, default=0)
    return {
        row["row"]
        for row in signed
        if not row["accepted"]
        and (
            row["row"] < told
            or any(since <= datetime.fromisoformat(row["recorded_at"]) <= until for since, until in history.cut_off)
        )
    }


def _concluded(
    evidence: Evidence,
    found: Sequence[Finding],
    otherwise: Judged,
    history: JourneyHistory | None = None,
) -> Verification:
    """What is said of a journey: that it differs, where anything was found, and `otherwise` the other verdict."""
    findings = tuple(one for one in found if not isinstance(one, ExplainedFinding | Noted))
    verdict, because = (Verdict.DIFFERS, None) if findings else otherwise
    return Verification(
        journey_id=evidence.journey_id,
        verdict=verdict,
        because=because,
        findings=findings,
        remarks=tuple(one for one in found if isinstance(one, ExplainedFinding)),
        noted=tuple(one for one in found if isinstance(one, Noted)),
        builds=history.written_by if history else (),
        runs=len(evidence.runs),
        history_events=sum(len(run.events) for run in evidence.runs),
        rows=len(evidence.ledger),
        notices=len(evidence.rows["notices"]),
    )


def _verdict(history: JourneyHistory | None) -> Judged:
    if history is None:
        return Verdict.NOT_VERIFIABLE, msg("verdict.no_history", "neither the server nor the archive keeps its history")
    if history.gone:
        return Verdict.NOT_VERIFIABLE, msg(
            "verdict.runs_missing", "neither the server nor the archive keeps all of its runs"
        )
    return Verdict.AGREES, None


def live_verifier(
    client: Client,
    engine: Engine,
    archived: Archived = nothing_archived,
    checks: Sequence[Check] = (),
    build: str | None = None,
) -> Verifier:
    """A verifier of what these keep. It writes nothing."""
    return Verifier(
        LiveSource(engine, client, archived),
        JourneyReplayer(client.namespace),
        checks,
        build or build_id(),
        recorded=recorded_check(engine),
    )


@dataclass(frozen=True)
class LiveVerifier:
    """Opens a verifier of what is kept where the settings say, held against a checkpoint where one is named."""

    settings: Settings
    checkpoint: Path | None = None

    async def open(self) -> Verifier:
        """Raises ServiceUnavailable, and UsageError where something cannot be opened."""
        engine = with_keys(open_for_reading(require_database_to_audit(self.settings)), self.settings)
        client = await connect_sealed(self.settings, engine)
        checks = [text_check(engine)]
        checks += [checkpoint_check(read_checkpoint(self.checkpoint))] if self.checkpoint else []
        archived = archived_by(self.settings, engine)
        return live_verifier(client, engine, archived, checks, build_id(self.settings.build_id))
