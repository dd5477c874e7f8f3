"""The rule of how many hours a week are agreed."""

from models.events import events as e
from models.message import msg
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule

NO_HOURS = Inapplicable(msg("the_hours_are_within.no_hours", "The programme says nothing of the hours of this."))
UNCHANGED = Inapplicable(msg("the_hours_are_within.unchanged", "The hours a week stay as they were agreed."))

AGREED = (e.InternshipAgreed, e.TemporaryRoleAgreed, e.PermanentRoleAgreed)
EXTENDED = (e.InternshipExtended, e.TemporaryRoleExtended)


@rule(
    "the_hours_are_within",
    says="As many hours a week are agreed as the programme allows.",
    uses=("hours.internship", "hours.role"),
)
def the_hours_are_within(context: RuleContext) -> Judgement:
    event, rule = context.event, context.rules.hours
    if not isinstance(event, (*AGREED, *EXTENDED)):
        return NOTHING_PROPOSED
    span = rule.of(event.kind) if rule else None
    if rule is None or span is None:
        return NO_HOURS
    hours = event.hours_a_week
    if hours is None:
        if isinstance(event, EXTENDED):
            return UNCHANGED
        message = msg("the_hours_are_within.not_said", "Say how many hours a week are agreed.")
        return the_hours_are_within.refuse(message, rule.source)
    if (span.lowest or 0) <= hours <= (span.highest or hours):
        return Held(msg("the_hours_are_within.holds", "{hours} hours a week are agreed.", hours=hours))
    message = (
        msg(
            "the_hours_are_within.too_few",
            "{hours} hours a week are agreed, and the programme asks for at least {lowest}. Choose more.",
            hours=hours,
            lowest=span.lowest,
        )
        if hours < (span.lowest or 0)
        else msg(
            "the_hours_are_within.too_many",
            "{hours} hours a week are agreed, and the programme allows at most {highest}. Choose fewer.",
            hours=hours,
            highest=span.highest,
        )
    )
    return the_hours_are_within.refuse(message, rule.source)
