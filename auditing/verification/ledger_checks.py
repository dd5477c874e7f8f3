"""The ledger, row by row: its chain, its columns among each other, and what the history says should stand there."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from auditing.evidence.evidence import JsonRow
from auditing.evidence.fields import in_words
from auditing.evidence.findings import NOTHING, Finding, answered, as_data, finding, noted
from auditing.evidence.findings import row as row_of
from auditing.evidence.findings import rows as so_many
from auditing.verification.expected_entries import Expected
from auditing.verification.reconstruct import Refolding
from models.canonical import digest_of
from models.events.descriptions import name_of
from models.ledger.entry import UNREADABLE
from models.ledger.hash_chain import FORM, GENESIS, plain, row_hash
from models.ledger.receipt import Receipt
from models.message import Message, msg


def chain_findings(rows: Sequence[JsonRow]) -> Iterator[Finding]:
    """Whether each row carries the hash of the row before and its own, and none is missing or there twice."""
    previous = GENESIS
    for number, times in Counter(row["row"] for row in rows).items():
        if times > 1:
            yield _finding(msg("finding.row_twice", "row exists twice"), number, so_many(1), so_many(times))
    for number, row in enumerate(rows, 1):
        if row["previous"] != previous:
            yield _finding(msg("finding.chain_broken", "the chain is broken"), row["row"], previous, row["previous"])
        own = _hash(row)
        if row["form"] not in (None, FORM):
            yield _finding(msg("finding.form_unknown", "row has an unknown form"), row["row"], FORM, row["form"])
        elif row["hash"] != own:
            yield _finding(msg("finding.row_differs_hash", "row differs from its hash"), row["row"], own, row["hash"])
        if row["row"] != number:
            yield _finding(msg("finding.rows_are_out_order", "rows are out of order"), row["row"], number, row["row"])
        previous = row["hash"]


def _hash(row: JsonRow) -> str:
    try:
        return row_hash(row)
    except ValueError as error:  # a number that no JSON of ours holds
        return str(error)


def ledger_findings(rows: Sequence[JsonRow], refolded: Refolding, lost: Collection[int] = ()) -> Iterator[Finding]:
    """Whether the ledger says what the history says, in all of its rows and no others but those that were `lost`."""
    by_number = {row["row"]: row for row in rows}
    for number in sorted({*by_number, *refolded.by_row}):
        row, expected = by_number.get(number), refolded.by_row.get(number)
        if row is None:
            yield _finding(msg("finding.row_missing", "row is missing"), number, _told(expected), NOTHING)
            continue
        expected = expected or refolded.taken.get(row["event_id"])
        if expected is None and number in lost:
            what = msg("noted.row_of_lost_task", "a worker recorded the row in a task that was lost when the run ended")
            refused = answered(row["kind"], row["accepted"], row["event_id"])
            yield noted(what, row_of(number), msg("found.row_of_history", "a row of the history"), refused)
            continue
        if expected is None:
            yield _finding(
                msg("finding.row_not_history", "row is not in the history"),
                number,
                NOTHING,
                answered(row["kind"], row["accepted"], row["event_id"]),
            )
            continue
        yield from _row_findings(row, expected)
    found = {row["event_id"] for row in rows}
    for event_id, expected in refolded.taken.items():
        if event_id not in found:
            yield _finding(msg("finding.row_missing", "row is missing"), "?", _told(expected), NOTHING)


def _row_findings(row: JsonRow, expected: Expected) -> Iterator[Finding]:
    number = row["row"]
    for name, value in _columns(expected).items():
        if row[name] != value:
            yield _finding(_DIFFERS[name], number, in_words(name, value), in_words(name, row[name]))
    answer = expected.answered
    if answer and row["receipt"] != answer.written and _receipt(row) != answer.receipt:
        yield _finding(
            msg("finding.answer_differs", "answer differs"), number, *_differing(answer.written, row["receipt"])
        )
    if row["digest"] not in expected.digests:
        yield _finding(
            msg("finding.event_never_sent", "event was never sent"),
            number,
            _either(sorted(expected.digests)[:3]),
            row["digest"],
        )
    if expected.kept and row["event"] is None:
        yield _finding(msg("finding.event_gone", "the event is gone"), number, name_of(row["kind"]), NOTHING)
    elif row["event"] is not None and (not expected.kept or digest_of(row["event"]) != row["digest"]):
        yield _finding(
            msg("finding.event_differs_digest", "event differs from its digest"),
            number,
            row["digest"],
            digest_of(row["event"]),
        )
    if row["rules_digest"] is not None and row["rules_digest"] not in expected.judged_by:
        yield _finding(
            msg("finding.rules_not_in_force", "the rules are not those in force at the time"),
            number,
            _either(sorted(expected.judged_by)),
            row["rules_digest"],
        )


def _columns(expected: Expected) -> dict[str, Any]:
    """What the plain columns of a row should say, as far as the history tells."""
    receipt, event = (expected.answered.receipt if expected.answered else None), expected.event
    columns: dict[str, Any] = {
        "event_id": expected.event_id,
        "accepted": expected.accepted,
        "recorded_at": plain(expected.recorded_at),
        "stage_before": expected.stage_before,
        "stage_after": expected.stage_after,
    }
    if receipt is not None:
        columns |= {"kind": receipt.kind, "rule": receipt.rule, "source": receipt.source}
    if receipt is not None and receipt.kind == UNREADABLE:
        columns |= {"actor": None, "effective_on": None}
    if event is not None:
        columns |= {"kind": event.kind, "actor": event.actor, "effective_on": plain(event.effective_on)}
    return columns


_DIFFERS = {
    "event_id": msg("finding.event_id_differs", "event id differs"),
    "accepted": msg("finding.answer_differs", "answer differs"),
    "recorded_at": msg("finding.moment_recording_differs", "moment of recording differs"),
    "stage_before": msg("finding.stage_before_differs", "stage before differs"),
    "stage_after": msg("finding.stage_afterwards_differs", "stage afterwards differs"),
    "kind": msg("finding.kind_differs", "kind differs"),
    "rule": msg("finding.rule_differs", "rule differs"),
    "source": msg("finding.source_differs", "source differs"),
    "actor": msg("finding.author_differs", "author differs"),
    "effective_on": msg("finding.day_differs", "day differs"),
}


def _receipt(row: JsonRow) -> Receipt | None:
    try:
        return Receipt.model_validate(row["receipt"])
    except ValidationError:
        return None


def _either(digests: Sequence[str]) -> str | Message:
    """One of these digests."""
    *others, last = digests
    if not others:
        return last
    return msg("found.either", "{one} or {other}", one=others, other=last)


def _differing(expected: Any, found: Any) -> tuple[str, str]:
    """What differs between two receipts, as data."""
    if not isinstance(expected, dict) or not isinstance(found, dict):
        return as_data(expected), as_data(found)
    names = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
    return as_data({name: expected.get(name) for name in names}), as_data({name: found.get(name) for name in names})


def _told(expected: Expected | None) -> Message:
    if expected is None:
        return NOTHING
    kind = expected.event.kind if expected.event else (expected.answered.receipt.kind if expected.answered else "?")
    return answered(kind, expected.accepted, expected.event_id)


def _finding(what: Message, number: Any, expected: object, found: object) -> Finding:
    return finding(what, row_of(number), expected, found)
