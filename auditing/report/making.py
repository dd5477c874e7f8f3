"""Making a report: verdicts gone through, findings explained, what came after the checkpoint, one signature."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from auditing.evidence.evidence import LiveSource
from auditing.evidence.findings import Finding, Verdict, Verification
from auditing.population.population import Counts, Population
from auditing.population.sampling import Sample
from auditing.population.scope import Scope
from auditing.report.conclusion import conclusion
from auditing.report.explaining import Explanations, looked_through, row_named
from auditing.report.limits import limits
from auditing.report.signing import signed
from auditing.report.statement import (
    OF_NO_JOURNEY,
    PROTECTED,
    Counted,
    FindingTold,
    Grown,
    HeldAgainst,
    Lacking,
    SampleTold,
    SignedReport,
    Statement,
    VerdictLine,
    in_utc,
    verdict_line,
)
from auditing.transparency.checkpoint import Checkpoint
from auditing.transparency.merkle import root_of
from auditing.transparency.signing import public_key_of
from auditing.verification.results import Results, Totals
from models.canonical import digest_of
from models.fields import BothLanguages
from models.identifiers import JourneyId
from models.message import Message, msg
from runtime.archive import archived_by
from runtime.build import VERSION
from runtime.errors import Refused, ServiceUnavailable
from services.application import Application
from services.queries.protected import protected_on

MOST_FINDINGS = 500
"""Findings that are told one by one; all of them are counted, and stand in the file of verdicts."""

Progress = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""From how many journeys are to be looked through to what is told of each."""

HIDDEN = msg("report.protected", "protected")


WORD = re.compile(r"\w+")


@dataclass
class Gone:
    """What the verdicts amount to, gone through once."""

    protected: frozenset[str]
    totals: Totals = field(default_factory=Totals)
    lines: list[VerdictLine] = field(default_factory=list)
    told: list[tuple[str, Finding]] = field(default_factory=list)
    journeys: list[str] = field(default_factory=list)
    hidden: int = 0
    elsewhere: int = 0
    remarks: int = 0
    noted: int = 0

    def go_through(self, found: Iterable[Verification]) -> None:
        """Take in every verdict."""
        for one in found:
            is_protected = self.is_protected(one.journey_id)
            self.lines.append(verdict_line(one, is_protected=is_protected))
            self.told += [(one.journey_id, finding) for finding in one.findings][: MOST_FINDINGS - len(self.told)]
            self.remarks += len(one.remarks)
            self.noted += len(one.noted)
            if not one.is_journey:
                self.totals.findings += len(one.findings)
                self.elsewhere += len(one.findings)
                continue
            self.totals.count(one)
            self.journeys.append(one.journey_id)
            self.hidden += is_protected
        self.lines.sort()

    def is_protected(self, journey_id: str) -> bool:
        id_ = JourneyId.read(journey_id)
        return id_ is not None and id_.candidate in self.protected

    @property
    def rows(self) -> dict[str, list[str]]:
        """By journey, the rows that findings name and that may be explained to anybody."""
        found: dict[str, list[str]] = defaultdict(list)
        for journey_id, finding in self.told:
            if not self.is_protected(journey_id) and (row := row_named(finding)) is not None:
                found[journey_id].append(row)
        return found

    def counted(self, beyond: int = 0) -> Counted:
        """The numbers, where so many of the journeys are beyond the population."""
        totals = self.totals
        return Counted(
            verdicts={verdict: totals.verdicts[verdict] for verdict in Verdict},
            journeys=len(self.journeys),
            protected=self.hidden,
            beyond=beyond,
            rows=totals.rows,
            notices=totals.notices,
            history_events=totals.history_events,
            findings=totals.findings,
            elsewhere=self.elsewhere,
            remarks=self.remarks,
            noted=self.noted,
            written_by=dict(sorted(totals.builds.items())),
            root=root_of(line.hash for line in self.lines).hex(),
        )

    def findings(self, explanations: Explanations) -> Iterator[FindingTold]:
        """What is told of each finding: of what names a protected person, only what is wrong."""
        for journey_id, finding in self.told:
            said = {name: getattr(finding, name) for name in Finding.model_fields}
            why = explanations.get((journey_id, row_named(finding) or ""))
            known = {"why_not": why} if isinstance(why, Message) else {"why": why}
            told = FindingTold(journey=None if journey_id in OF_NO_JOURNEY else journey_id, **said, **known)
            yield self._masked(told) if self._names_protected(told) else told

    def _names_protected(self, told: FindingTold) -> bool:
        return not self.protected.isdisjoint(WORD.findall(told.model_dump_json()))

    def _masked(self, told: FindingTold) -> FindingTold:
        is_theirs = told.journey is not None and self.is_protected(told.journey)
        where = told.where if is_theirs and row_named(told) else HIDDEN
        journey = PROTECTED if is_theirs else told.journey
        return FindingTold(journey=journey, what=told.what, where=where, expected=HIDDEN, found=HIDDEN)


