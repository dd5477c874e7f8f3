"""Rules of time-limited and permanent roles: who decides, in which form, for how long."""

from datetime import date, timedelta

from models.events import events as e
from models.identifiers import Actor
from models.message import msg
from models.programme.employment_form import EmploymentForm
from models.rules.context import RuleContext
from models.rules.decision import NOTHING_PROPOSED, Held, Inapplicable, Judgement
from models.rules.durations import at_most, bounds_of
from models.rules.registry import Rule, rule
from models.state.employment_days import Span
from models.state.employment_limits import longest, used_before
from models.state.employments import told_of
from models.state.state import State

ONE_MAY_DECIDE = Inapplicable(
    msg("decided_by_two_people.one_may", "The programme lets the person who evaluated decide on the role.")
)
NOBODY_EVALUATED = Inapplicable(
    msg("decided_by_two_people.nobody_evaluated", "Nobody has evaluated yet, so nobody is kept from deciding.")
)
NO_FORM = Inapplicable(msg("the_form_is_still_open.no_form", "The role is in no form of the programme."))


def kept_from_deciding(state: State, actor: Actor) -> bool:
    """Whether somebody has evaluated, so that a colleague decides on the role."""
    return state.rules.decisions.by_two and actor.name in {evaluator.name for evaluator in state.evaluators}


EVALUATED = msg(
    "decided_by_two_people.same_person",
    "The person who evaluated cannot decide on the role. Ask a colleague to record the decision.",
)


@rule("decided_by_two_people", says="Who evaluated does not decide on the role.", uses=("decisions.by_two",))
def decided_by_two_people(context: RuleContext) -> Judgement:
    rule = context.state.rules.decisions
    if not rule.by_two:
        return ONE_MAY_DECIDE
    if context.event is None:
        return NOTHING_PROPOSED
    evaluators = sorted({evaluator.name for evaluator in context.state.evaluators})
    if not evaluators:
        return NOBODY_EVALUATED
    if not kept_from_deciding(context.state, context.event.actor):
        return Held(
            msg(
                "decided_by_two_people.holds",
                "{decider} decided, and {evaluators} evaluated.",
                decider=context.event.actor.name,
                evaluators=evaluators,
            )
        )
    return decided_by_two_people.refuse(EVALUATED, rule.source)


@rule(
    "the_form_is_open",
    says="The form of employment is one of the programme's and open to decisions on that day.",
    uses=("form.valid_from", "form.valid_until"),
)
def the_form_is_open(context: RuleContext) -> Judgement:
    """The form of employment is one of the programme's and open to decisions on the day it was decided."""
    event, rules = context.event, context.state.rules
    if not isinstance(event, e.TemporaryRoleAgreed):
        return NOTHING_PROPOSED
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
def the_form_is_still_open(context: RuleContext) -> Judgement:
    event = context.event
    if not isinstance(event, e.TemporaryRoleExtended):
        return NOTHING_PROPOSED
    if (form := _current_form(context.state, event)) is None:
        return NO_FORM
    return _closed_on(form, event.effective_on, the_form_is_still_open)


@rule(
    "the_decision_is_short_enough",
    says="One decision covers no more than the form allows at a time.",
    uses=("form.longest_decision_months", "form.longest_first_decision_months"),
)
def the_decision_is_short_enough(context: RuleContext) -> Judgement:
    """One agreement or extension covers at most what the form allows to be decided at a time."""
    event, state = context.event, context.state
    if isinstance(event, e.TemporaryRoleAgreed):
        form, starts_on = state.rules.form(event.form, event.effective_on), event.starts_on
    elif isinstance(event, e.TemporaryRoleExtended) and state.role and state.role.ends_on:
        form, starts_on = _current_form(state, event), state.role.ends_on + timedelta(days=1)
    else:
        return NOTHING_PROPOSED
    if form is None:
        return NO_FORM
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
        no_limit = msg("the_decision_is_short_enough.no_limit", "{form} has no limit to one decision.", form=form.name)
        return Inapplicable(no_limit)
    return at_most(the_decision_is_short_enough, form.source, what, starts_on, event.ends_on, months)


@rule(
    "the_role_is_short_enough",
    says="All roles in the form together last no longer than is allowed.",
    uses=("form.longest_months",),
)
def the_role_is_short_enough(context: RuleContext) -> Judgement:
    """All roles and earlier employments in one form together last at most what the form or the programme allows."""
    event, state = context.event, context.state
    if isinstance(event, e.TemporaryRoleAgreed):
        form, starts_on, earlier = state.rules.form(event.form, event.effective_on), event.starts_on, state.roles
    elif isinstance(event, e.TemporaryRoleExtended) and state.role:
        form, starts_on, earlier = _current_form(state, event), state.role.starts_on, state.roles[:-1]
    else:
        return NOTHING_PROPOSED
    if form is None:
        return NO_FORM
    if (limit := longest(state.rules, form)) is None:
        no_limit = msg(
            "the_role_is_short_enough.no_limit", "{form} has no limit to all roles together.", form=form.name
        )
        return Inapplicable(no_limit)
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


def _closed_on(form: EmploymentForm, day: date, broken: Rule) -> Judgement:
    if form.is_open_on(day):
        return _open_on(form, day)
    message = msg(
        "the_form_is_open.closed_on_the_day",
        "{form} is open to decisions {bounds}, not on {day}. Choose another employment form.",
        form=form.name,
        bounds=bounds_of(form),
        day=day,
    )
    return broken.refuse(message, form.source)


def _open_on(form: EmploymentForm, day: date) -> Held:
    if form.valid_from is None and form.valid_until is None:
        return Held(
            msg("the_form_is_open.unbounded", "{form} is a form of the programme, open on every day.", form=form.name)
        )
    return Held(
        msg(
            "the_form_is_open.holds",
            "{form} is open to decisions {bounds}, and this one is of {day}.",
            form=form.name,
            bounds=bounds_of(form),
            day=day,
        )
    )
