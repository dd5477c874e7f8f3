"""The rule of periods: what is offered or agreed lasts exactly one of those that the programme has."""

from collections.abc import Iterable
from datetime import date

from models.events import events as e
from models.message import Message, msg
from models.programme.periods import PlacePeriod
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule

NO_PERIODS = Inapplicable(msg("the_days_are_a_period.none", "The programme has no periods of its own."))


@rule(
    "the_days_are_a_period",
    says="What is offered or agreed lasts exactly one of the programme's periods.",
    uses=("periods",),
)
def the_days_are_a_period(context: RuleContext) -> Judgement:
    rules, days = context.state.rules, _days(context)
    if days is None:
        return NOTHING_PROPOSED
    if not rules.periods:
        return NO_PERIODS
    found = next((one for one in rules.periods if (one.starts_on, one.ends_on) == days), None)
    if found is not None:
        return Held(msg("the_days_are_a_period.holds", "The period is {period}.", period=found.name))
    message = msg(
        "the_days_are_a_period.other_days",
        "{starts_on} to {ends_on} is not a period of the programme. Write the first and the last day of one of "
        "these: {periods}.",
        starts_on=days[0],
        ends_on=days[1],
        periods=in_words(rules.periods),
    )
    return the_days_are_a_period.refuse(message, rules.source)


def in_words(periods: Iterable[PlacePeriod]) -> list[Message]:
    """What each is called, with its days."""
    return [
        msg(
            "the_days_are_a_period.one",
            "{period} ({first} to {last})",
            period=one.name,
            first=one.starts_on,
            last=one.ends_on,
        )
        for one in periods
    ]


def _days(context: RuleContext) -> tuple[date, date] | None:
    event, state = context.event, context.state
    if isinstance(event, e.PlaceOffered | e.InternshipAgreed | e.TemporaryRoleAgreed):
        return event.starts_on, event.ends_on
    if isinstance(event, e.InternshipExtended) and state.internship is not None:
        return state.internship.starts_on, event.ends_on
    if isinstance(event, e.TemporaryRoleExtended) and state.role is not None:
        return state.role.starts_on, event.ends_on
    return None
