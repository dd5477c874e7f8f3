"""Ages on a day, and the last days of referrals and starts."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.language import said
from models.events.descriptions import in_words
from models.programme.admission import AgeRule
from models.stages import Stage
from tests.support.builders import Way, way_to
from tests.support.programmes import SERVICE
from tests.support.rule_cases import UNTIL, YOUNG, changed
from tests.support.values import MONDAY, both

SOURCE = both("the council's rules")


def ages(**said: Any) -> AgeRule:
    return AgeRule(source=SOURCE, **said)


@pytest.mark.parametrize(
    ("on", "referred_on", "day"),
    [
        ("referral", date(2026, 3, 2), date(2026, 3, 2)),
        ("06-01", date(2026, 3, 2), date(2026, 6, 1)),
        ("06-01", date(2026, 12, 31), date(2026, 6, 1)),
        ("2027-06-01", date(2026, 11, 30), date(2027, 6, 1)),
        ("02-29", date(2026, 3, 2), date(2026, 2, 28)),
        ("02-29", date(2028, 3, 2), date(2028, 2, 29)),
    ],
)
def test_the_age_counts_on_the_day_that_the_programme_says(on: str, referred_on: date, day: date) -> None:
    assert ages(on=on).day(referred_on) == day


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(2010, 6, 1), 16), (date(2010, 6, 2), 15), (date(2006, 6, 2), 19), (date(2006, 6, 1), 20)],
)
def test_somebody_is_a_year_older_on_the_birthday(born: date, age: int) -> None:
    assert ages(on="06-01").age(born, date(2026, 3, 2)) == age


@pytest.mark.parametrize("on", ["1 June", "6-1", "13-01", "00-10", "06-32", "born", "27-06-01", "0000-06-01"])
def test_a_day_that_is_none_is_refused(on: str) -> None:
    with pytest.raises(ValueError, match="on"):
        ages(on=on)


@pytest.mark.parametrize(
    ("bounds", "age", "why"),
    [
        ({"lowest": 16, "highest": 19}, 15, "between"),
        ({"lowest": 16, "highest": 19}, 20, "between"),
        ({"lowest": 16}, 15, "from"),
        ({"highest": 19}, 20, "up_to"),
        ({"lowest": 16}, None, "not_said"),
    ],
)
def test_who_is_of_another_age_is_not_referred(bounds: dict[str, int], age: int | None, why: str) -> None:
    way = Way(changed(ages=ages(**bounds)))
    told = way.refuses("referred", "the_person_is_of_the_age", SOURCE, age=age)
    assert told.id == f"the_person_is_of_the_age.{why}"


@pytest.mark.parametrize("age", [16, 19])
def test_who_is_of_the_lowest_or_highest_age_is_referred(age: int) -> None:
    Way(YOUNG).happens("referred", age=age)


@pytest.mark.parametrize("rules", [SERVICE, changed(ages=ages())])
def test_a_programme_without_bounds_asks_for_no_age(rules: Any) -> None:
    Way(rules).happens("referred")


def test_a_referral_after_its_last_day_is_refused() -> None:
    Way(UNTIL, MONDAY).happens("referred")
    Way(UNTIL, MONDAY + timedelta(days=1)).refuses("referred", "the_referral_is_in_time", both("an agreement"))


def test_people_begin_between_the_first_and_the_last_day() -> None:
    way, rule = way_to(Stage.AWAITING_PLACEMENT, UNTIL), ("it_starts_in_time", both("an agreement"))
    way.refuses("internship_agreed", *rule, starts_on=MONDAY + timedelta(days=8))
    way.happens("internship_agreed", starts_on=MONDAY + timedelta(days=7))
    assert UNTIL.admission is not None
    later = UNTIL.admission.model_copy(update={"starts_from": MONDAY + timedelta(days=1)})
    early = way_to(Stage.AWAITING_PLACEMENT, changed(admission=later))
    assert early.refuses("internship_agreed", *rule).id == "it_starts_in_time.too_early"


def test_what_follows_on_the_first_start_may_begin_on_any_day() -> None:
    way = way_to(Stage.EVALUATION, UNTIL).later(60)
    way.happens("evaluation_recorded")
    way.happens("temporary_role_agreed")


def test_a_referral_tells_group_age_and_last_unit_where_it_says_them() -> None:
    whole = Way(SERVICE).event("referred", group="near", age=0, last_unit="Bageriet").model_dump(mode="json")
    told = said(in_words(whole), "en")
    assert told.endswith("the candidate. Group: near. Age on the programme's day: 0. Last worked in Bageriet.")
    assert said(in_words(whole | {"group": None, "age": None, "last_unit": None}), "en").endswith("the candidate.")


@pytest.mark.parametrize(
    ("on", "there_is"), [("referral", True), ("02-29", True), ("06-31", False), ("2027-02-29", False)]
)
def test_a_day_that_no_month_has_is_no_day_to_be_of_an_age_on(on: str, there_is: bool) -> None:
    assert ages(on=on).has_the_day is there_is
