"""Verifying journeys: history replayed, events folded anew, and both held against everything that is kept."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError
from temporalio.converter import DataConverter

from auditing.evidence.evidence import Evidence, JsonRow, Source
from auditing.evidence.findings import Finding, Verdict, Verification
from auditing.evidence.history_model import Story
from auditing.evidence.reading_runs import tell
from auditing.verification.ledger_checks import chain_findings, ledger_findings
from auditing.verification.notice_checks import notice_findings
from auditing.verification.projection_checks import listed_findings
from auditing.verification.reconstruct import Refolding
from auditing.verification.replay import Replays
from models.events.events import EVENT_CLASSES
from models.message import N_
from runtime.build import build_id

LOOKS = 20
LOOK_EVERY = 0.5
"""Seconds. A journey at work is looked at until it rests, but not for ever: it may be stuck for days."""


HeldAgainst = Callable[[str, Sequence[JsonRow], Story | None], Iterable[Finding]]
"""Something kept outside that a journey's ledger rows are held against: a checkpoint."""


def nothing_outside(_journey_id: str, _rows: Sequence[JsonRow], _story: Story | None) -> Iterable[Finding]:
    """Where no checkpoint is given."""
    return ()


Beside = Callable[[Evidence, Story | None], tuple[list[Finding], list[Finding]]]
"""Findings and remarks on what a source keeps beside the evidence, as a bundle does."""


def nothing_beside(_evidence: Evidence, _story: Story | None) -> tuple[list[Finding], list[Finding]]:
    """Where evidence is all there is."""
    return [], []


@dataclass(frozen=True)
class Verifier:
    """Verifies what a source keeps. Differences that another version of the code may explain are remarks, not findings,
    where the history names another build than that of the code that is checked out.

    `changes` says whether anything can happen to a journey while it is looked at: not in a bundle.
    """

    source: Source
    replays: Replays
    converter: DataConverter
    outside: HeldAgainst = nothing_outside
    build: str = field(default_factory=build_id)
    beside: Beside = nothing_beside
    changes: bool = True

    async def verify(self, journey_ids: Sequence[str]) -> list[Verification]:
        """The verdict on each of these journeys. Raises ServiceUnavailable.

        What differs is looked at again while something happens to it: history and database are read one by one.
        """
        evidence = await self.source.read(journey_ids)
        found = [one async for one in self.verified(evidence)]
        for number, one in enumerate(found):
            if self.changes and one.verdict not in (Verdict.AGREES, Verdict.ERASED):
                found[number] = await self._looked_at_again(evidence[number], one)
        return found

    async def _looked_at_again(self, seen: Evidence, found: Verification) -> Verification:
        for _ in range(LOOKS):
            [now] = await self.source.read([seen.journey_id])
            if now.mark == seen.mark and not now.is_busy:
                break
            await asyncio.sleep(LOOK_EVERY)
            seen, found = now, await anext(self.verified([now]))
            if found.verdict is Verdict.AGREES:
                break
        return found

    async def verified(self, all_evidence: Sequence[Evidence]) -> AsyncIterator[Verification]:
        """The verdict on each of these journeys."""
        runs = [run for evidence in all_evidence for run in evidence.runs]
        failures = await self.replays.failures(runs)
        for evidence in all_evidence:
            yield await self._verification(evidence, failures)

    async def _verification(self, evidence: Evidence, failures: dict[str, str]) -> Verification:
        findings = [
            *_archive_findings(evidence),
            *_replay_findings(evidence, failures),
            *chain_findings(evidence.ledger),
        ]
        story: Story | None = None
        remarks: list[Finding] = []
        if evidence.runs:
            try:
                story = await tell(evidence.runs, self.converter)
                own, remarks = await self._compared(evidence, story)
                findings += own
            except (ValidationError, ValueError, KeyError, TypeError) as error:
                findings.append(_unreadable(error))
        findings += self.outside(evidence.journey_id, evidence.ledger, story)
        lies_beside, explained = self.beside(evidence, story)
        findings, remarks = findings + lies_beside, remarks + explained
        verdict, because = _verdict(evidence, story, findings)
        return Verification(
            journey_id=evidence.journey_id,
            verdict=verdict,
            because=because,
            findings=tuple(findings),
            remarks=tuple(remarks),
            builds=story.written_by if story else (),
            runs=len(evidence.runs),
            history_events=sum(len(run.events) for run in evidence.runs),
            rows=len(evidence.ledger),
            notices=len(evidence.rows["notices"]),
        )

    async def _compared(self, evidence: Evidence, story: Story) -> tuple[list[Finding], list[Finding]]:
        """Findings and remarks."""
        refolded = Refolding(evidence.journey_id, story)
        listed = list(listed_findings(evidence, refolded))
        findings = [*refolded.findings, *ledger_findings(evidence.ledger, refolded)]
        findings += [finding for finding, by_code in listed if not by_code]
        findings += await self._notice_findings(evidence, refolded, story)
        debatable = [*refolded.debatable, *(finding for finding, by_code in listed if by_code)]
        if set(story.written_by) <= {self.build}:
            return findings + debatable, []
        return findings, debatable

    async def _notice_findings(self, evidence: Evidence, refolded: Refolding, story: Story) -> list[Finding]:
        found = list(notice_findings(evidence, refolded, story))
        if not found:
            return found
        # Dead letters that were sent again have a workflow of their own. They are few: only where one may explain it.
        resent = await self.source.resent(evidence.journey_id)
        again = await tell(resent, self.converter)
        for event_id, sendings in again.sendings.items():
            story.sendings[event_id] = sorted([*story.sendings[event_id], *sendings], key=lambda one: one.asked_at)
        return list(notice_findings(evidence, refolded, story)) if resent else found


def _replay_findings(evidence: Evidence, failures: dict[str, str]) -> Iterable[Finding]:
    for number, run in enumerate(evidence.runs, 1):
        if run.run_id in failures:
            yield Finding(
                what=N_("replay fails"),
                where=f"run {number}",
                expected="the commands in the history",
                found=failures[run.run_id],
            )


def _archive_findings(evidence: Evidence) -> Iterable[Finding]:
    if evidence.changed:
        what, expected = N_("the archived history was changed"), "the history as it was archived"
        yield Finding(what=what, where="archive", expected=expected, found=evidence.changed)


def _unreadable(error: Exception) -> Finding:
    found = " ".join(str(error).split())[:500]
    return Finding(what=N_("the history cannot be read"), where="history", expected="a journey", found=found)


def _verdict(evidence: Evidence, story: Story | None, findings: Sequence[Finding]) -> tuple[Verdict, str]:
    if findings:
        return Verdict.DIFFERS, ""
    if story is None:
        told = [row["event"] for row in evidence.ledger if row["kind"] in EVENT_CLASSES and row["accepted"]]
        if told and not any(told):
            return Verdict.ERASED, N_("its contents are erased; its chain holds")
        return Verdict.NOT_VERIFIABLE, N_("neither the server nor the archive keeps its history")
    if story.gone:
        return Verdict.NOT_VERIFIABLE, N_("neither the server nor the archive keeps all of its runs")
    return Verdict.AGREES, ""
