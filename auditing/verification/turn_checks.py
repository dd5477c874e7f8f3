"""Whether a person was in a programme once at a time: each journey held against the person's other ones in it."""

from collections.abc import Iterator, Sequence
from itertools import count

from auditing.evidence.evidence import JsonRow
from auditing.evidence.findings import NOTHING, Finding, finding_of, noted, row_of
from auditing.verification.authority_checks import moment_of
from auditing.verification.elsewhere_checks import LedgerOf
from auditing.verification.moments import around
from models.access.register import Register
from models.events.events import Referred
from models.identifiers import JourneyId
from models.message import msg
from models.stages import ENDED_STAGES, Stage

REFERRED = Referred.model_fields["kind"].default


def turn_findings(ledger: Sequence[JsonRow], ledger_of: LedgerOf, register: Register) -> Iterator[Finding]:
    """Referrals before the journey before had ended, and journeys that went on although a later one had begun."""
    for row in ledger:
        if not row["accepted"]:
            continue
        own = JourneyId.parse(row["journey_id"])
        is_referral = row["kind"] == REFERRED and row["stage_before"] is None
        if is_referral and own.before is not None:
            yield from _before_findings(row, own.before, ledger_of(own.before))
        if goes_on(row) and _stood(ledger_of(own.after), row, begun=True):
            yield _twice(row, own.after)
        if is_referral or goes_on(row):
            yield from (_twice(row, other) for other in _of_the_person(own, row, ledger_of, register))


def goes_on(row: JsonRow) -> bool:
    """Whether a journey that had ended goes on with this row."""
    return _ended(row["stage_before"]) and not _ended(row["stage_after"])


def _before_findings(row: JsonRow, before: JourneyId, ledger: Sequence[JsonRow]) -> Iterator[Finding]:
    if not ledger:
        where, wanted = row_of(row["row"]), msg("found.rows_of", "the rows of {journey}", journey=before)
        yield noted(
            finding_of("noted.earlier_journey_missing", "the journey before is not at hand", where, wanted, NOTHING)
        )
    elif not any(_ended(one["stage_after"]) for one in _around(ledger, row)):
        yield _twice(row, before)


def _of_the_person(own: JourneyId, row: JsonRow, ledger_of: LedgerOf, register: Register) -> Iterator[JourneyId]:
    """The journeys of the same programme that the person stood in by another number."""
    for number in register.joins.numbers_of(own.candidate, moment_of(row["recorded_at"])):
        for turn in count(1) if number != own.candidate else ():
            other = JourneyId.of(number, own.programme, turn)
            if not (ledger := ledger_of(other)):
                break
            if _stood(ledger, row):
                yield other


def _stood(ledger: Sequence[JsonRow], row: JsonRow, *, begun: bool = False) -> bool:
    """Whether a journey stood when a row of another was written, or at least had begun."""
    then = _around(ledger, row)
    return bool(then) and (begun or not any(_ended(one["stage_after"]) for one in then))


def _around(ledger: Sequence[JsonRow], row: JsonRow) -> list[JsonRow]:
    """The accepted rows that a journey may have had as its last one when a row of another was written."""
    accepted = (one for one in ledger if one["accepted"])
    return around(accepted, moment_of(row["recorded_at"]), lambda one: moment_of(one["recorded_at"]))


def _ended(stage: str | None) -> bool:
    return stage is not None and Stage(stage) in ENDED_STAGES


def _twice(row: JsonRow, other: JourneyId) -> Finding:
    return finding_of(
        "finding.in_programme_twice",
        "the person was in the programme by another journey that had not ended",
        row_of(row["row"]),
        msg("found.ended_journey", "that {journey} had ended, and no later one begun", journey=other),
        NOTHING,
    )
