"""The chain of measures: each link hands over to the next, and nobody is sent back."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from models.programme.employment_form import ChainRule
from models.programme.programme import Programme
from models.stages import Stage
from tests.support.builders import Way, way_to_decision
from tests.support.programmes import SERVICE
from tests.support.values import both

SOURCE = both("the plan for handing over")
LINKS = ("summer_temporary", "substitute", "special_fixed_term")
CHAINED = SERVICE.model_copy(update={"chain": ChainRule(forms=LINKS, source=SOURCE)})


def linked(way: Way, form: str) -> Way:
    """A month in a form, ended and evaluated favourably."""
    way.happens("temporary_role_agreed", form=form, starts_on=way.day, ends_on=way.day + timedelta(days=30))
    way.later(30).happens("temporary_role_ended")
    way.happens("evaluation_recorded")
    return way


def test_a_person_goes_from_link_to_link_and_may_pass_one_by() -> None:
    way = linked(way_to_decision(CHAINED), "summer_temporary")
    linked(linked(way, "summer_temporary"), "special_fixed_term").happens("permanent_role_agreed")
    assert way.state.stage is Stage.PERMANENT_ROLE


def test_nobody_is_sent_back_along_the_chain() -> None:
    way = linked(way_to_decision(CHAINED), "substitute")
    message = way.refuses(
        "temporary_role_agreed",
        "the_chain_goes_forward",
        SOURCE,
        form="summer_temporary",
        starts_on=way.day,
        ends_on=way.day,
    )
    said = (message.values["reached"], message.values["forms"])
    assert said == ("substitute", "substitute, special_fixed_term")


def test_without_a_chain_forms_follow_in_any_order() -> None:
    linked(linked(way_to_decision(), "substitute"), "summer_temporary")


def test_a_chain_names_forms_of_its_programme() -> None:
    forms = (*LINKS, "preparedness_job")
    with pytest.raises(ValidationError, match=r"programme\.chain_form form=preparedness_job"):
        Programme.model_validate({**SERVICE.model_dump(), "chain": {"forms": forms, "source": SOURCE}})
