"""Events that were moved from one journey to another: whether both rows name each other."""

from collections.abc import Iterator, Sequence
from typing import Any

from auditing.evidence.evidence import JsonRow
from auditing.evidence.findings import NOTHING, Finding, finding_of, noted, row_of
from auditing.verification.elsewhere_checks import LedgerOf
from models.events.events import Corrected
from models.message import msg

STRIKES = Corrected.model_fields["kind"].default


def moved_findings(ledger: Sequence[JsonRow], ledger_of: LedgerOf) -> Iterator[Finding]:
    """What names an event of another journey that does not name it; noted where that one is not at hand, or a move was
    cut off before the wrong row was struck."""
    struck = {_said(row).get("corrects") for row in ledger if _is_strike(row)}
    for row in ledger:
        moved = _said(row).get("moved")
        if not isinstance(moved, dict) or row["kind"] == "correction_proposed":
            continue
        others = ledger_of(str(moved["journey"]))
        where, wanted = (
            row_of(row["row"]),
            msg("found.moved", "a row of {journey} that names it", journey=moved["journey"]),
        )
        if not others:
            yield noted(
                finding_of(
                    "noted.moved_other_missing", "the other journey of a move is not at hand", where, wanted, NOTHING
                )
            )
        elif not any(_names(other, row, moved) for other in others):
            if row["kind"] == STRIKES:
                yield finding_of(
                    "finding.moved_nowhere", "the event was moved, and is not recorded there", where, wanted, NOTHING
                )
            elif row["event_id"] not in struck:
                yield noted(
                    finding_of(
                        "noted.move_cut_off",
                        "the event was moved here, and is not struck where it was",
                        where,
                        wanted,
                        NOTHING,
                    )
                )


def _names(other: JsonRow, row: JsonRow, moved: dict[str, Any]) -> bool:
    """Whether a row of the other journey is the counterpart of a row that was moved."""
    said = _said(other)
    if said.get("moved") is None or said["moved"]["journey"] != row["journey_id"]:
        return False
    if row["kind"] == STRIKES:
        return bool(other["event_id"] == moved["event"] and said["moved"]["event"] == _said(row)["corrects"])
    return bool(
        other["kind"] == STRIKES and said["moved"]["event"] == row["event_id"] and said["corrects"] == moved["event"]
    )


def _is_strike(row: JsonRow) -> bool:
    return bool(row["kind"] == STRIKES and _said(row).get("replacement") is None)


def _said(row: JsonRow) -> dict[str, Any]:
    """What an accepted event says; nothing of any other row."""
    return row["event"] if row["accepted"] and isinstance(row["event"], dict) else {}
