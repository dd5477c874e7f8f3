"""Rules of the requirement check, the internship and the evaluation."""

from models.events import events as e
from models.message import say
from models.programme.requirement_profile import Result
from models.rules.context import DESIGN, Situation
from models.rules.decision import Refusal
from models.rules.durations import at_most
from models.stages import Stage


def every_requirement_is_answered(asked: Situation) -> Refusal | None:
    """The check answers each requirement of the profile once, and calls trainable only what the profile calls so."""
    check = asked.event
    if not isinstance(check, e.RequirementsChecked):
        return None
    rules = asked.state.rules
    profile = rules.profile(check.profile)
    if profile is None:
        known = ", ".join(sorted(profile.id for profile in rules.profiles))
        message = say(
            "The programme has no requirement profile {profile}; it has {known}.", profile=check.profile, known=known
        )
        return Refusal("every_requirement_is_answered", rules.source, message)
    answered = [finding.requirement for finding in check.findings]
    asked_for = [requirement.id for requirement in profile.requirements]
    if sorted(answered) != sorted(asked_for):
        message = say(
            "The check must answer each requirement of {profile} once: {known}.",
            profile=profile.id,
            known=", ".join(asked_for),
        )
        return Refusal("every_requirement_is_answered", rules.source, message)
    trainable = {requirement.id for requirement in profile.requirements if requirement.trainable}
    for finding in check.findings:
        if finding.result is Result.TRAINABLE and finding.requirement not in trainable:
            message = say(
                "{requirement} cannot be learnt during the internship; answer met, unmet or waived.",
                requirement=finding.requirement,
            )
            return Refusal("every_requirement_is_answered", rules.source, message)
    return None


def someone_looks_after_the_intern(asked: Situation) -> Refusal | None:
    event, rule = asked.event, asked.state.rules.internship
    if not isinstance(event, e.InternshipAgreed):
        return None
    for who, needed, name in (
        ("supervisor", rule.supervisor_required, event.supervisor),
        ("mentor", rule.mentor_required, event.mentor),
    ):
        if needed and name is None:
            message = say("An internship in this programme needs a {who}; name one with --{who}.", who=who)
            return Refusal("someone_looks_after_the_intern", rule.source, message)
    return None


def the_internship_is_short_enough(asked: Situation) -> Refusal | None:
    event, rule = asked.event, asked.state.rules.internship
    if isinstance(event, e.InternshipAgreed):
        starts_on = event.starts_on
    elif isinstance(event, e.InternshipExtended) and asked.state.internship:
        starts_on = asked.state.internship.starts_on
    else:
        return None
    return at_most(
        "the_internship_is_short_enough",
        rule.source,
        say("An internship"),
        starts_on,
        event.ends_on,
        rule.longest_months,
    )


def it_ends_after_it_starts(asked: Situation) -> Refusal | None:
    if not isinstance(asked.event, e.InternshipExtended | e.TemporaryRoleExtended):
        return None
    agreement = asked.state.internship if isinstance(asked.event, e.InternshipExtended) else asked.state.role
    if agreement is None or asked.event.ends_on >= agreement.starts_on:
        return None
    message = say(
        "The new last day {ends_on} lies before the first day {starts_on}; mend the date.",
        ends_on=asked.event.ends_on,
        starts_on=agreement.starts_on,
    )
    return Refusal("it_ends_after_it_starts", DESIGN, message)


def the_evaluation_is_favourable(asked: Situation) -> Refusal | None:
    state = asked.state
    if state.stage is not Stage.EVALUATION or (state.evaluation and state.evaluation.favourable):
        return None
    message = (
        say("The evaluation was not favourable, and a role needs a favourable one.")
        if state.evaluation
        else say("The evaluation is not recorded yet, and a role needs a favourable one.")
    )
    return Refusal("the_evaluation_is_favourable", state.rules.source, message)


def it_has_begun(asked: Situation) -> Refusal | None:
    """Nothing is completed before its first day."""
    starts_on, day = asked.state.agreed_start, asked.event.effective_on if asked.event else asked.today
    if starts_on is None or day >= starts_on:
        return None
    message = say(
        "{day} lies before the first day {starts_on}; mend the date, or correct the agreement first.",
        day=day,
        starts_on=starts_on,
    )
    return Refusal("it_has_begun", DESIGN, message)


def it_starts_on_the_way(asked: Situation) -> Refusal | None:
    """Nothing that the way leads to begins before it: no internship before the referral, no role before its stage."""
    event, state = asked.event, asked.state
    if isinstance(event, e.InternshipAgreed):
        first_day = state.passages[0].entered_on if state.passages else event.starts_on
    elif isinstance(event, e.TemporaryRoleAgreed | e.PermanentRoleAgreed):
        first_day = state.since if state.stage is Stage.EVALUATION else state.agreed_start or event.starts_on
    else:
        return None
    if event.starts_on >= first_day:
        return None
    message = say(
        "The first day {starts_on} lies before {first_day}, when what leads to it had not come yet; mend the date, or"
        " tell of earlier employment at the referral.",
        starts_on=event.starts_on,
        first_day=first_day,
    )
    return Refusal("it_starts_on_the_way", DESIGN, message)
