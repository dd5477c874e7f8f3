"""Rules of time-limited and permanent roles: who decides, in which form, for how long."""

from datetime import date, timedelta

from models.events import events as e
from models.message import msg
from models.programme.employment_form import EmploymentForm
from models.rules.context import RuleContext
from models.rules.decision import Refusal
from models.rules.durations import at_most, bounds_of
from models.rules.registry import Rule, rule
from models.state.employment_days import Span
from models.state.employment_limits import longest, used_before
from models.state.employments import told_of
from models.state.state import State


@rule("decided_by_two_people", says="Who evaluated does not decide on the role.", uses=("decisions.by_two",))
def decided_by_two_people(context: RuleContext) -> Refusal | None:
    rule = context.state.rules.decisions
    if not rule.by_two or context.event is None:
        return None
    if context.event.actor.name not in {evaluator.name for evaluator in context.state.evaluators}:
        return None
    message = msg(
        "decided_by_two_people.same_person",
        "The person who evaluated cannot decide on the role. Ask a colleague to record the decision.",
    )
    return decided_by_two_people.refuse(message, rule.source)


@rule(
    "the_form_is_open",
    says="The form of employment is one of the programme's and open to decisions on that day.",
    uses=("form.valid_from", "form.valid_until"),
)
def the_form_is_open(context: RuleContext) -> Refusal | None:
    """The form of employment is one of the programme's and open to decisions on the day it was decided."""
    event, rules = context.event, context.state.rules
    if not isinstance(event, e.TemporaryRoleAgreed):
        return None
    form = rules.form(event.form, event.effective_on)
    if form is None:
        known = ", ".join(dict.fromkeys(form.id for form in rules.forms)) or "none"
        return the_form_is_open.refuse(
            msg(
                "the_form_is_open.unknown",
                "Unknown employment form {form}. Available: {known}.",
                form=event.form,
                known=known,
            ),
            rules.source,
        )
    return _closed_on(form, event.effective_on, the_form_is_open)


@rule(
    "the_form_is_still_open",
    says="The form of employment is open to decisions on that day.",
    uses=("form.valid_from", "form.valid_until"),
)
def the_form_is_still_open(context: RuleContext) -> Refusal | None:
    event = context.event
    if not isinstance(event, e.TemporaryRoleExtended) or (form := _current_form(context.state, event)) is None:
        return None
    return _closed_on(form, event.effective_on, the_form_is_still_open)


@rule(
    "the_decision_is_short_enough",
    says="One decision covers no more than the form allows at a time.",
    uses=("form.longest_decision_months", "form.longest_first_decision_months"),
)
def the_decision_is_short_enough(context: RuleContext) -> Refusal | None:
    """One agreement or extension covers at most what the form allows to be decided at a time."""
    event, state = context.event, context.state
    if isinstance(event, e.TemporaryRoleAgreed):
        form, starts_on = state.rules.form(event.form, event.effective_on), event.starts_on
    elif isinstance(event, e.TemporaryRoleExtended) and state.role and state.role.ends_on:
        form, starts_on = _current_form(state, event), state.role.ends_on + timedelta(days=1)
    else:
        return None
    if form is None:
        return None
    what, months = (
        msg("the_decision_is_short_enough.one", "One decision on {form}", form=form.name),
        form.longest_decision_months,
    )
    if form.longest_first_decision_months is not None and _is_first_in(form, event, state):
        what, months = (
            msg("the_decision_is_short_enough.first", "The first decision on {form}", form=form.name),
            form.longest_first_decision_months,
        )
    if months is None:
        return None
    return at_most(the_decision_is_short_enough, form.source, what, starts_on, event.ends_on, months)


@rule(
    "the_role_is_short_enough",
    says="All roles in the form together last no longer than is allowed.",
    uses=("form.longest_months",),
)
def the_role_is_short_enough(context: RuleContext) -> Refusal | None:
    """All roles and earlier employments in one form together last at most what the form or the programme allows."""
    event, state = context.event, context.state
    if isinstance(event, e.TemporaryRoleAgreed):
        form, starts_on, earlier = state.rules.form(event.form, event.effective_on), event.starts_on, state.roles
    elif isinstance(event, e.TemporaryRoleExtended) and state.role:
        form, starts_on, earlier = _current_form(state, event), state.role.starts_on, state.roles[:-1]
    else:
        return None
    if form is None or (limit := longest(state.rules, form)) is None:
        return None
    months, source = limit
    used = used_before(state, form.id, earlier, Span(starts_on, event.ends_on))
    what = msg("the_role_is_short_enough.what", "{form}, all roles together,", form=form.name)
    return at_most(the_role_is_short_enough, source, what, starts_on, event.ends_on, months, used)


def _current_form(state: State, event: e.TemporaryRoleExtended) -> EmploymentForm | None:
    """The form of the role of today, as it is on the day on which more of it is decided."""
    return state.rules.form(state.role.form, event.effective_on) if state.role and state.role.form else None


def _is_first_in(form: EmploymentForm, event: e.Event, state: State) -> bool:
    held = {*(role.form for role in state.roles), *(job.form for job in told_of(state))}
    return isinstance(event, e.TemporaryRoleAgreed) and form.id not in held


def _closed_on(form: EmploymentForm, day: date, broken: Rule) -> Refusal | None:
    if form.is_open_on(day):
        return None
    message = msg(
        "the_form_is_open.closed_on_the_day",
        "{form} is open to decisions {bounds}, not on {day}. Choose another employment form.",
        form=form.name,
        bounds=bounds_of(form),
        day=day,
    )
    return broken.refuse(message, form.source)
