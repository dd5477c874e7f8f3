"""The figures of a programme's rules that each rule relies on, with where they are written."""

from collections.abc import Callable, Iterator
from typing import Any

from models.events import events as e
from models.fields import Strict
from models.programme.programme import EmploymentForm, Programme, Rule
from models.programme.requirement_profile import Requirement
from models.programme.training import TrainingRule
from models.rules.context import RuleContext
from models.rules.evaluation import to_be_scored
from models.state.employment_limits import longest


class Figure(Strict):
    """A figure of the rules: where in the programme it stands, what it is called there, its value, and its source."""

    where: str
    name: str
    value: Any
    source: str
    verified: bool


def figures(rule: str, context: RuleContext) -> list[Figure]:
    """What a rule, by its name, relies on where it is context. Nothing for rules that rest on no figure."""
    found = RELIES_ON.get(rule)
    return list(found(context)) if found else []


def figures_of_beginning(rule: str, rules: Programme) -> list[Figure]:
    """What a rule relies on that is asked of a referral, before there is a journey."""
    names = {
        "the_programme_is_open": ("valid_from", "valid_until"),
        "the_partner_may_refer": ("referring_partners",),
    }.get(rule, ())
    found = list(_of("programme", rules, *names))
    towns = ", ".join(f"{town.id} {town.name}" for town in rules.towns)
    return [*found, _figure("programme", rules, "towns", towns)] if rule == "the_town_is_known" and towns else found


Relied = Callable[[RuleContext], Iterator[Figure]]

Sourced = Rule | TrainingRule


def _of(where: str, rule: Sourced | None, *names: str) -> Iterator[Figure]:
    if rule is not None:
        data = rule.model_dump(mode="json", include=set(names))
        yield from (_figure(where, rule, name, data[name]) for name in names if data[name] is not None)


def _figure(where: str, rule: Sourced, name: str, value: Any) -> Figure:
    return Figure(where=where, name=name, value=value, source=rule.source, verified=rule.verified)


def _part(where: str, *names: str) -> Relied:
    """A part of the programme, such as `internship`, and figures in it."""
    return lambda context: _of(where, getattr(context.state.rules, where), *names)


def _whole(*names: str) -> Relied:
    return lambda context: _of("programme", context.state.rules, *names)


def _form(*names: str) -> Relied:
    """Figures of the form of employment that is agreed or extended, as it is on the day of that."""

    def of_form(context: RuleContext) -> Iterator[Figure]:
        form = _form_of(context)
        yield from _of(f"forms.{form.id}", form, *names) if form else ()

    return of_form


def _form_of(context: RuleContext) -> EmploymentForm | None:
    event, role = context.event, context.state.role
    if isinstance(event, e.TemporaryRoleAgreed | e.RoleConverted):
        return context.state.rules.form(event.form, event.effective_on)
    if isinstance(event, e.TemporaryRoleExtended) and role is not None and role.form is not None:
        return context.state.rules.form(role.form, event.effective_on)
    return None


def _total(context: RuleContext) -> Iterator[Figure]:
    """How long somebody may be employed in the form in all: what the form says, or less where the programme does."""
    form, rules = _form_of(context), context.state.rules
    allowed = longest(rules, form) if form else None
    if form is not None and allowed is not None:
        limit = rules.form_limit(form.id)
        by_programme = limit is not None and (form.longest_months is None or limit.longest_months < form.longest_months)
        where, rule = (f"form_limits.{form.id}", limit) if by_programme else (f"forms.{form.id}", form)
        yield from _of(where, rule, "longest_months")


def _conversion(context: RuleContext) -> Iterator[Figure]:
    form = _form_of(context)
    if form is not None and form.conversion is not None:
        data = form.conversion.model_dump(mode="json", exclude={"law", "warn_days_before"}, exclude_none=True)
        where, law = f"forms.{form.id}.conversion", form.conversion.law
        for name, value in data.items():
            yield Figure(where=where, name=name, value=value, source=law, verified=form.verified)


def _profile(context: RuleContext) -> Iterator[Figure]:
    profile = (
        context.state.rules.profile(context.event.profile) if isinstance(context.event, e.RequirementsChecked) else None
    )
    if profile is not None:
        value = {one.id: _how_needed(one) for one in profile.requirements}
        yield _figure(f"profiles.{profile.id}", context.state.rules, "requirements", value)


def _how_needed(one: Requirement) -> str:
    return "trainable" if one.trainable else "essential" if one.essential else "desirable"


def _training(name: str) -> Relied:
    def of_training(context: RuleContext) -> Iterator[Figure]:
        rule = context.state.rules.training
        if rule is not None:
            yield _figure("training", rule, "package", rule.package.id)
            yield from _of("training", rule, name)

    return of_training


def _scored(context: RuleContext) -> Iterator[Figure]:
    rules, wanted = context.state.rules, to_be_scored(context.state)
    rule: Rule = rules.evaluation if rules.evaluation is not None and rules.scores_what_was_learnt else rules
    yield _figure("programme", rule, "criteria", ", ".join(wanted))


def _deadline(context: RuleContext) -> Iterator[Figure]:
    event, rules = context.event, context.state.rules
    if isinstance(event, e.DeadlinePassed):
        for rule in rules.deadlines:
            if rule.name == event.deadline:
                names = {"days", "counts_from", "remind_days_before", "escalate_days_after"}
                for name, value in rule.model_dump(mode="json", include=names, exclude_none=True).items():
                    yield _figure(f"deadlines.{rule.name}", rules, name, value)


CONSULTATION = _part("union_consultation", "before", "unions", "answer_within_days")

RELIES_ON: dict[str, Relied] = {
    "every_requirement_is_answered": _profile,
    "the_profile_is_thought_through": _part("relevance", "reasons_required", "confirmation_required", "formal_allowed"),
    "unions_are_consulted_about_it": CONSULTATION,
    "the_unions_are_those_to_consult": CONSULTATION,
    "the_unions_have_been_consulted": CONSULTATION,
    "someone_looks_after_the_intern": _part("internship", "supervisor_required", "mentor_required"),
    "the_internship_is_short_enough": _part("internship", "longest_months"),
    "the_scores_cover_the_criteria": _scored,
    "a_remark_stands_apart": _part("evaluation", "remarks_apart"),
    "both_have_evaluated": _part("evaluation", "self_evaluation_required"),
    "decided_by_two_people": _part("decisions", "by_two"),
    "corrected_by_two_people": _part("decisions", "by_two", "corrections_by_two"),
    "the_form_is_open": _form("valid_from", "valid_until"),
    "the_form_is_still_open": _form("valid_from", "valid_until"),
    "the_chain_goes_forward": _part("chain", "forms"),
    "it_is_applied_for_in_time": _form("apply_days_ahead"),
    "the_decision_is_short_enough": _form("longest_decision_months", "longest_first_decision_months"),
    "the_role_is_short_enough": _total,
    "the_law_makes_it_permanent": _conversion,
    "the_window_is_open": _whole("reopen_within_days"),
    "the_follow_up_is_asked_for": _whole("follow_up_after_days"),
    "the_deadline_has_passed": _deadline,
    "the_supervisor_is_trained": _training("supervisor"),
    "the_mentor_is_trained": _training("mentor"),
    "the_unit_is_trained": _training("share_of_unit"),
}
"""What each rule relies on, by its name."""
