"""Rules of how a way ends: as planned or for a reason that somebody says, and with a role no later than agreed."""

from models.events import events as e
from models.message import msg
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule
from models.stages import EndReason

GOES_ON = Inapplicable(
    msg("the_end_says_why.goes_on", "The way goes on after a temporary role, so no reason for its end is asked for.")
)


@rule(
    "the_end_says_why",
    says="A role that ends the way before its last agreed day says why, and a role alone ends as planned.",
    uses=("way.ends_as_planned",),
)
def the_end_says_why(context: RuleContext) -> Judgement:
    event, shape = context.event, context.rules.shape
    if isinstance(event, e.TemporaryRoleEnded):
        return _of_a_role(context, event) if shape.ends_as_planned or event.end_reason else GOES_ON
    if not isinstance(event, e.InternshipInterrupted | e.ReturnedToAgency | e.Withdrawn | e.Discontinued):
        return NOTHING_PROPOSED
    if event.end_reason is not EndReason.ENDED_AS_PLANNED:
        return None
    message = msg("the_end_says_why.not_a_role", "Only a temporary role ends as planned. Choose another reason.")
    return the_end_says_why.refuse(message)


@rule(
    "the_role_was_agreed_until_then",
    says="A role that ends the way ends no later than on its last agreed day.",
    uses=("way.ends_as_planned",),
)
def the_role_was_agreed_until_then(context: RuleContext) -> Judgement:
    event, shape, ends_on = context.event, context.rules.shape, context.state.agreed_end
    if not isinstance(event, e.TemporaryRoleEnded):
        return NOTHING_PROPOSED
    if not shape.ends_as_planned or ends_on is None:
        return GOES_ON
    if event.effective_on <= ends_on:
        return Held(
            msg(
                "the_role_was_agreed_until_then.holds",
                "The role was agreed until {ends_on}, and ended on {day}.",
                ends_on=ends_on,
                day=event.effective_on,
            )
        )
    message = msg(
        "the_role_was_agreed_until_then.later",
        "{day} is after the agreed last day {ends_on}. Record that the role ended on {ends_on}, or record first that "
        "it was extended.",
        day=event.effective_on,
        ends_on=ends_on,
    )
    return the_role_was_agreed_until_then.refuse(message, shape.source)


def _of_a_role(context: RuleContext, event: e.TemporaryRoleEnded) -> Judgement:
    shape, ends_on = context.rules.shape, context.state.agreed_end
    if not shape.ends_as_planned:
        message = msg(
            "the_end_says_why.no_end",
            "In this programme the way goes on after a temporary role. Leave the reason for the end out.",
        )
        return the_end_says_why.refuse(message, shape.source)
    if event.end_reason is not None or ends_on is None or event.effective_on >= ends_on:
        return None
    message = msg(
        "the_end_says_why.early",
        "{day} is before the agreed last day {ends_on}. Say why the role ended early, or that it ended as planned.",
        day=event.effective_on,
        ends_on=ends_on,
    )
    return the_end_says_why.refuse(message, shape.source)
