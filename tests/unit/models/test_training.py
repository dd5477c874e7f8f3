"""Training: what counts on which day, and what must be taken before an internship begins."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from activities.language import said as told
from models.programme.training import (
    Completion,
    TrainingDemand,
    TrainingPackage,
    TrainingRule,
    expiring,
    lacks,
)
from models.rules.recording import TRAINING_RULES
from tests.support.programmes import RULES
from tests.support.values import MONDAY, both, is_one_sentence

UNIT = "Lasarettet, interna transporter"
PACKAGE = TrainingPackage.model_validate(
    {
        "id": "values",
        "name": {"sv": "Värdegrund", "en": "Values"},
        "parts": [{"id": part, "name": {"sv": part, "en": part}} for part in ("first", "second")],
        "valid_months": 12,
        "source": both("a project model"),
    }
)


def took(person: str, *parts: str, on: date = MONDAY) -> list[Completion]:
    return [Completion(person, part, on) for part in parts or ("first", "second")]


def refused(rule: dict[str, Any], taken: dict[str, list[Completion]], staff: tuple[str, ...] = (), **but: Any) -> str:
    """The name of the first rule that refuses; empty where none does. Its sentence must be one."""
    demand = TrainingDemand(
        rule=TrainingRule(package=PACKAGE, source=both("a project model"), **rule),
        position="lasarettet_transport",
        starts_on=MONDAY,
        **{"supervisor": "jonas.alm", "mentor": "eva.sjo", **but},
    )
    for one in TRAINING_RULES:
        refusal = one(demand, UNIT, staff, taken)
        if refusal is not None:
            assert is_one_sentence(told(refusal.message, "en")), refusal
            return refusal.rule
    return ""


# What counts


def test_a_part_counts_from_its_day_to_the_day_before_it_expires() -> None:
    assert lacks(PACKAGE, took("a"), MONDAY - timedelta(days=1)) == ["first", "second"]
    assert lacks(PACKAGE, took("a"), MONDAY) == []
    assert lacks(PACKAGE, took("a"), date(2027, 3, 1)) == []
    assert lacks(PACKAGE, took("a"), date(2027, 3, 2)) == ["first", "second"]


def test_a_package_without_a_limit_never_expires() -> None:
    lasting = PACKAGE.model_copy(update={"valid_months": None})
    assert lacks(lasting, took("a"), date(2060, 1, 1)) == []
    assert list(expiring(lasting, took("a"), MONDAY, timedelta(days=90_000))) == []


def test_a_part_that_was_taken_again_counts_from_the_later_day() -> None:
    again = [*took("a"), *took("a", "first", on=date(2027, 3, 1))]
    assert lacks(PACKAGE, again, date(2027, 3, 2)) == ["second"]
    assert list(expiring(PACKAGE, again, date(2027, 3, 1), timedelta(days=90))) == [("second", date(2027, 3, 2))]


def test_what_expires_within_some_time_is_told_and_what_expires_later_is_not() -> None:
    assert list(expiring(PACKAGE, took("a"), date(2026, 12, 1), timedelta(days=90))) == []
    assert [part for part, _ in expiring(PACKAGE, took("a"), date(2026, 12, 2), timedelta(days=90))] == [
        "first",
        "second",
    ]


def test_parts_are_lacked_in_the_packages_order() -> None:
    assert lacks(PACKAGE, [], MONDAY) == ["first", "second"]
    assert lacks(PACKAGE, took("a", "second"), MONDAY) == ["first"]


def test_a_package_has_a_part() -> None:
    with pytest.raises(ValidationError, match="parts"):
        TrainingPackage.model_validate({**PACKAGE.model_dump(), "parts": []})


# What must be taken


def test_the_supervisor_has_taken_every_part() -> None:
    rule = {"supervisor": True, "mentor": False}
    assert refused(rule, {}) == "the_supervisor_is_trained"
    assert refused(rule, {"jonas.alm": took("jonas.alm", "first")}) == "the_supervisor_is_trained"
    assert refused(rule, {"jonas.alm": took("jonas.alm")}) == ""
    assert refused({**rule, "supervisor": False}, {}) == ""


def test_the_mentor_has_taken_every_part_where_there_is_one() -> None:
    rule = {"supervisor": False, "mentor": True}
    assert refused(rule, {}) == "the_mentor_is_trained"
    assert refused(rule, {"eva.sjo": took("eva.sjo")}) == ""
    assert refused(rule, {}, mentor=None) == ""
    assert refused({**rule, "mentor": False}, {}) == ""


def test_what_has_expired_by_the_first_day_does_not_count() -> None:
    old = {"jonas.alm": took("jonas.alm", on=date(2025, 3, 2))}
    assert refused({"mentor": False}, old) == "the_supervisor_is_trained"
    assert refused({"mentor": False}, {"jonas.alm": took("jonas.alm", on=date(2025, 3, 3))}) == ""


@pytest.mark.parametrize(("through", "accepted"), [(0, False), (1, False), (2, True), (3, True)])
def test_a_share_of_the_unit_is_through_rounded_up(through: int, accepted: bool) -> None:
    staff = ("a", "b", "c")
    taken = {person: took(person) for person in staff[:through]}
    rule = {"supervisor": False, "mentor": False, "share_of_unit": 50}
    assert refused(rule, taken, staff) == ("" if accepted else "the_unit_is_trained")


def test_a_unit_of_nobody_is_not_through() -> None:
    rule = {"supervisor": False, "mentor": False, "share_of_unit": 1}
    assert refused(rule, {}) == "the_unit_is_trained"
    assert refused({**rule, "share_of_unit": 0}, {}) == ""


def test_the_packages_of_the_files_say_everything_in_two_languages_and_where_they_come_from() -> None:
    for package in RULES.packages.values():
        assert package.source
        assert all(part.name.sv != part.name.en for part in package.parts)
