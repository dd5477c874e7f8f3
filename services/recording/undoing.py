"""Taking back one's last step while nothing has followed: a correction that strikes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from models.events.descriptions import name_of
from models.events.events import EVENT_CLASSES, SAID_BY_THE_JOURNEY
from models.identifiers import Actor
from models.message import msg
from runtime.errors import Refused, UsageError
from runtime.i18n import translate
from services.queries.lines import LedgerLine

UNDONE_WITHIN = timedelta(days=1)
"""A slip is seen the same day; what is older others may have acted on, and it is corrected with a reason of its own."""

STANDS_ASIDE = SAID_BY_THE_JOURNEY | {"partner_acknowledged"}
"""Kinds that come by themselves, and do not build on the step before them."""


def last_step(lines: Sequence[LedgerLine], author: Actor, now: datetime) -> LedgerLine:
    """The row that somebody's undoing would strike.

    Raises UsageError where they have recorded nothing that can be struck, and Refused where it is too late, or where
    another row has followed.
    """
    steps = [line for line in lines if line.receipt.accepted and line.kind not in STANDS_ASIDE]
    own = [line for line in steps if line.actor is not None and Actor.parse(line.actor).name == author.name]
    if not own:
        raise UsageError("undo.nothing", "You have recorded nothing here that could be undone.")
    last = own[-1]
    if not EVENT_CLASSES[last.kind].correction.strikes:
        why = EVENT_CLASSES[last.kind].correction.otherwise
        raise Refused(why or msg("undo.nothing", "You have recorded nothing here that could be undone."))
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


def undoing(line: LedgerLine) -> dict[str, Any]:
    """The fields of the correction that strikes a row."""
    reason = translate(msg("undo.reason", "Undone by its author."))
    return {"corrects": str(line.event_id), "reason": reason}
