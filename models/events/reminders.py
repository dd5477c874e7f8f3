"""Reminders that a person sets on a journey: what, for which day, moved and done."""

from typing import Literal
from uuid import UUID

from models.events.fact import Fact
from models.fields import Day, FreeText
from models.message import msg


class ReminderSet(Fact):
    """Whoever has the journey in charge is to be reminded of something on a day. Nothing else follows from it."""

    kind: Literal["reminder_set"] = "reminder_set"
    named = msg("event_name.reminder_set", "reminder")
    told = msg("event.reminder_set", "To be reminded on {remind_on}: {task}")
    is_aside = while_paused = True

    remind_on: Day
    task: FreeText


class ReminderMoved(Fact):
    """A reminder comes on another day than it was set for."""

    kind: Literal["reminder_moved"] = "reminder_moved"
    named = msg("event_name.reminder_moved", "moved reminder")
    told = msg("event.reminder_moved", "The reminder of {reminded} comes on {remind_on}.")
    is_aside = while_paused = True

    reminder: UUID
    remind_on: Day


class ReminderDone(Fact):
    """What somebody was to be reminded of is done, or needed no more; or what a note asked is looked at."""

    kind: Literal["reminder_done"] = "reminder_done"
    named = msg("event_name.reminder_done", "reminder that is done")
    told = msg("event.reminder_done", "Done: what {reminded} was to remind of.")
    is_aside = while_paused = True

    reminder: UUID
