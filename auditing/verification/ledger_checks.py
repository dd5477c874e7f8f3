"""The ledger, row by row: its chain, its columns among each other, and what the history says should stand there."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from auditing.evidence.evidence import JsonRow
from auditing.evidence.fields import in_words
from auditing.evidence.findings import (
    NOTHING,
    Finding,
    Noted,
    answer_of,
    as_data,
    finding_of,
    noted,
    row_of,
    shown,
    so_many,
)
from auditing.evidence.history_model import Digests
from auditing.verification.expected import Expected
from auditing.verification.reconstruct import Refolding
from models.canonical import digest_of
from models.discrepancy import DifferenceKind
from models.events.descriptions import name_of
from models.events.events import EVENT
from models.fields import in_english
from models.ledger.entry import UNREADABLE
from models.ledger.hash_chain import FORM, GENESIS, plain, row_hash
from models.ledger.receipt import Receipt
from models.message import Message, msg
from models.rules.recording import the_row_is_told


def chain_findings(rows: Sequence[JsonRow]) -> Iterator[Finding]:
    """Whether each row carries the hash of the row before and its own, and none is missing or there twice."""
    previous = GENESIS
    for number, times in Counter(row["row"] for row in rows).items():
        if times > 1:
            yield finding_of("finding.row_twice", "row exists twice", row_of(number), so_many(1), so_many(times))
    for number, row in enumerate(rows, 1):
        where, own = row_of(row["row"]), _hash(row)
        if row["previous"] != previous:
            yield finding_of("finding.chain_broken", "the chain is broken", where, previous, row["previous"])
        if row["form"] != FORM:
            yield finding_of("finding.form_unknown", "row has an unknown form", where, FORM, row["form"])
        elif row["hash"] != own:
            yield finding_of("finding.row_hash_differs", "row differs from its hash", where, own, row["hash"])
        if row["receipt"] is None:
            yield finding_of("finding.contents_closed", "the contents do not open", where, _CONTENTS, NOTHING)
        elif row["receipt_salt"] is not None and row["commitment"] != _commitment(row):
            yield finding_of(
                "finding.answer_digest_differs",
                "the answer differs from its digest",
                where,
                row["commitment"],
                _commitment(row),
            )
        if row["row"] != number:
            yield finding_of("finding.rows_out_of_order", "rows are out of order", where, number, row["row"])
        previous = row["hash"]


_CONTENTS = msg("found.contents_of_row", "the contents of the row")


def _commitment(row: JsonRow) -> str:
    return digest_of({"receipt": row["receipt"], "salt": row["receipt_salt"]})


def _hash(row: JsonRow) -> str:
    try:
        return row_hash(row)
    except ValueError as error:  # a number that no JSON of ours holds
        return str(error)


def ledger_findings(
    rows: Sequence[JsonRow], refolded: Refolding, lost: Collection[int] = (), given_up: Collection[int] = ()
) -> Iterator[Finding]:
    """Whether the ledger says what the history says, in all of its rows and no others but those that were `lost`, or
    stand in the place of those that are given up."""
    restored = restored_rows(rows)
    by_number, missing = {row["row"]: row for row in rows}, list[tuple[Any, Expected]]()
    for number in sorted({*by_number, *refolded.by_row}):
        row, expected = by_number.get(number), refolded.by_row.get(number)
        if row is not None and (expected := expected or refolded.taken.get(row["event_id"])):
            yield from _row_findings(row, expected, row_of(number))
        elif row is not None and row["rule"] == the_row_is_told.id and number in given_up:
            continue
        elif row is not None and row["rule"] == the_row_is_told.id and number in restored:
            yield _lost_with_the_database(row)
        elif row is not None and number in lost:
            yield _lost(row)
        elif row is not None:
            found = answer_of(row["kind"], row["accepted"], row["event_id"])
            yield finding_of("finding.row_unexpected", "row is not in the history", row_of(number), NOTHING, found)
        elif expected is not None:
            missing.append((number, expected))
    ids = {row["event_id"] for row in rows}
    missing += [("?", expected) for event_id, expected in refolded.taken.items() if event_id not in ids]
    for number, expected in missing:
        yield finding_of("finding.row_missing", "row is missing", row_of(number), _told(expected), NOTHING)


def _lost(row: JsonRow) -> Noted:
    expected, found = (
        msg("found.row_of_history", "a row of the history"),
        answer_of(row["kind"], False, row["event_id"]),
    )
    return noted(
        finding_of(
            "noted.row_untold",
            "a worker recorded the refusal, and the history that told of it is lost",
            row_of(row["row"]),
            expected,
            found,
        )
    )


OF_TEMPORAL = {DifferenceKind.WORKFLOW_LOST, DifferenceKind.SEARCH_ATTRIBUTES_DIFFER}
"""What is repaired where Temporal has lost the end of a history, or all of it."""


def last_repair_of_temporal(ledger: Sequence[JsonRow]) -> JsonRow | None:
    """The last row by which an operator has had a journey go on that Temporal had lost, or part of it; or without rows
    that no history tells."""
    return max((row for row in ledger if _is_of_temporal(row)), key=lambda row: row["row"], default=None)


def _is_of_temporal(row: JsonRow) -> bool:
    is_repair = row["accepted"] and row["kind"] == "repaired"
    said = row["event"] or {}
    return is_repair and ("lost" in said or not OF_TEMPORAL.isdisjoint(said.get("found", ())))


def restored_rows(ledger: Sequence[JsonRow]) -> set[int]:
    """The rows that were written anew after the database had been put back, as accepted repairs say."""
    said = ((row["event"] or {}).get("restored") for row in ledger if row["accepted"] and row["kind"] == "repaired")
    return {number for rows in said if rows for number in range(rows["first"], rows["last"] + 1)}


def _lost_with_the_database(row: JsonRow) -> Noted:
    return noted(
        finding_of(
            "noted.row_lost",
            "the row was lost when the database was put back, and another says so in its place",
            row_of(row["row"]),
            msg("found.row_of_history", "a row of the history"),
            NOTHING,
        )
    )


def _row_findings(row: JsonRow, expected: Expected, where: Message) -> Iterator[Finding]:
    for name, value in _columns(expected).items():
        if row[name] != value:
            told, found = (shown(in_words(name, one)) for one in (value, row[name]))
            yield Finding(what=_DIFFERS[name], where=where, expected=told, found=found)
    answer, event, digest, judged_by = expected.answered, row["event"], row["digest"], row["rules_digest"]
    is_open = row["receipt"] is not None  # otherwise that is the finding
    if answer and is_open and row["receipt"] != answer.written and _receipt(row) != answer.receipt:
        told, found = _differing(answer.written, row["receipt"])
        yield finding_of("finding.answer_differs", "answer differs", where, told, found)
    if digest not in expected.digests and not _is_taken_in(row, expected):
        yield finding_of("finding.event_never_sent", "event was never sent", where, _either(expected.digests), digest)
    if is_open and expected.kept and event is None:
        yield finding_of("finding.event_gone", "the event is gone", where, name_of(row["kind"]), NOTHING)
    elif event is not None and (not expected.kept or digest_of(event, row["event_salt"] or "") != digest):
        own = digest_of(event, row["event_salt"] or "")
        yield finding_of("finding.event_digest_differs", "event differs from its digest", where, digest, own)
    if judged_by is not None and judged_by not in expected.judged_by:
        told = _either(expected.judged_by)
        yield finding_of(
            "finding.rules_not_in_force", "the rules are not those in force at the time", where, told, judged_by
        )


def _is_taken_in(row: JsonRow, expected: Expected) -> bool:
    """Whether the history tells the event only as what the journey learnt from the ledger: who sent it was lost with a
    worker, or Temporal was put back to an earlier day. Its author's signature stands in the row."""
    try:
        return expected.answered is None and EVENT.validate_python(row["event"]) == expected.event
    except ValidationError:
        return False


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
        columns |= {"kind": receipt.kind, "rule": receipt.rule, "source": in_english(receipt.source)}
    if receipt is not None and receipt.kind == UNREADABLE:
        columns |= {"actor": None, "effective_on": None}
    if event is not None:
        columns |= {"kind": event.kind, "actor": event.actor, "effective_on": plain(event.effective_on)}
    return columns


_DIFFERS = {
    "event_id": msg("finding.event_id_differs", "event id differs"),
    "accepted": msg("finding.answer_differs", "answer differs"),
    "recorded_at": msg("finding.recorded_at_differs", "moment of recording differs"),
    "stage_before": msg("finding.stage_before_differs", "stage before differs"),
    "stage_after": msg("finding.stage_after_differs", "stage afterwards differs"),
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


def _either(digests: Digests) -> str | Message:
    """One of these digests."""
    *others, last = sorted(digests)[:3]
    return msg("found.either", "{one} or {other}", one=others, other=last) if others else last


def _differing(expected: Any, found: Any) -> tuple[str, str]:
    """What differs between two receipts, as data."""
    if not isinstance(expected, dict) or not isinstance(found, dict):
        return as_data(expected), as_data(found)
    names = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
    return as_data({name: expected.get(name) for name in names}), as_data({name: found.get(name) for name in names})


def _told(expected: Expected) -> Message:
    kind = expected.event.kind if expected.event else (expected.answered.receipt.kind if expected.answered else "?")
    return answer_of(kind, expected.accepted, expected.event_id)
