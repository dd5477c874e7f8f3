"""What may begin a journey: who refers, in whose name, on which day, to which programme."""

from datetime import date

import pytest

from models.events.descriptions import name_of
from models.programme.programme import Programme
from models.stages import Stage
from tests.support.builders import Way
from tests.support.programmes import PREPAREDNESS, SERVICE
from tests.support.values import DAY, DESIGN_SOURCE, MONDAY, from_until


def test_a_coordinator_refers_in_the_name_of_any_partner_of_the_programme() -> None:
    for partner in SERVICE.referring_partners:
        way = Way()
        way.happens("referred", referring_partner=partner)
        assert way.state.stage is Stage.REFERRAL
        assert way.state.referring_partner == partner


def test_a_journey_begins_with_a_referral_and_nothing_else() -> None:
    message = Way().refuses("internship_agreed", "it_begins_with_a_referral", DESIGN_SOURCE)
    assert message.values == {"kind": name_of("internship_agreed")}


def test_a_partner_refers_in_its_own_name() -> None:
    Way().happens("referred", actor="partner:kommunen", referring_partner="kommunen")


def test_a_partner_cannot_refer_in_the_name_of_another() -> None:
    message = Way().refuses(
        "referred",
        "the_author_may_say_so",
        DESIGN_SOURCE,
        actor="partner:kommunen",
        referring_partner="arbetsformedlingen",
    )
    assert message.values == {"author": "kommunen", "referring_partner": "arbetsformedlingen"}


@pytest.mark.parametrize("author", ["arbetsformedlingen", "journey"])
def test_the_system_does_not_refer(author: str) -> None:
    Way().refuses("referred", "the_author_may_say_so", DESIGN_SOURCE, actor=f"system:{author}")


def test_a_referral_dated_tomorrow_is_taken_since_clocks_differ() -> None:
    Way().happens("referred", recorded=MONDAY - DAY)


def test_a_referral_dated_the_day_after_tomorrow_is_refused() -> None:
    message = Way().refuses("referred", "the_day_has_come", DESIGN_SOURCE, recorded=MONDAY - 2 * DAY)
    assert (message.id, message.values["effective_on"]) == ("the_day_has_come.in_the_future", str(MONDAY))


@pytest.mark.parametrize("day", [date(2016, 1, 1), date(2018, 12, 31)])
def test_a_programme_takes_referrals_on_its_first_and_its_last_day(day: date) -> None:
    Way(PREPAREDNESS, day).happens("referred")


@pytest.mark.parametrize("day", [date(2015, 12, 31), date(2019, 1, 1), date(2026, 3, 2)])
def test_a_programme_takes_no_referrals_before_its_first_day_or_after_its_last(day: date) -> None:
    message = Way(PREPAREDNESS, day).refuses("referred", "the_programme_is_open", PREPAREDNESS.source)
    assert message.values["bounds"] == from_until("2016-01-01", "2018-12-31")
    assert message.values["effective_on"] == str(day)


def test_a_referral_of_2018_can_be_registered_today() -> None:
    way = Way(PREPAREDNESS, date(2018, 5, 2))
    way.happens("referred", recorded=MONDAY)
    assert way.state.since == date(2018, 5, 2)
    assert way.state.touched_on == MONDAY


def test_a_programme_without_a_last_day_names_only_its_first() -> None:
    message = Way(SERVICE, date(2012, 12, 31)).refuses("referred", "the_programme_is_open", SERVICE.source)
    assert message.values["bounds"] == from_until("2013-01-01")


def test_a_programme_without_bounds_is_always_open() -> None:
    unbounded = SERVICE.model_copy(update={"valid_from": None, "valid_until": None})
    Way(unbounded, date(1990, 1, 1)).happens("referred")


@pytest.mark.parametrize(("rules", "stranger"), [(SERVICE, "kommunal"), (PREPAREDNESS, "kommunen")])
def test_a_partner_that_the_programme_does_not_name_may_not_refer(rules: Programme, stranger: str) -> None:
    day = date(2018, 3, 1)
    message = Way(rules, day).refuses(
        "referred", "the_partner_may_refer", rules.source, actor=f"partner:{stranger}", referring_partner=stranger
    )
    assert message.values["may"] == ", ".join(rules.referring_partners)


def test_a_second_referral_does_not_begin_the_journey_anew() -> None:
    way = Way()
    way.happens("referred")
    way.refuses("referred", "possible_in_this_stage", DESIGN_SOURCE)
