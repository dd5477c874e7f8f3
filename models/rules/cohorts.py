"""The rule of cohorts: where a programme has them, a referral is accepted for one that is not over."""

from models.events import events as e
from models.message import msg
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule

NO_COHORTS = Inapplicable(msg("the_cohort_is_open.none", "The programme has no cohorts."))


@rule(
    "the_cohort_is_open",
    says="Where the programme has cohorts, the candidate is admitted to one that is not over.",
    uses=("cohorts",),
)
def the_cohort_is_open(context: RuleContext) -> Judgement:
    event, rules = context.event, context.state.rules
    if not isinstance(event, e.ReferralAccepted):
        return NOTHING_PROPOSED
    if not rules.cohorts and event.cohort is None:
        return NO_COHORTS
    if not rules.cohorts:
        message = msg(
            "the_cohort_is_open.not_here",
            "{programme} has no cohorts. Accept the referral without one.",
            programme=rules.name,
        )
        return the_cohort_is_open.refuse(message, rules.source)
    open_ones = [one for one in rules.cohorts if one.ends_on >= event.effective_on]
    found = next((one for one in open_ones if one.id == event.cohort), None)
    if found is not None:
        until = {"cohort": found.name, "day": found.ends_on}
        return Held(msg("the_cohort_is_open.holds", "The cohort {cohort} lasts until {day}.", **until))
    known = [
        msg(
            "the_cohort_is_open.one",
            "{id} ({cohort}, {first} to {last})",
            id=one.id,
            cohort=one.name,
            first=one.starts_on,
            last=one.ends_on,
        )
        for one in open_ones
    ]
    if not known:
        message = msg(
            "the_cohort_is_open.all_over",
            "Every cohort of {programme} is over on that day. Add the next one to the programme, and put it in force.",
            programme=rules.name,
        )
        return the_cohort_is_open.refuse(message, rules.source)
    message = (
        msg("the_cohort_is_open.missing", "Choose the cohort to which the candidate is admitted: {known}.", known=known)
        if event.cohort is None
        else msg(
            "the_cohort_is_open.unknown",
            "{given} is over on that day, or not a cohort of the programme. Choose one of these: {known}.",
            given=event.cohort,
            known=known,
        )
    )
    return the_cohort_is_open.refuse(message, rules.source)
