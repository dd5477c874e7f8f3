"""The rule that nobody is held against a profile that was not thought through."""

from models.events import events as e
from models.message import msg
from models.programme.review import HAS_A_REASON, IS_CONFIRMED, review_profile
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Inapplicable, Judgement
from models.rules.registry import rule

NOT_REVIEWED = Inapplicable(
    msg("the_profile_is_thought_through.not_reviewed", "The programme does not ask that its profiles be reviewed.")
)


@rule(
    "the_profile_is_thought_through",
    says="Each essential requirement says why this job needs it; the agency has agreed to each formal one among them.",
    uses=("relevance.reasons_required", "relevance.confirmation_required", "relevance.formal_allowed"),
)
def the_profile_is_thought_through(context: RuleContext) -> Judgement:
    check, rule = context.event, context.state.rules.relevance
    if not isinstance(check, e.RequirementsChecked):
        return NOTHING_PROPOSED
    if rule is None:
        return NOT_REVIEWED
    profile = context.state.rules.profile(check.profile)
    demanded = {HAS_A_REASON: rule.reasons_required, IS_CONFIRMED: rule.confirmation_required}
    for concern in review_profile(profile) if profile else ():
        if demanded.get(concern.check, True):
            message = msg(
                "the_profile_is_thought_through.concern",
                "Profile {profile} cannot be used yet: {concern}",
                profile=check.profile,
                concern=concern.message,
            )
            return the_profile_is_thought_through.refuse(message, rule.source)
    return None
