"""What holds of a journey's rows today: which are struck or replaced, by which row, and which wait for somebody."""

from collections.abc import Sequence
from datetime import datetime

from models.events import events as e
from models.journey.fold import corrections_in_effect
from models.journey.proposals import open_proposals
from models.ledger.receipt import Receipt
from models.message import Message, msg
from services.queries.lines import LedgerLine, accepted_entries


def marks(lines: Sequence[LedgerLine], now: datetime) -> dict[int, list[Message]]:
    """What is to be said of rows beside their answers, by their numbers."""
    entries = accepted_entries(lines)
    rows = {line.event_id: line.row for line in lines}
    waiting = {one.event.event_id for one in open_proposals(entries, now)}
    found: dict[int, list[Message]] = {}

    def mark(event_id: object, message: Message) -> None:
        if (row := rows.get(str(event_id))) is not None:
            found.setdefault(row, []).append(message)

    for entry in entries:
        event, row = entry.event, rows[str(entry.event.event_id)]
        if isinstance(event, e.Corrected | e.CorrectionProposed):
            mark(event.event_id, msg("mark.about", "of row {row}", row=rows.get(str(event.corrects))))
        if isinstance(event, e.Corrected | e.ProposalDeclined) and event.proposal is not None:
            approved = isinstance(event, e.Corrected)
            mark(event.proposal, _APPROVED.filled(row=row) if approved else _DECLINED.filled(row=row))
        if event.moved is not None and not isinstance(event, e.CorrectionProposed):
            moved = _MOVED_AWAY if isinstance(event, e.Corrected) else _MOVED_HERE
            mark(event.event_id, moved.filled(candidate=event.moved.journey.candidate))
        if event.event_id in waiting:
            mark(event.event_id, msg("mark.waits", "waits for a second person"))
    for corrected, by in corrections_in_effect(entries).items():
        struck = isinstance(by.event, e.Corrected) and by.event.replacement is None
        mark(corrected, (_STRUCK if struck else _REPLACED).filled(row=rows[str(by.event.event_id)]))
    return found


_APPROVED = msg("mark.approved", "approved by row {row}")
_DECLINED = msg("mark.declined", "declined by row {row}")
_STRUCK = msg("mark.struck", "struck by row {row}")
_MOVED_HERE = msg("mark.moved_here", "moved here from {candidate}")
_MOVED_AWAY = msg("mark.moved_away", "moved to {candidate}")
_REPLACED = msg("mark.replaced", "replaced by row {row}")


def set_aside(lines: Sequence[LedgerLine]) -> frozenset[int]:
    """The numbers of the rows that were struck or replaced, and hold no more."""
    rows = {line.event_id: line.row for line in lines}
    return frozenset(rows[str(corrected)] for corrected in corrections_in_effect(accepted_entries(lines)))


def struck_rows(lines: Sequence[LedgerLine]) -> frozenset[int]:
    """The numbers of those of them that were struck, and nothing stands in their place."""
    rows, holding = {line.event_id: line.row for line in lines}, corrections_in_effect(accepted_entries(lines)).items()
    return frozenset(rows[str(one)] for one, by in holding if getattr(by.event, "replacement", None) is None)


def row_named(receipt: Receipt, lines: Sequence[LedgerLine]) -> LedgerLine | None:
    """The row that a refusal is about, where it names an earlier event: people know an event by its row."""
    named = receipt.reason.values.get("event_id") if receipt.reason else None
    return next((line for line in lines if named is not None and line.event_id == str(named)), None)
