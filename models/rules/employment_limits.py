"""Rules of single forms of employment: applied for in time, and made permanent by law."""

from datetime import timedelta

from models.events import events as e
from models.message import msg
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule
from models.state.employment_limits import conversion

NOT_APPLIED_FOR = Inapplicable(
    msg("it_is_applied_for_in_time.not_applied_for", "The form of employment need not be applied for ahead.")
)


@rule(
    "it_is_applied_for_in_time",
    says="A form that must be applied for is agreed early enough for that.",
    uses=("form.apply_days_ahead",),
)
def it_is_applied_for_in_time(context: RuleContext) -> Judgement:
    event = context.event
    if not isinstance(event, e.TemporaryRoleAgreed):
        return NOTHING_PROPOSED
    form = context.state.rules.form(event.form, event.effective_on)
    if form is None or form.apply_days_ahead is None:
        return NOT_APPLIED_FOR
    first_day = event.effective_on + timedelta(days=form.apply_days_ahead)
    if event.starts_on >= first_day:
        return Held(
            msg(
                "it_is_applied_for_in_time.holds",
                "It begins on {starts_on}, and applied for on that day it could begin on {first_day}.",
                starts_on=event.starts_on,
                first_day=first_day,
            )
        )
    message = msg(
        "it_is_applied_for_in_time.too_late",
        "{form} is applied for at least {days} days ahead, here for {first_day} or later, not "
        "for {starts_on}. Choose a later first day.",
        form=form.name,
        days=form.apply_days_ahead,
        first_day=first_day,
        starts_on=event.starts_on,
    )
    return it_is_applied_for_in_time.refuse(message, form.source)


@rule(
    "the_law_makes_it_permanent",
    says="The day has come on which the law makes the role permanent.",
    uses=("form.conversion",),
)
def the_law_makes_it_permanent(context: RuleContext) -> Judgement:
    """The day has come on which the law makes the role of today permanent."""
    event, state = context.event, context.state
    if not isinstance(event, e.RoleConverted):
        return NOTHING_PROPOSED
    found = conversion(state)
    expected = (found.form, max(found.on, state.since)) if found and found.on <= context.today else None
    if expected == (event.form, event.effective_on):
        return None
    message = msg(
        "the_law_makes_it_permanent.other_day", "No law makes this role permanent on {day}.", day=event.effective_on
    )
    return the_law_makes_it_permanent.refuse(message)
