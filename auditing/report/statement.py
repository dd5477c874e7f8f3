"""What a report for the board states: everything that its page and its PDF tell, in no language, as it is signed.

The format is told in deploy/reports.md, for those who check it without this program.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal, NamedTuple

import rfc8785
from pydantic import Field

from auditing.bundle.layout import MANIFEST
from auditing.evidence.findings import Verdict, Verification
from auditing.inspection.omissions import Lack
from auditing.inspection.rules_evaluated import RuleAnswer
from auditing.population.population import Counts
from auditing.population.sampling import Sample
from auditing.population.scope import Scope
from auditing.transparency.merkle import leaf_hash
from auditing.transparency.signing import AsWritten, At, Count, Digest
from auditing.verification.run import REGISTER
from models.canonical import digest_of
from models.fields import BothLanguages, Source, added
from models.message import Message

FORMAT: Final = "hela-vagen-report/1"

PROTECTED = "protected"
"""What stands for the journey of a protected person, who is counted and not named."""


OF_NO_JOURNEY = (REGISTER, MANIFEST)
"""Under which names verdicts stand that are on no journey."""


class VerdictLine(NamedTuple):
    """A journey with its verdict, and the SHA-256 hash of all that was found, as the file of verdicts has it."""

    journey: str
    verdict: Verdict
    digest: Digest

    @property
    def hash(self) -> bytes:
        """Its hash in the Merkle tree, over its RFC 8785 form."""
        return leaf_hash(rfc8785.dumps({"journey": self.journey, "verdict": self.verdict, "digest": self.digest}))


def verdict_line(one: Verification, *, is_protected: bool) -> VerdictLine:
    """What a report keeps of a verdict."""
    return VerdictLine(PROTECTED if is_protected else one.journey_id, one.verdict, verdict_digest(one))


def verdict_digest(one: Verification) -> str:
    """The hash of the canonical form of a verdict with all that was found."""
    return canonical_digest(one.model_dump(mode="json"))


class StratumTold(AsWritten):
    """Journeys that are alike in what a sample is stratified by: how many there were, and how many were drawn."""

    name: tuple[str, ...]
    journeys: Count
    drawn: Count


class SampleTold(AsWritten):
    """The sample that was verified, with all that is needed to draw the same again; `digest` names its file."""

    seed: str
    at: At
    by: tuple[str, ...]
    drawn: Count
    of: Count
    is_stratified: bool
    method: Message
    strata: tuple[StratumTold, ...]
    digest: Digest

    @classmethod
    def of_sample(cls, sample: Sample | None) -> "SampleTold | None":
        """What is told of a sample, where there is one."""
        if sample is None:
            return None
        strata = (StratumTold(name=one.name, journeys=one.journeys, drawn=len(one.drawn)) for one in sample.strata)
        return cls(
            **{name: getattr(sample, name) for name in ("seed", "by", "is_stratified", "method")},
            at=in_utc(sample.at),
            drawn=len(sample.journey_ids),
            of=sample.population.journeys,
            strata=tuple(strata),
            digest=digest_of(sample),
        )


def in_utc(moment: datetime) -> str:
    """A moment to the second, as everything that an auditor signs has it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Grown(AsWritten):
    """A verified journey with so many ledger rows that the checkpoint covers, and so many `after` it."""

    journey: str
    covered: Count
    after: Count


class HeldAgainst(AsWritten):
    """The checkpoint that everything was held against, and how much came after it. `is_key_known` says whether the
    auditor named the key that it must be signed with.

    It covers, too, so many `statements` of the register of staff, `readings`, and `records`, which are rows of the logs
    beside the ledger; of the verified journeys it covers `verified`, and `grown` are the first that have rows after it.
    """

    at: At
    ledger: str
    root: Digest
    public_key: Digest
    is_key_known: bool
    journeys: Count
    rows: Count
    journeys_since: Count
    rows_since: Count
    statements: Count | None = added(None)
    readings: Count | None = added(None)
    records: Count | None = added(None)
    verified: Count | None = added(None)
    grown: tuple[Grown, ...] = added(())


