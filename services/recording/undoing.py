"""Taking back one's last step that still stands, while nothing has followed: a correction that strikes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from models.events.descriptions import name_of
from models.events.events import EVENT_CLASSES, SAID_BY_THE_JOURNEY
from models.identifiers import Actor
from models.journey.fold import in_effect
from models.message import msg
from runtime.errors import Refused, UsageError
from runtime.i18n import translate
from services.queries.lines import LedgerLine, accepted_entries
from services.queries.unreadable import is_an_event

UNDONE_WITHIN = timedelta(days=1)
"""A slip is seen the same day; what is older others may have acted on, and it is corrected with a reason of its own."""

NOTHING = msg(
    "undo.nothing", "You have recorded nothing here that could be undone. Earlier rows may be corrected, with a reason."
)

STANDS_ASIDE = SAID_BY_THE_JOURNEY | {"partner_acknowledged"}
"""Kinds that come by themselves, and do not build on the step before them."""


def last_step(lines: Sequence[LedgerLine], author: Actor, now: datetime) -> LedgerLine:
    """The row that somebody's undoing would strike. What was struck is no step any more, nor is the correction that
    struck it: whoever undoes twice takes back two steps.

    Raises UsageError where they have recorded nothing that can be struck, and Refused where it is too late, or where
    another row has followed.
    """
    steps = [line for line in _standing(lines) if line.kind not in STANDS_ASIDE]
    said = [line for line in steps if line.kind != "corrected"]
    own = [line for line in said if line.actor is not None and Actor.parse(line.actor).name == author.name]
    if not own:
        raise UsageError(NOTHING)
    last = own[-1]
    if not EVENT_CLASSES[last.kind].correction.strikes:
        why = EVENT_CLASSES[last.kind].correction.otherwise
        raise Refused(why or NOTHING)
    if steps[-1].row != last.row:
        raise Refused(
            "undo.followed",
            "Row {row}, {kind}, has followed on your last step in row {own}. Correct that row, with a reason.",
            row=steps[-1].row,
            kind=name_of(steps[-1].kind),
            own=last.row,
        )
    if now - last.recorded_at > UNDONE_WITHIN:
        raise Refused(
            "undo.too_late",
            "Your last step, {kind} in row {row}, is more than a day old. Correct the row, with a reason.",
            kind=name_of(last.kind),
            row=last.row,
        )
    return last


def _standing(lines: Sequence[LedgerLine]) -> list[LedgerLine]:
    """The accepted rows that hold: without those that were struck, and without what was said of those alone."""
    stands = {str(entry.event.event_id) for entry in in_effect(accepted_entries(lines))}

    def holds(line: LedgerLine) -> bool:
        if not is_an_event(line.event):
            return True
        about = (line.event or {}).get("corrects")
        return line.event_id in stands and (about is None or str(about) in stands)

    return [line for line in lines if line.receipt.accepted and holds(line)]


def undoing(line: LedgerLine) -> dict[str, Any]:
    """The fields of the correction that strikes a row."""
    reason = translate(msg("undo.reason", "Undone by its author."))
    return {"corrects": str(line.event_id), "reason": reason}
