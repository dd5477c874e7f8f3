"""The figures of a programme that a rule relies on: their values, and where they are written.

A rule names them by their place in the programme, such as `internship.longest_months`. What depends on the event stands
under `form` (the form of employment that is agreed or extended), `profile` (that of the check) and `deadline`.
"""

from collections.abc import Callable, Iterator
from typing import Any

from models.events import events as e
from models.fields import Source, Strict
from models.programme.duties import rates_in_short
from models.programme.employment_form import EmploymentForm
from models.programme.interns import in_short
from models.programme.lengths import groups_in_short
from models.programme.requirement_profile import Requirement
from models.programme.sourced import Sourced
from models.rules.context import Asked
from models.rules.evaluation import to_be_scored
from models.rules.registry import RULES
from models.state.employment_limits import longest


class Figure(Strict):
    """A figure of the rules: where in the programme it stands, what it is called there, its value, and its source."""

    where: str
    name: str
    value: Any
    source: Source
    verified: bool


def figures(rule: str, context: Asked) -> list[Figure]:
    """What a rule, by its id, relies on. Nothing for rules that rest on no figure, or of another version."""
    found: list[Figure] = []
    for path in RULES[rule].uses if rule in RULES else ():
        part, _, name = path.rpartition(".")
        read = READERS.get(path) or READERS.get(part)
        found += read(context, name) if read else _of(part or "programme", _part(context, part), name)
    return found


def _part(context: Asked, part: str) -> Sourced | None:
    found: Sourced | None = getattr(context.rules, part) if part else context.rules
    return found


def _of(where: str, rule: Sourced | None, name: str) -> Iterator[Figure]:
    value = rule.model_dump(mode="json", include={name}).get(name) if rule else None
    if rule is not None and value is not None:
        yield _figure(where, rule, name, value)


def _figure(where: str, rule: Sourced, name: str, value: Any) -> Figure:
    return Figure(where=where, name=name, value=value, source=rule.source, verified=rule.verified)


def _form(context: Asked, name: str) -> Iterator[Figure]:
    """A figure of the form of employment that is agreed or extended, as it is on the day of that."""
    form = _form_of(context)
    return _of(f"forms.{form.id}", form, name) if form else iter(())


def _form_of(context: Asked) -> EmploymentForm | None:
    event, role = context.event, context.state.role if context.state else None
    if isinstance(event, e.TemporaryRoleAgreed | e.RoleConverted):
        return context.rules.form(event.form, event.effective_on)
    if isinstance(event, e.TemporaryRoleExtended) and role is not None and role.form is not None:
        return context.rules.form(role.form, event.effective_on)
    return None


def _total(context: Asked, name: str) -> Iterator[Figure]:
    """How long somebody may be employed in the form in all: what the form says, or less where the programme does."""
    form, rules = _form_of(context), context.rules
    allowed = longest(rules, form) if form else None
    if form is not None and allowed is not None:
        limit = rules.form_limit(form.id)
        by_programme = limit is not None and (form.longest_months is None or limit.longest_months < form.longest_months)
        where, rule = (f"form_limits.{form.id}", limit) if by_programme else (f"forms.{form.id}", form)
        yield from _of(where, rule, name)


def _conversion(context: Asked, _name: str) -> Iterator[Figure]:
    form = _form_of(context)
    if form is not None and form.conversion is not None:
        data = form.conversion.model_dump(mode="json", exclude={"law", "warn_days_before"}, exclude_none=True)
        where, law = f"forms.{form.id}.conversion", form.conversion.law
        for name, value in data.items():
            yield Figure(where=where, name=name, value=value, source=law, verified=form.verified)


def _requirements(context: Asked, name: str) -> Iterator[Figure]:
    check, rules = context.event, context.rules
    profile = rules.profile(check.profile) if isinstance(check, e.RequirementsChecked) else None
    if profile is not None:
        value = {one.id: _how_needed(one) for one in profile.requirements}
        yield _figure(f"profiles.{profile.id}", rules, name, value)


def _how_needed(one: Requirement) -> str:
    return "trainable" if one.trainable else "essential" if one.essential else "desirable"


def _package(context: Asked, name: str) -> Iterator[Figure]:
    rule = context.rules.training
    if rule is not None:
        yield _figure("training", rule, name, rule.package.id)


