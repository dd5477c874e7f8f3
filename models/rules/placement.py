"""Rules of the requirement check, the internship and the evaluation."""

from models.events import events as e
from models.message import Message, msg
from models.programme.requirement_profile import Result
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.registry import rule
from models.stages import Stage
from models.state.state import State

NOBODY_IS_ASKED_FOR = Inapplicable(
    msg(
        "someone_looks_after_the_intern.not_asked_for",
        "The programme asks for neither a supervisor nor a mentor.",
    )
)
NOTHING_IS_AGREED = Inapplicable(msg("it_ends_after_it_starts.nothing_agreed", "Nothing with a first day is agreed."))
NOT_EVALUATED_HERE = Inapplicable(
    msg("the_evaluation_is_favourable.not_here", "The role follows another one, without an evaluation between them.")
)


NOT_EVALUATED_BEFORE = Inapplicable(
    msg(
        "the_evaluation_is_favourable.not_before", "In this programme a role is agreed without an evaluation before it."
    )
)


def without_evaluation(state: State) -> Inapplicable | None:
    """Why no evaluation is asked for before a role in this state; None where one is."""
    if state.stage is Stage.EVALUATION:
        return None
    return NOT_EVALUATED_BEFORE if state.stage in state.rules.shape.hires_in else NOT_EVALUATED_HERE


@rule(
    "every_requirement_is_answered",
    says="The check answers each requirement of the profile once, and calls trainable only what the profile calls so.",
    uses=("profile.requirements",),
)
def every_requirement_is_answered(context: RuleContext) -> Judgement:
    check = context.event
    if not isinstance(check, e.RequirementsChecked):
        return NOTHING_PROPOSED
    rules = context.state.rules
    profile = rules.profile(check.profile)
    if profile is None:
        known = ", ".join(sorted(profile.id for profile in rules.profiles))
        message = msg(
            "every_requirement_is_answered.unknown_profile",
            "Unknown requirement profile {profile}. Available: {known}.",
            profile=check.profile,
            known=known,
        )
        return every_requirement_is_answered.refuse(message, rules.source)
    answered = [finding.requirement for finding in check.findings]
    asked_for = [requirement.id for requirement in profile.requirements]
    if sorted(answered) != sorted(asked_for):
        message = msg(
            "every_requirement_is_answered.missing",
            "The check must answer each requirement of {profile} once: {known}.",
            profile=profile.id,
            known=", ".join(asked_for),
        )
        return every_requirement_is_answered.refuse(message, rules.source)
    trainable = {requirement.id for requirement in profile.requirements if requirement.trainable}
    for finding in check.findings:
        if finding.result is Result.TRAINABLE and finding.requirement not in trainable:
            message = _not_trainable(finding.requirement, in_internship=rules.shape.internships > 0)
            return every_requirement_is_answered.refuse(message, rules.source)
    return None


def _not_trainable(requirement: str, *, in_internship: bool) -> Message:
    if in_internship:
        return msg(
            "every_requirement_is_answered.not_trainable",
            "{requirement} cannot be learnt during the internship. Answer met, unmet or waived.",
            requirement=requirement,
        )
    return msg(
        "every_requirement_is_answered.needed_at_once",
        "{requirement} is needed from the first day of work. Answer met, unmet or waived.",
        requirement=requirement,
    )


@rule(
    "someone_looks_after_the_intern",
    says="The internship has the supervisor and the mentor that the programme asks.",
    uses=("internship.supervisor_required", "internship.mentor_required"),
)
def someone_looks_after_the_intern(context: RuleContext) -> Judgement:
    event, rule = context.event, context.state.rules.internship
    if not isinstance(event, e.InternshipAgreed):
        return NOTHING_PROPOSED
    if not (rule.supervisor_required or rule.mentor_required):
        return NOBODY_IS_ASKED_FOR
    for who, needed, name in (
        ("supervisor", rule.supervisor_required, event.supervisor),
        ("mentor", rule.mentor_required, event.mentor),
    ):
        if needed and name is None:
            message = msg(
                "someone_looks_after_the_intern.nobody",
                "An internship in this programme needs a {who}. Name one.",
                who=who,
            )
            return someone_looks_after_the_intern.refuse(message, rule.source)
    return None


