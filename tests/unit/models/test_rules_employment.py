"""Rules of time-limited and permanent roles: who decides, in which form, for how long; at the limit and one beyond."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.programme.employment_form import EmploymentForm, FormLimit
from models.programme.programme import Programme
from models.rules.decision import Proposal
from models.stages import Stage
from tests.support.builders import Way, way_to, way_to_decision
from tests.support.programmes import PREPAREDNESS, SERVICE
from tests.support.values import DAY, DESIGN_SOURCE, EVALUATOR, MONDAY, both, from_until


def form(rules: Programme, form_id: str) -> EmploymentForm:
    found = rules.form(form_id)
    assert found is not None
    return found


VASA = form(PREPAREDNESS, "preparedness_job")
LIMITED = SERVICE.model_copy(
    update={
        "form_limits": (
            FormLimit(form="special_fixed_term", longest_months=12, source=both("the division lets nobody convert")),
            FormLimit(form="substitute", longest_months=24, source=both("the division lets nobody convert")),
        )
    }
)
"""The service division as it would be if it let no role last until the law makes it permanent."""

SUMMER = form(SERVICE, "summer_temporary")
SPECIAL = form(SERVICE, "special_fixed_term")
SUBSTITUTE = form(SERVICE, "substitute")


def role(form_id: str, starts_on: date, ends_on: date) -> dict[str, Any]:
    return {"form": form_id, "starts_on": starts_on, "ends_on": ends_on}


def vasa(starts_on: date, ends_on: date) -> dict[str, Any]:
    return role(VASA.id, starts_on, ends_on)


def next_decision(way: Way, day: date) -> Way:
    """The role ended on a day, and was evaluated favourably."""
    way.day = day
    way.happens("temporary_role_ended")
    way.happens("evaluation_recorded")
    return way


# Two people


@pytest.mark.parametrize("kind", ["temporary_role_agreed", "permanent_role_agreed"])
def test_who_evaluated_does_not_decide_on_the_role(kind: str) -> None:
    way = way_to_decision()
    message = way.refuses(kind, "decided_by_two_people", SERVICE.decisions.source, actor=EVALUATOR)
    assert message.id == "decided_by_two_people.same_person"
    way.happens(kind)


@pytest.mark.parametrize("hat", ["coordinator", "manager"])
def test_one_person_does_not_become_two_by_acting_in_another_role(hat: str) -> None:
    name = EVALUATOR.partition(":")[2]
    way_to_decision().refuses(
        "permanent_role_agreed", "decided_by_two_people", SERVICE.decisions.source, actor=f"{hat}:{name}"
    )


@pytest.mark.parametrize("kind", ["temporary_role_extended", "permanent_role_agreed"])
def test_who_evaluated_does_not_decide_on_what_follows_the_role_either(kind: str) -> None:
    way = way_to(Stage.TEMPORARY_ROLE)
    way.refuses(kind, "decided_by_two_people", SERVICE.decisions.source, actor=EVALUATOR)
    way.happens(kind)


def test_who_evaluated_may_decide_where_the_programme_lets_one_person_do_both() -> None:
    alone = SERVICE.model_copy(update={"decisions": SERVICE.decisions.model_copy(update={"by_two": False})})
    way_to_decision(alone).happens("permanent_role_agreed", actor=EVALUATOR)


def test_an_evaluation_by_a_colleague_lets_the_first_evaluator_decide() -> None:
    way = way_to_decision()
    way.happens("evaluation_recorded", actor="supervisor:jonas.alm")
    way.happens("permanent_role_agreed", actor=EVALUATOR)


def test_who_made_the_evaluation_favourable_by_correcting_it_does_not_decide_on_the_role() -> None:
    way = way_to(Stage.EVALUATION)
    evaluation = way.happens("evaluation_recorded", favourable=False)
    way.happens(
        "corrected",
        actor="manager:lena.strand",
        corrects=evaluation.event_id,
        replacement=evaluation.model_copy(update={"favourable": True}),
    )
    way.refuses("permanent_role_agreed", "decided_by_two_people", SERVICE.decisions.source, actor="manager:lena.strand")


# The form of employment


def test_a_preparedness_job_of_2018_can_be_registered_today() -> None:
    way = way_to_decision(PREPAREDNESS, date(2018, 3, 1))
    decided, starts_on = date(2018, 12, 31), date(2019, 1, 7)
    way.happens(
        "temporary_role_agreed",
        recorded=MONDAY,
        effective_on=decided,
        **vasa(starts_on, date(2020, 1, 6)),
    )
    assert way.state.role is not None
    assert way.state.role.form == "preparedness_job"


@pytest.mark.parametrize("decided", [date(2019, 1, 1), MONDAY])
def test_a_preparedness_job_decided_after_2018_is_refused_with_its_source(decided: date) -> None:
    way = way_to_decision(PREPAREDNESS, date(2018, 3, 1))
    way.day = decided
    message = way.refuses(
        "temporary_role_agreed",
        "the_form_is_open",
        VASA.source,
        **vasa(decided, decided + timedelta(days=30)),
    )
    assert message.id == "the_form_is_open.closed_on_the_day"
    assert message.values["bounds"] == from_until("2016-01-01", "2018-12-31")
    assert message.values["day"] == str(decided)


def test_special_fixed_term_employment_is_open_from_its_first_day_on() -> None:
    way = way_to_decision(day=date(2022, 9, 30))
    ends_on = date(2022, 12, 31)
    way.refuses(
        "temporary_role_agreed", "the_form_is_open", SPECIAL.source, **role(SPECIAL.id, date(2022, 9, 30), ends_on)
    )
    way.later(1).happens("temporary_role_agreed", **role(SPECIAL.id, date(2022, 10, 1), ends_on))


def test_a_role_has_one_of_the_programmes_forms() -> None:
    message = way_to_decision().refuses("temporary_role_agreed", "the_form_is_open", SERVICE.source, form=VASA.id)
    assert message.values["known"] == "summer_temporary, special_fixed_term, substitute"


def test_a_programme_without_forms_says_so() -> None:
    formless = SERVICE.model_copy(update={"forms": ()})
    message = way_to_decision(formless).refuses("temporary_role_agreed", "the_form_is_open", SERVICE.source)
    assert message.values["known"] == "none"


def test_an_extension_is_a_decision_too_and_needs_an_open_form() -> None:
    way = way_to_decision(PREPAREDNESS, date(2018, 3, 1))
    way.happens("temporary_role_agreed", **vasa(date(2018, 3, 1), date(2018, 12, 31)))
    longer = {"ends_on": date(2019, 3, 31)}
    way.day = date(2018, 12, 31)
    assert isinstance(way.propose(way.event("temporary_role_extended", **longer)), Proposal)
    way.later(1).refuses("temporary_role_extended", "the_form_is_still_open", VASA.source, **longer)


# For how long


@pytest.mark.parametrize(
    ("starts_on", "last_day"),
    [(date(2018, 3, 1), date(2019, 2, 28)), (date(2016, 1, 1), date(2016, 12, 31))],
)
def test_a_preparedness_job_is_decided_for_twelve_months_at_a_time_and_not_a_day_more(
    starts_on: date, last_day: date
) -> None:
    way = way_to_decision(PREPAREDNESS, starts_on)
    message = way.refuses(
        "temporary_role_agreed", "the_decision_is_short_enough", VASA.source, **vasa(starts_on, last_day + DAY)
    )
    assert (message.id, message.values["months"]) == ("duration.too_long", "12")
    assert message.values["last_day"] == str(last_day)
    way.happens("temporary_role_agreed", **vasa(starts_on, last_day))


@pytest.mark.parametrize("year", [2016, 2017, 2018])
def test_two_decisions_of_twelve_months_fill_the_twenty_four_and_not_a_day_more(year: int) -> None:
    first, second, third = date(year, 3, 1), date(year + 1, 3, 1), date(year + 2, 3, 1)
    way = way_to_decision(PREPAREDNESS, first)
    way.happens("temporary_role_agreed", **vasa(first, second - DAY))
    assert isinstance(way.propose(way.event("temporary_role_extended", ends_on=third - DAY)), Proposal)
    way.refuses("temporary_role_extended", "the_decision_is_short_enough", VASA.source, ends_on=third)
    way.happens("temporary_role_extended", ends_on=second + timedelta(days=30))
    message = way.refuses("temporary_role_extended", "the_role_is_short_enough", VASA.source, ends_on=third)
    assert (message.values["months"], message.values["last_day"]) == ("24", str(third - DAY))
    way.happens("temporary_role_extended", ends_on=third - DAY)


@pytest.mark.parametrize("year", [2016, 2017])
def test_two_roles_of_twelve_months_fill_the_twenty_four_in_leap_years_too(year: int) -> None:
    first, second, third = date(year, 1, 1), date(year + 1, 1, 1), date(year + 2, 1, 1)
    way = way_to_decision(PREPAREDNESS, first)
    way.happens("temporary_role_agreed", **vasa(first, second - DAY))
    next_decision(way, second - DAY)
    way.happens("temporary_role_agreed", **vasa(second, third - DAY))


@pytest.mark.parametrize("year", [2016, 2017])
def test_an_earlier_role_in_the_form_counts_to_the_day(year: int) -> None:
    """Twelve months and one day are used, so that a second role of twelve months is one day too long."""
    first, second, third = date(year, 1, 1), date(year + 1, 1, 1), date(year + 2, 1, 1)
    way = way_to_decision(PREPAREDNESS, first)
    way.happens("temporary_role_agreed", **vasa(first, second - DAY))
    way.happens("temporary_role_extended", ends_on=second)
    next_decision(way, second)
    message = way.refuses("temporary_role_agreed", "the_role_is_short_enough", VASA.source, **vasa(second + DAY, third))
    assert (message.values["months"], message.values["last_day"]) == ("24", str(third - DAY))
    way.happens("temporary_role_agreed", **vasa(second + DAY, third - DAY))


def test_a_role_counts_until_the_day_on_which_it_ended() -> None:
    way = way_to_decision(PREPAREDNESS, date(2016, 1, 1))
    way.happens("temporary_role_agreed", **vasa(date(2016, 1, 1), date(2016, 12, 31)))
    next_decision(way, date(2016, 1, 31))
    way.happens("temporary_role_agreed", **vasa(date(2016, 2, 1), date(2017, 1, 31)))
    way.happens("temporary_role_extended", ends_on=date(2017, 12, 31))
    way.refuses("temporary_role_extended", "the_role_is_short_enough", VASA.source, ends_on=date(2018, 1, 1))


@pytest.mark.parametrize(
    ("form_id", "last_day"),
    [
        ("summer_temporary", date(2026, 7, 1)),
        ("special_fixed_term", date(2027, 3, 1)),
        ("substitute", date(2028, 3, 1)),
    ],
)
def test_each_form_has_its_own_longest_time_or_the_programmes(form_id: str, last_day: date) -> None:
    way = way_to_decision(LIMITED)
    rule = "the_decision_is_short_enough" if form_id == "summer_temporary" else "the_role_is_short_enough"
    limit = LIMITED.form_limit(form_id)
    source = limit.source if limit else form(SERVICE, form_id).source
    way.refuses("temporary_role_agreed", rule, source, **role(form_id, MONDAY, last_day + DAY))
    way.happens("temporary_role_agreed", **role(form_id, MONDAY, last_day))


def test_time_in_another_form_is_not_counted() -> None:
    way = way_to_decision(LIMITED)
    way.happens("temporary_role_agreed", **role("special_fixed_term", MONDAY, date(2027, 3, 1)))
    next_decision(way, date(2027, 3, 1))
    way.refuses(
        "temporary_role_agreed",
        "the_role_is_short_enough",
        LIMITED.form_limits[0].source,
        **role("special_fixed_term", date(2027, 3, 2), date(2027, 3, 2)),
    )
    way.happens("temporary_role_agreed", **role("substitute", date(2027, 3, 2), date(2029, 3, 1)))


def test_a_form_without_a_longest_time_lets_a_role_last() -> None:
    way = way_to_decision()
    way.happens("temporary_role_agreed", **role("substitute", MONDAY, date(2045, 1, 1)))
    way.happens("temporary_role_extended", ends_on=date(2090, 1, 1))


def test_a_role_is_shortened_to_its_first_day_and_not_to_the_day_before() -> None:
    way = way_to(Stage.TEMPORARY_ROLE)
    way.refuses("temporary_role_extended", "it_ends_after_it_starts", DESIGN_SOURCE, ends_on=MONDAY - DAY)
    way.happens("temporary_role_extended", ends_on=MONDAY)
    assert way.state.agreed_end == MONDAY


def test_a_person_passes_several_links_of_the_chain_and_keeps_what_the_last_one_gave() -> None:
    way = way_to_decision()
    way.happens("temporary_role_agreed", **role("summer_temporary", MONDAY, date(2026, 6, 30)))
    next_decision(way, date(2026, 6, 30))
    way.happens("temporary_role_agreed", **role("substitute", date(2026, 7, 1), date(2026, 12, 31)))
    next_decision(way, date(2026, 12, 31))
    way.happens("permanent_role_agreed", position="lasarettet_ward_service", starts_on=date(2027, 1, 1))
    assert way.state.stage is Stage.PERMANENT_ROLE
    assert [held.form for held in way.state.roles] == ["summer_temporary", "substitute", None]
    assert way.state.roles[-1].ends_on is None