def _interns(context: Asked, name: str) -> Iterator[Figure]:
    rule = context.rules.internship
    if rule.interns_per_employees:
        yield _figure("internship", rule, name, in_short(rule.interns_per_employees))


def _lengths(context: Asked, name: str) -> Iterator[Figure]:
    """The lengths of each group; once the referral has said the group, of that alone."""
    rule = context.rules.internship
    group = context.state.group if context.state else None
    found = [one for one in rule.lengths if group in (None, one.group)]
    if found:
        yield _figure("internship", rule, name, groups_in_short(found))


def _hours(context: Asked, name: str) -> Iterator[Figure]:
    """Between how many hours a week, of an internship or of a role."""
    rule, event = context.rules.hours, context.event
    span = rule.of(event.kind) if rule and event else None
    if rule is not None and span is not None and getattr(rule, name) is span:
        yield _figure("hours", rule, name, f"{span.lowest or ''}-{span.highest or ''}")


def _form_lengths(context: Asked, name: str) -> Iterator[Figure]:
    """A length for which a role in the form is agreed."""
    form = _form_of(context)
    length = context.rules.form_length(form.id) if form else None
    if length is not None and (value := getattr(length, name)):
        told = ", ".join(map(str, value)) if isinstance(value, tuple) else value
        yield _figure(f"form_lengths.{length.form}", length, name, told)


def _periods(context: Asked, name: str) -> Iterator[Figure]:
    rules = context.rules
    if rules.periods:
        days = (f"{one.id} {one.starts_on} - {one.ends_on}" for one in rules.periods)
        yield _figure("programme", rules, name, ", ".join(days))


def _cohorts(context: Asked, name: str) -> Iterator[Figure]:
    rules = context.rules
    if rules.cohorts:
        told = (f"{one.id} {one.starts_on} - {one.ends_on}: {one.places}" for one in rules.cohorts)
        yield _figure("programme", rules, name, ", ".join(told))


def _criteria(context: Asked, name: str) -> Iterator[Figure]:
    rules = context.rules
    rule: Sourced = rules.evaluation if rules.evaluation is not None and rules.scores_what_was_learnt else rules
    if context.state is not None:
        yield _figure("programme", rule, name, ", ".join(to_be_scored(context.state)))


def _towns(context: Asked, name: str) -> Iterator[Figure]:
    towns = ", ".join(f"{town.id} {town.name}" for town in context.rules.towns)
    if towns:
        yield _figure("programme", context.rules, name, towns)


def _deadline(context: Asked, name: str) -> Iterator[Figure]:
    passed = context.event.deadline if isinstance(context.event, e.DeadlinePassed) else None
    for rule in context.rules.deadlines:
        value = rule.model_dump(mode="json", include={name}).get(name)
        if rule.name == passed and value is not None:
            yield _figure(f"deadlines.{rule.name}", context.rules, name, value)


def _duty(context: Asked, name: str) -> Iterator[Figure]:
    asked = context.event.duty if isinstance(context.event, e.DutyDone) else None
    for rule in context.rules.duties:
        if rule.id == asked:
            yield from _of(f"duties.{rule.id}", rule, name)


def _rates(context: Asked, name: str) -> Iterator[Figure]:
    asked = context.event.duty if isinstance(context.event, e.DutyDone) else None
    for rule in context.rules.duties:
        if rule.id == asked and rule.rates:
            yield _figure(f"duties.{rule.id}", rule, name, rates_in_short(rule.rates))


READERS: dict[str, Callable[[Asked, str], Iterator[Figure]]] = {
    "cohorts": _cohorts,
    "criteria": _criteria,
    "deadline": _deadline,
    "duty": _duty,
    "duty.rates": _rates,
    "form": _form,
    "form.conversion": _conversion,
    "form.longest_months": _total,
    "form_lengths": _form_lengths,
    "hours": _hours,
    "internship.lengths": _lengths,
    "internship.interns_per_employees": _interns,
    "periods": _periods,
    "profile.requirements": _requirements,
    "towns": _towns,
    "training.package": _package,
}
"""How a figure is read that does not simply stand in the programme: by its place, or the part that it stands under."""