class Counted(AsWritten):
    """The verdicts, counted, under one hash: the root of a Merkle tree over each of them. Of the findings some are
    `elsewhere` than in journeys: in the register and the logs beside the ledger. Of the journeys some are `beyond` the
    population: the ledger has no row of them, or they are no longer in scope."""

    verdicts: dict[Verdict, Count]
    journeys: Count
    protected: Count
    beyond: Count
    rows: Count
    notices: Count
    history_events: Count
    findings: Count
    elsewhere: Count
    remarks: Count
    noted: Count
    written_by: dict[str, Count]
    root: Digest


class RuleSaid(AsWritten):
    """What a rule says of the event in a row, and where it is written."""

    rule: str
    answer: RuleAnswer
    sources: tuple[Source, ...]


class Explanation(AsWritten):
    """Why a row is as it is: what came, the answer and its reason, and by which rules."""

    kind: str
    accepted: bool
    effective_on: str | None
    recorded_at: str
    rules_digest: str | None
    reason: Message | None
    rules: tuple[RuleSaid, ...]


class FindingTold(AsWritten):
    """A finding. `journey` is None where it is of the register and the logs, which are of no journey.

    `why_not` says why the rules of a row that is named could not be asked.
    """

    journey: str | None
    what: Message
    where: Message | str
    expected: Message | str
    found: Message | str
    why: Explanation | None = None
    why_not: Message | None = None


class LackTold(AsWritten):
    """Something late, missing or untold in a journey, on which day, and the row at which it shows, where it does."""

    journey: str
    lack: Lack
    row: Count | None
    day: str
    what: Message


class Lacking(AsWritten):
    """How much was late, missing or untold in the journeys that could be looked through, and how many could not. `told`
    are the first, by journey; of protected persons none."""

    journeys: Count
    unseen: Count
    found: dict[Lack, Count]
    journeys_with: Count
    told: tuple[LackTold, ...] = added(())


class Limit(AsWritten):
    """What no check can say, and why."""

    what: Message
    why: Message


class Statement(AsWritten):
    """What is signed, in its RFC 8785 form. `at` is when the report was made, `verified_at` when the last verdict was
    written; `findings` are the first so many, of which `counted` has the number."""

    format: Literal["hela-vagen-report/1"] = FORMAT
    hash: Literal["SHA-256"] = "SHA-256"
    ledger: Annotated[str, Field(min_length=1, max_length=200)]
    at: At
    verified_at: At
    by: str | None
    programmes: dict[str, BothLanguages]
    towns: dict[str, str]
    public_key: Digest
    scope: Scope
    population: Counts
    sample: SampleTold | None
    source: str
    held_against: HeldAgainst | None
    founder: str | None
    is_founder_known: bool
    build: str
    version: str
    counted: Counted
    findings: tuple[FindingTold, ...]
    lacking: Lacking | None
    conclusion: tuple[Message, ...]
    limits: tuple[Limit, ...]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def verified(self) -> datetime:
        return datetime.fromisoformat(self.verified_at)

    @property
    def is_sound(self) -> bool:
        """Whether something was verified and nothing is wrong. A history that is missing could hide anything."""
        counted = self.counted
        return bool(counted.journeys) and not counted.findings and not counted.verdicts.get(Verdict.NOT_VERIFIABLE, 0)

    @property
    def digest(self) -> str:
        """The hash of its canonical form."""
        return canonical_digest(self.model_dump(mode="json"))


def canonical_digest(said: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


class SignedReport(AsWritten):
    """A statement, the note that signs it, and each verdict: as it is written to a file."""

    note: str
    statement: Statement
    verdicts: tuple[VerdictLine, ...]

    def as_bytes(self) -> bytes:
        """The same for the same report; readable to people as well."""
        return (json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
