"""Verifying a journey: its history replayed, its events folded anew, and both held against the ledger."""

import json
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
from models.sentence import Sentence, mark
from runtime.auditing.histories import JourneyHistory
from runtime.auditing.listed import Listed, differences
from runtime.lists import LedgerLine


class Verdict(StrEnum):
    """What an audit says of a journey."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_VERIFIABLE = "not verifiable"

    @property
    def in_words(self) -> Sentence:
        return Sentence(text=_VERDICTS[self])


_VERDICTS = {
    Verdict.AGREES: mark("agrees"),
    Verdict.DIFFERS: mark("differs"),
    Verdict.NOT_VERIFIABLE: mark("not verifiable"),
}


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
    history: JourneyHistory, lines: Sequence[LedgerLine], listed: Listed, replayer: Replayer
) -> Verification:
    """Hold history, ledger and read model of one journey against each other and against today's code."""
    if not history.runs or history.start is None:
        because = mark("Temporal no longer keeps its history")
        return Verification(
            journey_id=history.workflow_id, verdict=Verdict.NOT_VERIFIABLE, because=because, rows=len(lines)
        )
    findings = [
        *[finding async for finding in _replayed(history, replayer)],
        *_compared(history, lines),
        *_folded(history.workflow_id, history.start.rules, lines, listed),
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
                what=mark("replay fails"),
                where=f"run {number}",
                expected="the commands in the history",
                found=str(result.replay_failure)[:500],
            )


def _compared(history: JourneyHistory, lines: Sequence[LedgerLine]) -> Iterator[Finding]:
    """Whether the ledger has the answers of the history, all of them and no others, and the events that were sent."""
    sent = {digest for data in history.sent for digest in _digests(data)}
    receipts = {receipt.row: receipt for receipt in history.receipts}
    rows = {line.row: line for line in lines}
    for number in range(1, max([0, *receipts, *rows]) + 1):
        answered, line, where = receipts.get(number), rows.get(number), f"row {number}"
        if line is None:
            yield _finding(mark("row is missing"), where, _say(answered), "nothing")
        elif answered is None and line.event_id not in history.taken_in:
            yield _finding(mark("row is not in the history"), where, "nothing", _say(line.receipt))
        elif answered is not None and answered != line.receipt:
            yield _finding(mark("answer differs"), where, _say(answered), _say(line.receipt))
        elif (line.event_id, line.kind, number) != (str(line.receipt.event_id), line.receipt.kind, line.receipt.row):
            yield _finding(
                mark("row differs from its receipt"), where, _say(line.receipt), f"row {line.row}, {line.kind}"
            )
        elif line.event is not None and digest_of(line.event) != line.digest:
            yield _finding(mark("event differs from its digest"), where, line.digest, digest_of(line.event))
        elif line.digest not in sent and line.kind not in OWN_KINDS:
            yield _finding(mark("event was never sent"), where, "an event of the history", line.kind)


def _digests(data: bytes) -> Iterator[str]:
    """The digests under which the ledger may keep what was sent: as it reads today, and as it was written.

    An event of which a later version knows more fields reads otherwise today than on the day it was recorded.
    """
    event = read_event(data)
    if isinstance(event, Unreadable):
        yield digest_of(data)
        return
    yield digest_of(event)
    yield digest_of(dict(json.loads(data)))


OWN_KINDS = SAID_BY_THE_JOURNEY | {UNREADABLE}
"""Kinds of row that need no event from outside: what the journey itself says, and traces of what was no event."""


def _folded(journey_id: str, rules: Programme, lines: Sequence[LedgerLine], listed: Listed) -> Iterator[Finding]:
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
                yield _finding(
                    mark("the rules refuse what was accepted"), where, f"refused by {answer.rule}", "accepted"
                )
        elif line.receipt.accepted:
            fold.commit(answer)
            if answer.after.stage is not line.receipt.stage:
                yield _finding(mark("stage differs"), where, answer.after.stage, str(line.receipt.stage))
        elif line.receipt.rule not in DECIDED_IN_RECORDING:
            yield _finding(
                mark("the rules allow what was refused"), where, "accepted", f"refused by {line.receipt.rule}"
            )
    for what, expected, found in differences(fold, listed, _last(lines)):
        yield _finding(what, "read models", expected, found)


def _last(lines: Sequence[LedgerLine]) -> datetime:
    return lines[-1].recorded_at


def _finding(what: str, where: str, expected: str, found: str) -> Finding:
    return Finding(what=what, where=where, expected=expected, found=found)


def _say(receipt: Receipt | None) -> str:
    if receipt is None:
        return "nothing"
    return f"{receipt.kind} {'accepted' if receipt.accepted else f'refused by {receipt.rule}'} ({receipt.event_id})"
