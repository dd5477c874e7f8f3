"""Rules of the evaluation: by both, and against criteria only."""

from models.events import events as e
from models.identifiers import Role
from models.message import msg
from models.programme.requirement_profile import Result
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.placement import without_evaluation
from models.rules.registry import rule
from models.state.state import State

OWN_NOT_REQUIRED = Inapplicable(
    msg("both_have_evaluated.not_required", "The programme does not require the candidate's own evaluation.")
)

RECORDS_FOR_THE_CANDIDATE = frozenset({Role.COORDINATOR, Role.SUPERVISOR})


def to_be_learnt(state: State) -> tuple[str, ...]:
    """Ids of the requirements that the check left to be learnt, in the order of the check."""
    return tuple(finding.requirement for finding in state.findings if finding.result is Result.TRAINABLE)


def to_be_scored(state: State) -> tuple[str, ...]:
    """Ids of all that an evaluation scores: the criteria and, where the rules say so, what was to be learnt."""
    criteria = tuple(criterion.id for criterion in state.rules.criteria)
    return (*criteria, *to_be_learnt(state)) if state.rules.scores_what_was_learnt else criteria


@rule(
    "the_scores_cover_the_criteria",
    says="The evaluation scores each of the programme's criteria once.",
    uses=("criteria",),
)
def the_scores_cover_the_criteria(context: RuleContext) -> Judgement:
    event, rules = context.event, context.state.rules
    if not isinstance(event, e.EvaluationRecorded | e.SelfEvaluationRecorded):
        return NOTHING_PROPOSED
    wanted = to_be_scored(context.state)
    if sorted(score.criterion for score in event.scores) == sorted(wanted):
        return None
    if len(wanted) == len(rules.criteria) or rules.evaluation is None:
        message = msg(
            "the_scores_cover_the_criteria.criteria",
            "An evaluation scores each of the programme's criteria once: {known}.",
            known=", ".join(wanted),
        )
        return the_scores_cover_the_criteria.refuse(message, rules.source)
    message = msg(
        "the_scores_cover_the_criteria.with_requirements",
        "An evaluation scores each of the programme's criteria, and each requirement that was to "
        "be learnt, once: {known}.",
        known=", ".join(wanted),
    )
    return the_scores_cover_the_criteria.refuse(message, rules.evaluation.source)


@rule(
    "recorded_for_the_candidate",
    says="The candidate's own evaluation is recorded by the coordinator or the supervisor.",
)
def recorded_for_the_candidate(context: RuleContext) -> Judgement:
    """Whoever meets the candidate writes down what the candidate says; whoever only decides does not."""
    if context.event is None:
        return NOTHING_PROPOSED
    if context.event.actor.role in RECORDS_FOR_THE_CANDIDATE:
        return None
    message = msg(
        "recorded_for_the_candidate.other_role",
        "The candidate's own evaluation is recorded by the coordinator or the supervisor. Ask one of them.",
    )
    return recorded_for_the_candidate.refuse(message)


@rule(
    "both_have_evaluated",
    says="The candidate has evaluated too, where the programme asks for it.",
    uses=("evaluation.self_evaluation_required",),
)
def both_have_evaluated(context: RuleContext) -> Judgement:
    state = context.state
    rule = state.rules.evaluation
    if rule is None or not rule.self_evaluation_required:
        return OWN_NOT_REQUIRED
    if (unasked := without_evaluation(state)) is not None:
        return unasked
    if state.self_evaluation is not None:
        day = state.self_evaluation.effective_on
        return Held(msg("both_have_evaluated.holds", "The candidate's own evaluation is of {day}.", day=day))
    message = msg(
        "both_have_evaluated.own_missing",
        "The candidate's own evaluation is missing, and a role needs both. Record it first.",
    )
    return both_have_evaluated.refuse(message, rule.source)
