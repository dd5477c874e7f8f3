"""Every key of a form of employment has its effect: where one is changed, something is decided otherwise."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from activities.language import said
from models.programme.employment_form import ConversionRule, EmploymentForm, FormLimit, Replacement
from models.programme.programme import Programme
from models.rules.context import RuleContext
from models.rules.decision import Refusal
from models.rules.figures import figures
from models.state.deadlines import upcoming
from models.state.employment_limits import conversion, in_words, limits
from services.referrals.identity_numbers import age_limit_on
from tests.support.builders import Way
from tests.support.programmes import RULES, SERVICE
from tests.support.values import DAY, MONDAY, both

FORMS = {form.id: form for versions in RULES.forms.values() for form in versions}
EVERY = SERVICE.model_copy(update={"forms": tuple(FORMS.values()), "counted_forms": ()})


def changed(form: str, keys: str, value: object) -> Programme:
    """The rules with every form as it is, but for one key of one of them."""
    *parts, last = keys.split(".")
    part: Any = FORMS[form]
    update: dict[str, Any] = {last: value}
    for name in reversed(parts):
        update = {name: getattr(part, name).model_copy(update=update)}
    return EVERY.model_copy(
        update={"forms": (*(one for one in EVERY.forms if one.id != form), part.model_copy(update=update))}
    )


def employed(form: str, days: int, until: date = MONDAY - DAY) -> dict[str, Any]:
    return {"form": form, "starts_on": until - timedelta(days=days - 1), "ends_on": until}


def agreed(rules: Programme, form: str, days: int, *earlier: dict[str, Any], **referral: Any) -> Way | Refusal:
    """A role of so many days from Monday on, after earlier employments; or why it is refused."""
    way = Way(rules, MONDAY)
    way.happens("referred", earlier_employment=sorted(earlier, key=lambda one: one["starts_on"]), **referral)
    for kind in ("referral_accepted", "requirements_checked", "internship_agreed", "internship_completed"):
        way.happens(kind)
    way.happens("evaluation_recorded")
    event = way.event("temporary_role_agreed", **employed(form, days, MONDAY + timedelta(days=days - 1)))
    answer = way.propose(event)
    if isinstance(answer, Refusal):
        return answer
    way.accepts(event)
    return way


def decided(form: str, days: int, *earlier: dict[str, Any]) -> Callable[[Programme], object]:
    """Whether such a role is agreed; otherwise the rule that refuses it, and its source."""

    def observe(rules: Programme) -> object:
        found = agreed(rules, form, days, *earlier)
        return (found.rule, found.source) if isinstance(found, Refusal) else "agreed"

    return observe


def permanent(form: str, days: int, *earlier: dict[str, Any], **referral: Any) -> Callable[[Programme], object]:
    """What a coordinator reads of such a role: the day on which it becomes permanent, the warning, the words."""

    def observe(rules: Programme) -> object:
        way = agreed(rules, form, days, *earlier, **referral)
        assert isinstance(way, Way)
        found = conversion(way.state)
        warned = [(one.step, one.on) for one in upcoming(way.state) if one.deadline == "conversion"]
        return found and found.on, warned, [said(in_words(limit), "en") for limit in limits(way.state, MONDAY)]

    return observe


def relied_on(rules: Programme) -> object:
    """The figures that an auditor is shown of a decision."""
    way = agreed(rules, "introduction_job", 30)
    assert isinstance(way, Way)
    event = way.journey.entries[-1].event
    return figures("the_decision_is_short_enough", RuleContext(way.state, event.kind, MONDAY, event))


def told_age(rules: Programme) -> object:
    """The birthday that a referral tells of somebody who is 66."""
    form = rules.form("special_fixed_term")
    assert form is not None
    assert form.conversion is not None
    assert form.conversion.not_from_age is not None
    return age_limit_on("196001019814", {form.conversion.not_from_age}, MONDAY)


IN_APRIL = [employed("special_fixed_term", 1, date(2025, 4, day)) for day in (1, 14, 30)]
AVA = employed("general_fixed_term", 214, date(2022, 9, 30))

EFFECTS: list[tuple[str, str, object, Callable[[Programme], object]]] = [
    ("introduction_job", "id", "something_else", decided("introduction_job", 30)),
    ("special_fixed_term", "name", FORMS["substitute"].name, permanent("special_fixed_term", 30)),
    ("special_fixed_term", "valid_from", MONDAY + DAY, decided("special_fixed_term", 30)),
    ("general_fixed_term", "valid_until", None, decided("general_fixed_term", 30)),
    ("introduction_job", "longest_months", None, decided("introduction_job", 20, employed("introduction_job", 729))),
    ("introduction_job", "longest_decision_months", None, decided("introduction_job", 380)),
    ("wage_subsidy", "longest_first_decision_months", None, decided("wage_subsidy", 380)),
    ("summer_temporary", "counts_as", None, permanent("substitute", 60, employed("summer_temporary", 700))),
    ("new_start_job", "apply_days_ahead", None, decided("new_start_job", 30)),
    ("introduction_job", "source", both("another source"), decided("introduction_job", 800)),
    ("introduction_job", "verified", False, relied_on),
    ("special_fixed_term", "conversion", None, permanent("special_fixed_term", 400)),
    ("special_fixed_term", "conversion.more_than_days", 364, permanent("special_fixed_term", 400)),
    (
        "substitute",
        "conversion.within_years",
        1,
        permanent("substitute", 60, employed("substitute", 700)),
    ),
    (
        "special_fixed_term",
        "conversion.chain_gap_months",
        None,
        permanent(
            *("special_fixed_term", 100),
            employed("special_fixed_term", 300, date(2018, 10, 27)),
            employed("substitute", 2_520),
        ),
    ),
    (
        "special_fixed_term",
        "conversion.gaps_count_from_jobs_a_month",
        None,
        permanent("special_fixed_term", 350, *IN_APRIL),
    ),
    (
        "special_fixed_term",
        "conversion.not_from_age",
        None,
        permanent("special_fixed_term", 400, age_limit_on=MONDAY + timedelta(days=300)),
    ),
    ("special_fixed_term", "conversion.not_from_age", 70, told_age),
    ("special_fixed_term", "conversion.warn_days_before", 30, permanent("special_fixed_term", 400)),
    ("special_fixed_term", "conversion.law", "another law", permanent("special_fixed_term", 400)),
    ("general_fixed_term", "replaced_by", None, permanent("special_fixed_term", 200, AVA)),
    ("general_fixed_term", "replaced_by.form", "substitute", permanent("special_fixed_term", 200, AVA)),
    ("general_fixed_term", "replaced_by.from_day", date(2022, 5, 1), permanent("special_fixed_term", 200, AVA)),
    ("general_fixed_term", "replaced_by.law", "another law", permanent("special_fixed_term", 200, AVA)),
]


@pytest.mark.parametrize(
    ("form", "key", "value", "observe"), EFFECTS, ids=[f"{form}.{key}" for form, key, *_ in EFFECTS]
)
def test_a_key_that_is_changed_changes_what_is_decided(
    form: str, key: str, value: object, observe: Callable[[Programme], object]
) -> None:
    assert observe(changed(form, key, value)) != observe(EVERY)


def keys_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    parts: dict[str, type[BaseModel]] = {"conversion": ConversionRule, "replaced_by": Replacement}
    for name in model.model_fields:
        yield f"{prefix}{name}"
        if name in parts:
            yield from keys_of(parts[name], f"{name}.")


def test_every_key_is_among_those_that_have_an_effect() -> None:
    assert {key for _, key, *_ in EFFECTS} == set(keys_of(EmploymentForm))


def test_a_programme_limits_a_form_to_less_than_the_form_does() -> None:
    limit = FormLimit(form="establishment_job", longest_months=6, source=both("a plan"))
    rules = EVERY.model_copy(update={"form_limits": (limit,)})
    assert decided("establishment_job", 200)(EVERY) == "agreed"
    assert decided("establishment_job", 200)(rules) == ("the_role_is_short_enough", both("a plan"))
    other = rules.model_copy(update={"form_limits": (limit.model_copy(update={"form": "substitute"}),)})
    assert decided("establishment_job", 200)(other) == "agreed"
