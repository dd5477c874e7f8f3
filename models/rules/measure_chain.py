"""The rule of a chain of measures: each hands over to the next, and nobody is sent back along it."""

from models.events import events as e
from models.message import msg
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Inapplicable, Judgement
from models.rules.registry import rule

NO_CHAIN = Inapplicable(msg("the_chain_goes_forward.no_chain", "The programme has no chain of measures."))
OUTSIDE_THE_CHAIN = Inapplicable(
    msg("the_chain_goes_forward.outside", "The form of employment is outside the programme's chain of measures.")
)


@rule(
    "the_chain_goes_forward",
    says="The role is the same link of the chain as the last one, or a later one.",
    uses=("chain.forms",),
)
def the_chain_goes_forward(context: RuleContext) -> Judgement:
    """A role is the same link of the chain as the last one, or a later one. A form outside the chain stands apart."""
    event, rule = context.event, context.state.rules.chain
    if not isinstance(event, e.TemporaryRoleAgreed):
        return NOTHING_PROPOSED
    if rule is None:
        return NO_CHAIN
    if event.form not in rule.forms:
        return OUTSIDE_THE_CHAIN
    links = [rule.forms.index(role.form) for role in context.state.roles if role.form in rule.forms]
    if rule.forms.index(event.form) >= max(links, default=0):
        return None
    message = msg(
        "the_chain_goes_forward.back",
        "The chain has reached {reached} and does not go back to {form}. Choose that link or a later one: {forms}.",
        reached=rule.forms[max(links)],
        form=event.form,
        forms=", ".join(rule.forms[max(links) :]),
    )
    return the_chain_goes_forward.refuse(message, rule.source)
