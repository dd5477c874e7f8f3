"""Why a row that a finding names is as it is, and what journeys lack: from what is kept of them, a few at a time."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from auditing.evidence.evidence import Evidence
from auditing.evidence.evidence import Source as EvidenceSource
from auditing.evidence.findings import Finding
from auditing.evidence.reading import in_chunks
from auditing.evidence.recorded import JourneyRecord, recorded_in
from auditing.inspection.omissions import Lack, omissions
from auditing.inspection.rules_evaluated import Asked, RuleAnswer
from auditing.inspection.why import Refusing, why
from auditing.report.statement import Explanation, FindingTold, Lacking, LackTold, RuleSaid
from auditing.verification.parallel import CHUNK
from models.fields import Source
from models.identifiers import JourneyId
from models.message import Message, msg
from models.rules.registry import RULES
from runtime.errors import ServiceUnavailable, UserError

UNREADABLE = msg("report.rows_unreadable", "What is kept of the journey cannot be read as a journey.")


MOST_LACKS = 500
"""Late, missing or untold things that are told by journey: of more, `audit.py why` tells those of each."""


@dataclass
class LackCounter:
    """What journeys lack, counted while they pass; the first are told by journey, but for `protected` candidates."""

    today: date
    protected: Collection[str] = ()
    journeys: int = 0
    unseen: int = 0
    journeys_with: int = 0
    found: Counter[Lack] = field(default_factory=Counter)
    told: list[LackTold] = field(default_factory=list)

    def count(self, record: JourneyRecord | Message) -> None:
        """Count a journey, or that it cannot be looked through."""
        try:
            lacks = None if isinstance(record, Message) else omissions(record, self.today)
        except Exception:  # what somebody has put in the place of what we write ends no report
            lacks = None
        if lacks is None:
            self.unseen += 1
            return
        self.journeys += 1
        self.journeys_with += bool(lacks)
        self.found.update(one.lack for one in lacks)
        id_ = None if isinstance(record, Message) else JourneyId.read(record.journey_id)
        if id_ is not None and id_.candidate not in self.protected:
            self.told += [
                LackTold(journey=str(id_), lack=one.lack, row=one.row, day=one.day.isoformat(), what=one.said)
                for one in lacks[: MOST_LACKS - len(self.told)]
            ]

    @property
    def counted(self) -> Lacking:
        found = {lack: self.found[lack] for lack in Lack}
        counts = {name: getattr(self, name) for name in ("journeys", "unseen", "journeys_with")}
        return Lacking(**counts, found=found, told=tuple(self.told))


async def records(
    source: EvidenceSource, journey_ids: Iterable[str]
) -> AsyncIterator[tuple[str, JourneyRecord | Message]]:
    """What is recorded of each of these journeys, without its texts; or why it cannot be read.

    Raises ServiceUnavailable.
    """
    for chunk in in_chunks(journey_ids, CHUNK):
        for evidence in await source.read(chunk):
            yield evidence.journey_id, await _record(evidence)


async def _record(evidence: Evidence) -> JourneyRecord | Message:
    try:
        return await recorded_in(evidence)
    except ServiceUnavailable:
        raise
    except UserError as error:
        return error.message
    except Exception:
        return UNREADABLE


def row_named(finding: Finding | FindingTold) -> str | None:
    """The ledger row that a finding names."""
    where = finding.where
    row = where.values.get("row") if isinstance(where, Message) and where.id == "where.row" else None
    return row if isinstance(row, str) else None


def explained(record: JourneyRecord, row: str) -> Explanation | Message:
    """By which rules a row is as it is; or why that cannot be told."""
    try:
        found = why(record, row)
    except UserError as error:
        return error.message
    except Exception:
        return UNREADABLE
    line = next(one for one in record.lines if one.row == found.row)
    refused = found.refused
    asked = [one for one in found.asked if one.rule]
    rules = [RuleSaid(rule=one.rule, answer=one.answer, sources=_sources(one, refused)) for one in asked]
    if (
        refused is not None and refused.rule and not any(one.rule == refused.rule for one in rules)
    ):  # what came was no event
        rules.append(RuleSaid(rule=refused.rule, answer=RuleAnswer.REFUSES, sources=(refused.source,)))
    return Explanation(
        kind=found.kind,
        accepted=found.accepted,
        effective_on=found.effective_on.isoformat() if found.effective_on else None,
        recorded_at=found.recorded_at.isoformat(),
        rules_digest=found.rules_digest,
        reason=line.receipt.reason,
        rules=tuple(rules),
    )


def _sources(asked: Asked, refusing: Refusing | None) -> tuple[Source, ...]:
    """Where a rule is written: as the refusal says, by the figures that it was held against, or by its own."""
    if refusing is not None and refusing.rule == asked.rule:
        return (refusing.source,)
    if asked.figures:
        found: list[Source] = []
        found += (one.source for one in asked.figures if one.source not in found)
        return tuple(found)
    known = RULES.get(asked.rule)
    return (known.source,) if known else ()


Explanations = Mapping[tuple[str, str], Explanation | Message]
"""By journey and row."""


async def looked_through(
    source: EvidenceSource,
    journey_ids: Iterable[str],
    rows: Mapping[str, Sequence[str]],
    today: date,
    protected: Collection[str],
    done: Callable[[int], None],
) -> tuple[Explanations, Lacking]:
    """The explanations of these rows, by journey; and what all of these journeys lack, told of nobody who is
    `protected`. `done` is told of each journey.

    Raises ServiceUnavailable.
    """
    counter = LackCounter(today, protected)
    told: dict[tuple[str, str], Explanation | Message] = {}
    async for journey_id, record in records(source, journey_ids):
        counter.count(record)
        done(1)
        for row in rows.get(journey_id, ()):
            told[journey_id, row] = record if isinstance(record, Message) else explained(record, row)
    return told, counter.counted