@dataclass(frozen=True)
class Request:
    """What a report is of, and what whoever makes it says: who audited, with which key, against which checkpoint."""

    scope: Scope
    key: Ed25519PrivateKey
    by: str | None = None
    sample: Sample | None = None
    checkpoint: Checkpoint | None = None
    is_key_known: bool = False

    @property
    def is_own_checkpoint(self) -> bool:
        """Whether the checkpoint is signed with the very key that signs the report: then the key is compared."""
        return self.checkpoint is not None and self.checkpoint.statement.public_key == public_key_of(self.key)


async def make_report(
    application: Application, results: Results, verified_at: datetime, asked: Request, progress: Progress
) -> SignedReport:
    """The signed report of these verdicts. Raises Refused where they are of something else than is asked."""
    _refuse_another_source(application, results)
    _refuse_another_checkpoint(results, asked.checkpoint)
    _refuse_another_sample(results, asked.sample)
    gone = Gone(frozenset(protected_on(application.reading)))
    gone.go_through(results.read())
    explanations, lacking = await _looked_through(application, gone, progress)
    population, beyond = _population(application.reading, asked.scope, gone.journeys)
    held = held_against(
        application.reading, asked.checkpoint, gone, is_key_known=asked.is_key_known or asked.is_own_checkpoint
    )
    counted, is_founder_known = gone.counted(beyond), results.header.root is not None
    statement = Statement(
        ledger=application.settings.ledger,
        programmes=_titles(application, gone.journeys, asked),
        towns=_towns(application, asked),
        at=in_utc(application.now()),
        verified_at=in_utc(verified_at),
        by=asked.by,
        public_key=public_key_of(asked.key),
        scope=asked.scope,
        population=population,
        sample=SampleTold.of_sample(asked.sample),
        source=results.header.source,
        held_against=held,
        founder=results.header.founder,
        is_founder_known=is_founder_known,
        build=results.header.build,
        version=VERSION,
        counted=counted,
        findings=tuple(gone.findings(explanations)),
        lacking=lacking,
        conclusion=tuple(conclusion(counted, population)),
        limits=limits(counted, population, held, lacking, is_founder_known=is_founder_known),
    )
    return signed(statement, gone.lines, asked.key)


def _population(engine: Engine, scope: Scope, verified: Iterable[str]) -> tuple[Counts, int]:
    """The population, and how many of the verified journeys are beyond it."""
    population, beyond = Population(engine, scope), set(verified)
    for one in population.members():
        beyond.discard(one.journey_id)
    return population.counts(), len(beyond)


def _titles(application: Application, journey_ids: Iterable[str], asked: Request) -> dict[str, BothLanguages]:
    """What these programmes are called, as far as the files still have them."""
    known = {id_.programme for one in journey_ids if (id_ := JourneyId.read(one))}
    named = (asked.scope.programme or "", *_strata(asked.sample))
    known |= {value.partition("/")[0] for value in named}
    return {name: title for name in sorted(known) if (title := application.book.title(name))}


def _towns(application: Application, asked: Request) -> dict[str, str]:
    """What the towns are called that the scope and the strata of the sample name."""
    wanted = {asked.scope.town, *_strata(asked.sample)}
    return {code: name for code, name in sorted(application.book.town_names.items()) if code in wanted}


