"""The ledger, row by row: its chain, its columns among each other, and what the history says should stand there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from auditing.evidence.evidence import JsonRow
from auditing.evidence.findings import Finding, finding
from auditing.evidence.history_model import Digests
from auditing.verification.expected_entries import Expected
from auditing.verification.reconstruct import Refolding
from models.canonical import digest_of
from models.ledger.entry import UNREADABLE
from models.ledger.hash_chain import FORM, GENESIS, plain, row_hash
from models.ledger.receipt import Receipt
from models.message import msg

NOTHING = "nothing"


def chain_findings(rows: Sequence[JsonRow]) -> Iterator[Finding]:
    """Whether each row carries the hash of the row before and its own, and none is missing or there twice."""
    previous = GENESIS
    for number, times in Counter(row["row"] for row in rows).items():
        if times > 1:
            yield finding("finding.row_twice", "row is there twice", f"row {number}", "one row", f"{times} rows")
    for number, row in enumerate(rows, 1):
        where, own = f"row {row['row']}", _hash(row)
        if row["previous"] != previous:
            yield finding("finding.chain_broken", "the chain is broken", where, previous, row["previous"])
        if row["form"] not in (None, FORM):
            yield finding("finding.form_unknown", "row has an unknown form", where, FORM, row["form"])
        elif row["hash"] != own:
            yield finding("finding.row_differs_hash", "row differs from its hash", where, own, row["hash"])
        if row["row"] != number:
            yield finding("finding.rows_are_out_order", "rows are out of order", where, number, row["row"])
        previous = row["hash"]


def _hash(row: JsonRow) -> str:
    try:
        return row_hash(row)
    except ValueError as error:  # a number that no JSON of ours holds
        return str(error)


def ledger_findings(rows: Sequence[JsonRow], refolded: Refolding) -> Iterator[Finding]:
    """Whether the ledger says what the history says, in all of its rows and no others."""
    by_number = {row["row"]: row for row in rows}
    missing: list[tuple[str, Expected]] = []
    for number in sorted({*by_number, *refolded.by_row}):
        row, expected, where = by_number.get(number), refolded.by_row.get(number), f"row {number}"
        if row is not None:
            expected = expected or refolded.taken.get(row["event_id"])
        if row is None and expected is not None:
            missing.append((where, expected))
        elif row is not None and expected is None:
            found = f"{row['kind']} ({row['event_id']})"
            yield finding("finding.row_not_history", "row is not in the history", where, NOTHING, found)
        elif row is not None and expected is not None:
            yield from _row_findings(row, expected, where)
    ids = {row["event_id"] for row in rows}
    missing += [("row ?", expected) for id_, expected in refolded.taken.items() if id_ not in ids]
    for where, expected in missing:
        yield finding("finding.row_missing", "row is missing", where, _told(expected), NOTHING)


def _row_findings(row: JsonRow, expected: Expected, where: str) -> Iterator[Finding]:
    for name, value in _columns(expected).items():
        if row[name] != value:
            yield Finding(what=_DIFFERS[name], where=where, expected=str(value), found=str(row[name]))
    answered, event, digest, judged_by = expected.answered, row["event"], row["digest"], row["rules_digest"]
    if answered and row["receipt"] != answered.written and _receipt(row) != answered.receipt:
        told, found = _said(answered.written), _said(row["receipt"])
        yield finding("finding.answer_differs", "answer differs", where, told, found)
    if digest not in expected.digests:
        yield finding("finding.event_never_sent", "event was never sent", where, _any_of(expected.digests), digest)
    if expected.kept and event is None:
        yield finding("finding.event_gone", "the event is gone", where, row["kind"], NOTHING)
    elif event is not None and (not expected.kept or digest_of(event) != digest):
        found = digest_of(event)
        yield finding("finding.event_differs_digest", "event differs from its digest", where, digest, found)
    if judged_by is not None and judged_by not in expected.judged_by:
        told = _any_of(expected.judged_by)
        yield finding("finding.rules_are_not_those_then", "the rules are not those of then", where, told, judged_by)


def _any_of(digests: Digests) -> str:
    return " or ".join(sorted(digests)[:3])


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


def _said(receipt: Any) -> str:
    """What stands in a receipt, shortly."""
    if not isinstance(receipt, dict):
        return str(receipt)
    names = ("kind", "accepted", "rule", "stage", "row", "recorded_at", "message", "event_id")
    return ", ".join(f"{name} {receipt[name]}" for name in names if receipt.get(name) is not None)


def _told(expected: Expected) -> str:
    kind = expected.event.kind if expected.event else (expected.answered.receipt.kind if expected.answered else "?")
    return f"{kind} {'accepted' if expected.accepted else 'refused'} ({expected.event_id})"
