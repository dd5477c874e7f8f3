"""Rules of reminders: their day is to come, and they are still to be done."""

from models.events.reminders import ReminderDone, ReminderMoved, ReminderSet
from models.message import msg
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Judgement
from models.rules.registry import rule


@rule("the_reminder_is_to_come", says="A reminder comes on a day that has not passed.")
def the_reminder_is_to_come(context: RuleContext) -> Judgement:
    event = context.event
    if not isinstance(event, ReminderSet | ReminderMoved):
        return NOTHING_PROPOSED
    if event.remind_on >= context.today:
        return None
    message = msg(
        "the_reminder_is_to_come.passed",
        "{remind_on} has passed, so nobody can be reminded on it. Choose a later day.",
        remind_on=event.remind_on,
    )
    return the_reminder_is_to_come.refuse(message)


@rule("the_reminder_is_open", says="The reminder was set on this journey and is not done.")
def the_reminder_is_open(context: RuleContext) -> Judgement:
    event, open_ones = context.event, {one.event_id for one in context.state.reminders}
    if event is None and not open_ones:
        return the_reminder_is_open.refuse(msg("the_reminder_is_open.none", "No reminder is set on this journey."))
    if not isinstance(event, ReminderMoved | ReminderDone):
        return NOTHING_PROPOSED
    if event.reminder in open_ones:
        return None
    message = msg(
        "the_reminder_is_open.done", "That reminder is done, or was never set on this journey. Look up its row."
    )
    return the_reminder_is_open.refuse(message)