@rule("it_ends_after_it_starts", says="The new last day does not lie before the first day.")
def it_ends_after_it_starts(context: RuleContext) -> Judgement:
    if not isinstance(context.event, e.InternshipExtended | e.TemporaryRoleExtended):
        return NOTHING_PROPOSED
    agreement = context.state.internship if isinstance(context.event, e.InternshipExtended) else context.state.role
    if agreement is None:
        return NOTHING_IS_AGREED
    if context.event.ends_on >= agreement.starts_on:
        return None
    message = msg(
        "it_ends_after_it_starts.before",
        "The new last day {ends_on} is before the first day {starts_on}. Correct the date.",
        ends_on=context.event.ends_on,
        starts_on=agreement.starts_on,
    )
    return it_ends_after_it_starts.refuse(message)


@rule("the_evaluation_is_favourable", says="A role needs a favourable evaluation.")
def the_evaluation_is_favourable(context: RuleContext) -> Judgement:
    state = context.state
    if (unasked := without_evaluation(state)) is not None:
        return unasked
    if state.evaluation and state.evaluation.favourable:
        return Held(
            msg(
                "the_evaluation_is_favourable.holds",
                "The evaluation of {day} is favourable.",
                day=state.evaluation.effective_on,
            )
        )
    message = (
        msg(
            "the_evaluation_is_favourable.unfavourable",
            "The evaluation was not favourable, and a role requires a favourable one.",
        )
        if state.evaluation
        else msg(
            "the_evaluation_is_favourable.missing",
            "The evaluation is not recorded yet, and a role requires a favourable one.",
        )
    )
    return the_evaluation_is_favourable.refuse(message, state.rules.source)


@rule("it_has_begun", says="Nothing is checked in on or completed before its first day.")
def it_has_begun(context: RuleContext) -> Judgement:
    starts_on, day = context.state.agreed_start, context.event.effective_on if context.event else context.today
    if starts_on is None:
        return NOTHING_IS_AGREED
    if day >= starts_on:
        return Held(
            msg(
                "it_has_begun.holds",
                "The first day is {starts_on}, and this is of {day}.",
                starts_on=starts_on,
                day=day,
            )
        )
    message = msg(
        "it_has_begun.not_yet",
        "{day} is before the first day {starts_on}. Correct the date, or correct the agreement first.",
        day=day,
        starts_on=starts_on,
    )
    return it_has_begun.refuse(message)


@rule("it_starts_on_the_way", says="It begins no earlier than what leads to it.")
def it_starts_on_the_way(context: RuleContext) -> Judgement:
    """Nothing that the way leads to begins before it: no internship before the referral, no role before its stage."""
    event, state = context.event, context.state
    if isinstance(event, e.InternshipAgreed | e.PlaceOffered):
        first_day = state.passages[0].entered_on if state.passages else event.starts_on
        if state.completed and state.completed[-1].ends_on is not None:
            first_day = max(first_day, state.completed[-1].ends_on)
    elif isinstance(event, e.TemporaryRoleAgreed | e.PermanentRoleAgreed):
        first_day = state.since if state.stage in state.rules.shape.hires_in else state.agreed_start or event.starts_on
    else:
        return NOTHING_PROPOSED
    if event.starts_on >= first_day:
        return Held(
            msg(
                "it_starts_on_the_way.holds",
                "It begins on {starts_on}, and what leads to it on {first_day}.",
                starts_on=event.starts_on,
                first_day=first_day,
            )
        )
    message = msg(
        "it_starts_on_the_way.too_early",
        "The first day {starts_on} is before {first_day}, the day of what leads to it. Correct the date. An "
        "employment before that is stated in the referral.",
        starts_on=event.starts_on,
        first_day=first_day,
    )
    return it_starts_on_the_way.refuse(message)
