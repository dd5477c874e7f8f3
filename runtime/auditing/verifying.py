"""Verifying a journey: its history replayed, its events folded anew, and both held against the ledger."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from temporalio.worker import Replayer

from models.answers import Receipt, Refusal
from models.events import EVENT
from models.fields import Strict
from models.journey import Journey
from models.kinds import SAID_BY_THE_JOURNEY
from models.ledger import DECIDED_IN_RECORDING, UNREADABLE, digest_of
from models.programme import Programme
from models.reading import Unreadable, read_event
from models.status import describe
from runtime.auditing.histories import JourneyHistory
from runtime.lists import JourneyLine, LedgerLine


class Verdict(StrEnum):
    """What an audit says of a journey."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_VERIFIABLE = "not verifiable"


class Finding(Strict):
    """Something that does not fit: what, where, what was expected and what was found."""

    what: str
    where: str
    expected: str
    found: str


class Verification(Strict):
    """The verdict on one journey, with its findings and what was looked at."""

    journey_id: str
    verdict: Verdict
    because: str = ""
    findings: tuple[Finding, ...] = ()
    runs: int = 0
    history_events: int = 0
    rows: int = 0


async def verify(
    history: JourneyHistory, lines: Sequence[LedgerLine], journey: JourneyLine | None, replayer: Replayer
) -> Verification:
    """Hold history, ledger and read model of one journey against each other and against today's code."""
    if not history.runs or history.start is None:
        because = "Temporal no longer keeps its history"
        return Verification(
            journey_id=history.workflow_id, verdict=Verdict.NOT_VERIFIABLE, because=because, rows=len(lines)
        )
    findings = [
        *[finding async for finding in _replayed(history, replayer)],
        *_compared(history, lines),
        *_folded(history.workflow_id, history.start.rules, lines, journey),
    ]
    return Verification(
        journey_id=history.workflow_id,
        verdict=Verdict.DIFFERS if findings else Verdict.AGREES,
        findings=tuple(findings),
        runs=len(history.runs),
        history_events=history.events,
        rows=len(lines),
    )


async def _replayed(history: JourneyHistory, replayer: Replayer) -> AsyncIterator[Finding]:
    """Whether today's workflow code takes the same way through each run."""
    for number, run in enumerate(history.runs, 1):
        result = await replayer.replay_workflow(run, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            yield Finding(
                what="replay fails",
                where=f"run {number}",
                expected="the commands in the history",
                found=str(result.replay_failure)[:500],
            )


def _compared(history: JourneyHistory, lines: Sequence[LedgerLine]) -> Iterator[Finding]:
    """Whether the ledger has the answers of the history, all of them and no others, and the events that were sent."""
    sent = {digest_of(data if isinstance(event := read_event(data), Unreadable) else event) for data in history.sent}
    receipts = {receipt.row: receipt for receipt in history.receipts}
    rows = {line.row: line for line in lines}
    for number in range(1, max([0, *receipts, *rows]) + 1):
        answered, line, where = receipts.get(number), rows.get(number), f"row {number}"
        if line is None:
            yield _finding("row is missing", where, _say(answered), "nothing")
        elif answered is None and line.event_id not in history.taken_in:
            yield _finding("row is not in the history", where, "nothing", _say(line.receipt))
        elif answered is not None and answered != line.receipt:
            yield _finding("answer differs", where, _say(answered), _say(line.receipt))
        elif (line.event_id, line.kind, number) != (str(line.receipt.event_id), line.receipt.kind, line.receipt.row):
            yield _finding("row differs from its receipt", where, _say(line.receipt), f"row {line.row}, {line.kind}")
        elif line.event is not None and digest_of(line.event) != line.digest:
            yield _finding("event differs from its digest", where, line.digest, digest_of(line.event))
        elif line.digest not in sent and line.kind not in OWN_KINDS:
            yield _finding("event was never sent", where, "an event of the history", line.kind)


OWN_KINDS = SAID_BY_THE_JOURNEY | {UNREADABLE}
"""Kinds of row that need no event from outside: what the journey itself says, and traces of what was no event."""


def _folded(
    journey_id: str, rules: Programme, lines: Sequence[LedgerLine], journey: JourneyLine | None
) -> Iterator[Finding]:
    """Whether the core, asked again with the rules of then, says the same, and ends where the lists say."""
    fold = Journey(rules, journey_id=journey_id)
    for line in lines:
        if line.event is None:
            continue
        event = EVENT.validate_python(line.event)
        answer = fold.propose(event, line.recorded_at)
        where = f"row {line.row}"
        if isinstance(answer, Refusal):
            if line.receipt.accepted:
                yield _finding("the rules refuse what was accepted", where, f"refused by {answer.rule}", "accepted")
        elif line.receipt.accepted:
            fold.commit(answer)
            if answer.after.stage is not line.receipt.stage:
                yield _finding("stage differs", where, answer.after.stage, str(line.receipt.stage))
        elif line.receipt.rule not in DECIDED_IN_RECORDING:
            yield _finding("the rules allow what was refused", where, "accepted", f"refused by {line.receipt.rule}")
    yield from _listed(fold, lines, journey)


def _listed(fold: Journey, lines: Sequence[LedgerLine], journey: JourneyLine | None) -> Iterator[Finding]:
    if fold.state is None or journey is None:
        if (fold.state is None) is not (journey is None):
            yield _finding("lists differ", "journeys", str(fold.state and fold.state.stage), str(journey))
        return
    status = describe(journey.candidate, journey.programme, fold.state, len(fold.entries), _last(lines))
    for name in JourneyLine.model_fields:
        if name != "journey_id" and getattr(status, name) != getattr(journey, name):
            yield _finding(f"{name} differs", "journeys", str(getattr(status, name)), str(getattr(journey, name)))


def _last(lines: Sequence[LedgerLine]) -> datetime:
    return lines[-1].recorded_at


def _finding(what: str, where: str, expected: str, found: str) -> Finding:
    return Finding(what=what, where=where, expected=expected, found=found)


def _say(receipt: Receipt | None) -> str:
    if receipt is None:
        return "nothing"
    return f"{receipt.kind} {'accepted' if receipt.accepted else f'refused by {receipt.rule}'} ({receipt.event_id})"
