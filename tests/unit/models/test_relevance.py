"""Profiles and positions thought through: each thing that one may lack is found, and nobody is held against it."""

from typing import Any

import pytest

from activities.language import said
from models.message import Message
from models.programme.position import Position
from models.programme.programme import Programme, RelevanceRule
from models.programme.requirement_profile import Confirmation, Formal, RequirementProfile
from models.programme.review import review_position, review_profile
from models.stages import Stage
from tests.support.builders import way_to
from tests.support.programmes import PREPAREDNESS, RULES, SERVICE, met, requirement
from tests.support.values import MONDAY, both, is_one_sentence

POSITION = next(position for position in RULES.positions if position.id == "lasarettet_transport")
SOURCE = both("the county council's advice on profiles")
CONFIRMED = {"office": "Arbetsförmedlingen Umeå", "on": "2026-01-15"}


def profile(**changes: Any) -> RequirementProfile:
    """A profile of one requirement."""
    return RequirementProfile(id="driver", title=both("Driver"), requirements=(requirement("licence", **changes),))


def found(**changes: Any) -> list[tuple[str, str | None]]:
    concerns = list(review_profile(profile(**changes)))
    assert all(is_one_sentence(said(concern.message, "en")) for concern in concerns)
    return [(concern.check, concern.requirement) for concern in concerns]


def programme(*, relevance: RelevanceRule | None, **changes: Any) -> Programme:
    """The service division with one profile, of one requirement."""
    return SERVICE.model_copy(update={"profiles": (profile(**changes),), "relevance": relevance})


def about(position: Position, *programmes: Programme) -> list[str]:
    concerns = review_position(position, programmes)
    assert all(position.id in said(concern.message, "en") for concern in concerns)
    return [concern.check for concern in concerns]


# The review of a profile


def test_an_essential_requirement_needs_a_reason_and_a_desirable_one_does_not() -> None:
    assert found(why=None) == [("the_requirement_has_a_reason", "licence")]
    assert found(why="Samples are driven between two hospitals") == []
    assert found(why=None, essential=False) == []


@pytest.mark.parametrize("formal", Formal)
def test_an_essential_formal_requirement_is_confirmed_with_the_agency(formal: Formal) -> None:
    assert found(formal=formal) == [("the_formal_requirement_is_confirmed", "licence")]
    assert found(formal=formal, confirmed=CONFIRMED) == []
    assert found(formal=formal, essential=False) == []


def test_everything_that_a_profile_lacks_is_found_at_once() -> None:
    assert [check for check, _ in found(why=None, formal="degree")] == [
        "the_requirement_has_a_reason",
        "the_formal_requirement_is_confirmed",
    ]


# The review of a position


def test_the_positions_and_profiles_of_the_files_are_thought_through() -> None:
    for position in RULES.positions:
        assert about(position, *(RULES.programme(name) for name in position.programmes)) == []


def test_a_position_names_the_staffing_need_that_it_fills() -> None:
    without = POSITION.model_copy(update={"staffing_need": None})
    assert about(without, SERVICE) == ["the_position_states_a_need"]


def test_a_position_has_a_supervisor_where_its_programme_demands_one() -> None:
    without = POSITION.model_copy(update={"supervisor": None})
    assert about(without, SERVICE) == ["the_position_has_a_supervisor"]
    free = SERVICE.internship.model_copy(update={"supervisor_required": False})
    assert about(without, SERVICE.model_copy(update={"internship": free})) == []


def test_a_position_has_a_mentor_where_its_programme_demands_one() -> None:
    assert POSITION.mentor is None
    demanding = SERVICE.internship.model_copy(update={"mentor_required": True})
    strict = SERVICE.model_copy(update={"internship": demanding})
    assert about(POSITION, strict) == ["the_position_has_a_mentor"]
    assert about(POSITION.model_copy(update={"mentor": "eva.sjo"}), strict) == []


def test_what_two_programmes_find_alike_is_said_once() -> None:
    without = POSITION.model_copy(update={"staffing_need": None})
    assert about(without, SERVICE, SERVICE) == ["the_position_states_a_need"]


def test_the_review_of_a_position_looks_at_the_profile_that_it_asks_for() -> None:
    position = POSITION.model_copy(update={"profile": "driver"})
    [concern] = review_position(position, [programme(relevance=None, formal="driving_licence")])
    assert (concern.check, concern.requirement) == ("the_formal_requirement_is_confirmed", "licence")


# The rule: nobody is held against a profile that was not thought through


def check_refused(relevance: RelevanceRule, **changes: Any) -> Message:
    rules = programme(relevance=relevance, **changes)
    way = way_to(Stage.REQUIREMENT_CHECK, rules)
    rule, source = "the_profile_is_thought_through", relevance.source
    return way.refuses("requirements_checked", rule, source, profile="driver", findings=met(rules.profiles[0]))


def check_accepted(relevance: RelevanceRule | None, **changes: Any) -> None:
    rules = programme(relevance=relevance, **changes)
    way = way_to(Stage.REQUIREMENT_CHECK, rules)
    way.happens("requirements_checked", profile="driver", findings=met(rules.profiles[0]))
    assert way.state.stage is Stage.AWAITING_PLACEMENT


def test_nobody_is_held_against_an_essential_requirement_without_a_reason() -> None:
    message = check_refused(RelevanceRule(source=SOURCE), why=None)
    concern = Message(id="review.no_reason", values={"requirement": "licence"})
    assert message.values == {"profile": "driver", "concern": concern}


def test_nobody_is_held_against_a_formal_requirement_that_nobody_has_confirmed() -> None:
    concern = check_refused(RelevanceRule(source=SOURCE), formal="degree").values["concern"]
    assert isinstance(concern, Message)
    assert concern.id == "review.formal_unconfirmed"
    check_accepted(RelevanceRule(source=SOURCE), formal="degree", confirmed=CONFIRMED)


def test_an_unfit_profile_turns_nobody_away_either() -> None:
    """Whoever does not meet an unreasoned requirement must not be turned away because of it."""
    rules = programme(relevance=RelevanceRule(source=SOURCE), why=None)
    way = way_to(Stage.REQUIREMENT_CHECK, rules)
    unmet = met(rules.profiles[0], licence="unmet")
    way.refuses("requirements_checked", "the_profile_is_thought_through", SOURCE, profile="driver", findings=unmet)


def test_each_programme_says_what_its_profiles_must_show() -> None:
    check_accepted(None, why=None, formal="degree")
    check_accepted(RelevanceRule(source=SOURCE, reasons_required=False), why=None)
    check_accepted(RelevanceRule(source=SOURCE, confirmation_required=False), formal="degree")
    check_refused(RelevanceRule(source=SOURCE, confirmation_required=False), why=None)
    check_refused(RelevanceRule(source=SOURCE, reasons_required=False), formal="degree")


def test_the_programmes_of_the_files_ask_for_both() -> None:
    for rules in (SERVICE, PREPAREDNESS):
        assert rules.relevance is not None
        assert rules.relevance.reasons_required
        assert rules.relevance.confirmation_required


def test_a_confirmation_names_the_office_and_the_day() -> None:
    confirmation = profile(confirmed=CONFIRMED).requirements[0].confirmed
    assert confirmation == Confirmation(office="Arbetsförmedlingen Umeå", on=MONDAY.replace(month=1, day=15))


def test_rules_from_before_there_was_a_review_are_read_as_they_were() -> None:
    old = SERVICE.model_dump(mode="json", exclude={"relevance"})
    for one in old["profiles"]:
        for asked in one["requirements"]:
            del asked["formal"], asked["confirmed"]
    assert Programme.model_validate(old).relevance is None
