"""The reminders of a journey, and notes that ask something, that are still to be done, by their rows."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from models.events.events import NoteAdded
from models.events.reminders import ReminderDone, ReminderMoved, ReminderSet
from models.journey.fold import in_effect
from runtime.errors import UsageError
from services.queries.lines import LedgerLine, accepted_entries


class OpenReminder(NamedTuple):
    """A reminder that is not done: its event and row, and the day on which it comes."""

    event_id: UUID
    row: int
    remind_on: date


def open_reminders(lines: Sequence[LedgerLine]) -> list[OpenReminder]:
    """The reminders that are still to be done, the earliest first."""
    rows, found = {line.event_id: line.row for line in lines}, dict[UUID, OpenReminder]()
    for entry in in_effect(accepted_entries(lines)):
        event = entry.event
        if isinstance(event, ReminderSet):
            found[event.event_id] = OpenReminder(event.event_id, rows[str(event.event_id)], event.remind_on)
        elif isinstance(event, NoteAdded) and event.asks:
            found[event.event_id] = OpenReminder(event.event_id, rows[str(event.event_id)], event.effective_on)
        elif isinstance(event, ReminderMoved) and event.reminder in found:
            found[event.reminder] = found[event.reminder]._replace(remind_on=event.remind_on)
        elif isinstance(event, ReminderDone):
            found.pop(event.reminder, None)
    return sorted(found.values(), key=lambda one: (one.remind_on, one.row))


def reminder_in(lines: Sequence[LedgerLine], row: int | None) -> OpenReminder:
    """The reminder of a row, or the only one. Raises UsageError."""
    found = open_reminders(lines)
    fitting = [one for one in found if row in (None, one.row)]
    if len(fitting) == 1:
        return fitting[0]
    if not found:
        raise UsageError("remind.none", "No reminder of this journey is left to do.")
    rows = [f"{one.row} ({one.remind_on})" for one in found]
    if fitting:
        raise UsageError("remind.several", "Several reminders are left. Choose one by its row: {rows}.", rows=rows)
    raise UsageError("remind.other_row", "Row {row} is not a reminder that is left. Left: {rows}.", row=row, rows=rows)
