"""Rules of how long an internship lasts by weeks and groups, and for how long a role is agreed."""

from collections.abc import Iterator
from datetime import date

from models.calendar.periods import last_day_of_weeks, last_day_within
from models.events import events as e
from models.message import msg
from models.rules.context import Beginning, RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement, Refusal
from models.rules.durations import at_most, at_most_weeks, not_before
from models.rules.registry import rule

NO_GROUPS = Inapplicable(msg("the_group_is_known.no_groups", "The programme has no groups."))
NO_LONGEST = Inapplicable(
    msg("the_internship_is_short_enough.no_longest", "The programme does not say how long an internship may last.")
)
NO_SHORTEST = Inapplicable(
    msg("the_internship_is_long_enough.no_shortest", "The programme has no least length of an internship.")
)
NO_LENGTH = Inapplicable(
    msg(
        "the_role_is_of_its_length.no_length",
        "The programme says nothing of how long a role in the form is agreed for.",
    )
)
AN_INTERNSHIP = msg("the_internship_is_short_enough.what", "An internship")


@rule(
    "the_group_is_known",
    says="The referral says the person's group, where the programme has groups.",
    uses=("internship.lengths",),
)
def the_group_is_known(context: Beginning) -> Judgement:
    event, rule = context.event, context.rules.internship
    if not isinstance(event, e.Referred):
        return NOTHING_PROPOSED
    if not rule.lengths:
        return NO_GROUPS
    if context.rules.group(event.group) is not None:
        return None
    known = ", ".join(length.group for length in rule.lengths)
    message = (
        msg("the_group_is_known.missing", "Say which group the person belongs to. Available: {known}.", known=known)
        if event.group is None
        else msg(
            "the_group_is_known.unknown", "Unknown group {group}. Available: {known}.", group=event.group, known=known
        )
    )
    return the_group_is_known.refuse(message, rule.source)


@rule(
    "the_internship_is_short_enough",
    says="The internship lasts no longer than the programme allows.",
    uses=("internship.longest_months", "internship.longest_weeks", "internship.lengths"),
)
def the_internship_is_short_enough(context: RuleContext) -> Judgement:
    if (period := _internship(context)) is None:
        return NOTHING_PROPOSED
    judged = tuple(_bounded(context, *period))
    return next((one for one in judged if isinstance(one, Refusal)), judged[-1] if judged else NO_LONGEST)


def _bounded(context: RuleContext, starts_on: date, ends_on: date) -> Iterator[Refusal | Held]:
    """What each longest length says, that of the person's group last."""
    guard, rule = the_internship_is_short_enough, context.rules.internship
    if rule.longest_months is not None:
        yield at_most(guard, rule.source, AN_INTERNSHIP, starts_on, ends_on, rule.longest_months)
    if rule.longest_weeks is not None:
        yield at_most_weeks(guard, rule.source, AN_INTERNSHIP, starts_on, ends_on, rule.longest_weeks)
    group = context.rules.group(context.state.group)
    if group is not None and group.longest_weeks is not None:
        what = msg("the_internship_is_short_enough.of_group", "An internship in the group {group}", group=group.name)
        yield at_most_weeks(guard, rule.source, what, starts_on, ends_on, group.longest_weeks)


@rule(
    "the_internship_is_long_enough",
    says="The internship is agreed for no less than the programme demands.",
    uses=("internship.shortest_weeks", "internship.lengths"),
)
def the_internship_is_long_enough(context: RuleContext) -> Judgement:
    """One that is completed or interrupted before the last day that was agreed is no breach."""
    if (period := _internship(context)) is None:
        return NOTHING_PROPOSED
    rule, group = context.rules.internship, context.rules.group(context.state.group)
    weeks = max(rule.shortest_weeks or 0, group.shortest_weeks or 0 if group else 0)
    if not weeks:
        return NO_SHORTEST
    starts_on, ends_on = period
    least = msg("duration.weeks", "{weeks} weeks", weeks=weeks)
    first_end = last_day_of_weeks(starts_on, weeks)
    return not_before(the_internship_is_long_enough, rule.source, AN_INTERNSHIP, first_end, ends_on, least)


def _internship(context: RuleContext) -> tuple[date, date] | None:
    """The first and last day of the internship that is agreed or gets a new last day."""
    event = context.event
    if isinstance(event, e.InternshipAgreed):
        return event.starts_on, event.ends_on
    if isinstance(event, e.InternshipExtended) and context.state.internship:
        return context.state.internship.starts_on, event.ends_on
    return None


@rule(
    "the_role_is_of_its_length",
    says="The role is agreed for as long as the programme demands of its form, at least or exactly.",
    uses=("form_lengths.shortest_months", "form_lengths.exact_months"),
)
def the_role_is_of_its_length(context: RuleContext) -> Judgement:
    event, role = context.event, context.state.role
    if isinstance(event, e.TemporaryRoleAgreed):
        form_id, starts_on = event.form, event.starts_on
    elif isinstance(event, e.TemporaryRoleExtended) and role is not None and role.form is not None:
        form_id, starts_on = role.form, role.starts_on
    else:
        return NOTHING_PROPOSED
    length, form = context.rules.form_length(form_id), context.rules.form(form_id, event.effective_on)
    if length is None or form is None:
        return NO_LENGTH
    if length.exact_months:
        last_days = [last_day_within(starts_on, months) for months in length.exact_months]
        given = {"form": form.name, "months": length.exact_months, "last_days": last_days}
        if event.ends_on in last_days:
            return Held(
                msg(
                    "the_role_is_of_its_length.exact",
                    "{form} is agreed for exactly these months: {months}, here until {last_days}.",
                    **given,
                )
            )
        message = msg(
            "the_role_is_of_its_length.other",
            "{form} is agreed for exactly these months: {months}, not until {ends_on}. Choose the last day among:"
            " {last_days}.",
            ends_on=event.ends_on,
            **given,
        )
        return the_role_is_of_its_length.refuse(message, length.source)
    if length.shortest_months is None:
        return NO_LENGTH
    what = msg("the_role_is_of_its_length.what", "A role in the form {form}", form=form.name)
    least = msg("duration.months", "{months} months", months=length.shortest_months)
    first_end = last_day_within(starts_on, length.shortest_months)
    return not_before(the_role_is_of_its_length, length.source, what, first_end, event.ends_on, least)