def _strata(sample: Sample | None) -> Iterator[str]:
    """What the strata of a sample are named by, of whatever sort."""
    if sample is not None:
        yield from (value for stratum in sample.strata for value in stratum.name)


async def _looked_through(
    application: Application, gone: Gone, progress: Progress
) -> tuple[Explanations, Lacking | None]:
    """Nothing, where the server cannot be reached: a finished file of verdicts may be reported on without it."""
    with suppress(ServiceUnavailable):
        archived = archived_by(application.settings, application.reading)
        source = LiveSource(application.reading, await application.client(), archived)
        with progress(len(gone.journeys)) as done:
            return await looked_through(source, gone.journeys, gone.rows, application.today(), gone.protected, done)
    return {}, None


def _refuse_another_source(application: Application, results: Results) -> None:
    found, here = results.header.source, application.reading.url.render_as_string(hide_password=True)
    if found != here:
        raise Refused(
            "report.other_source",
            "The verdicts are of {found}, and this ledger is read from {here}. Report on them where they were made.",
            found=found,
            here=here,
        )


def _refuse_another_checkpoint(results: Results, checkpoint: Checkpoint | None) -> None:
    found, wanted = results.header.checkpoint, checkpoint.statement.root if checkpoint else None
    if found != wanted:
        raise Refused(
            "report.other_checkpoint",
            "The verdicts were held against the checkpoint {found}, and the one given is {wanted}. Give the same one.",
            found=found or _NONE,
            wanted=wanted or _NONE,
        )
    of_all = results.header.checkpoint_digest
    if checkpoint is not None and of_all not in (None, checkpoint.statement.digest):
        raise Refused(
            "report.checkpoint_of_same_root",
            "The verdicts were held against a checkpoint of the same journeys that says something else of the rest,"
            " such as the register of staff. Give that one, or verify against the one of {at} first.",
            at=checkpoint.statement.at,
        )


def is_of(results: Results, sample: Sample | None) -> bool:
    """Whether verdicts are of a sample, or, where none is given, of no sample."""
    return results.header.sample == (digest_of(sample) if sample else None)


def _refuse_another_sample(results: Results, sample: Sample | None) -> None:
    if sample is None and results.header.sample is not None:
        raise Refused(
            "report.of_a_sample", "The verdicts are of a sample, and no sample was given. Give the file of that sample."
        )
    if not is_of(results, sample):
        raise Refused(
            "report.other_sample", "The verdicts are of another sample, or of none. Give the sample that was verified."
        )


_NONE = msg("report.no_checkpoint", "(none)")


MOST_GROWN = 200
"""Journeys that are named with what came after a checkpoint."""


def held_against(
    engine: Engine, checkpoint: Checkpoint | None, gone: Gone, *, is_key_known: bool
) -> HeldAgainst | None:
    """The checkpoint with what it covers, and with what came after it as the database has it now."""
    if checkpoint is None:
        return None
    journeys = rows = 0
    verified, grown = set(gone.journeys), list[Grown]()
    for one in Population(engine).members():
        leaf = checkpoint.leaf(one.journey_id)
        covered = leaf.rows if leaf else 0
        after = max(0, one.rows - covered)
        journeys += leaf is None
        rows += after
        if after and one.journey_id in verified and not gone.is_protected(one.journey_id) and len(grown) < MOST_GROWN:
            grown.append(Grown(journey=one.journey_id, covered=covered, after=after))
    said = checkpoint.statement
    return HeldAgainst(
        **said.model_dump(include={"at", "ledger", "root", "public_key", "journeys", "rows", "statements"}),
        is_key_known=is_key_known,
        journeys_since=journeys,
        rows_since=rows,
        readings=sum(leaf.reads for leaf in checkpoint.leaves),
        records=sum(chain.rows for chain in said.chains.values()),
        verified=sum(leaf.journey_id in verified for leaf in checkpoint.leaves),
        grown=tuple(grown),
    )
