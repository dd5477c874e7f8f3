"""What a referral tells of earlier employment and of age: as little as the law asks for."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from models.events.values import EarlierEmployment
from services.referrals.bad_value import BadValue
from services.referrals.identity_numbers import age_limit_on
from services.referrals.rows import ImportRow
from services.referrals.values import earlier_employments, told_of_employment
from tests.support.errors import raises
from tests.support.import_files import ENGLISH, cells, made_up_number, problems, read_rows
from tests.support.programmes import RULES
from tests.support.values import MONDAY

SPRING = "substitute:2024-01-01:2024-06-30"
SUMMER = "summer_temporary:2023-06-01:2023-08-31"


def employment(form: str, starts_on: date, ends_on: date) -> EarlierEmployment:
    return EarlierEmployment(form=form, starts_on=starts_on, ends_on=ends_on)


def test_earlier_employments_are_read_in_order() -> None:
    assert earlier_employments("", MONDAY) == ()
    assert earlier_employments("substitute:1/1 2024:30 juni 2024", MONDAY) == earlier_employments(SPRING, MONDAY)
    assert earlier_employments(f"{SPRING}, {SUMMER}", MONDAY) == (
        employment("summer_temporary", date(2023, 6, 1), date(2023, 8, 31)),
        employment("substitute", date(2024, 1, 1), date(2024, 6, 30)),
    )


@pytest.mark.parametrize(
    "written",
    [
        *("substitute", "substitute:2024-01-01", "substitute:2024-01-01:", ":2024-01-01:2024-06-30"),
        *("substitute:2024-06-30:2024-01-01", "substitute:31/6 2024:30/6 2024", "substitute:2024-01-01:2024-06-30:x"),
    ],
)
def test_what_is_no_earlier_employment_is_refused_and_not_repeated(written: str) -> None:
    with raises(BadValue, "cell.employment_format") as caught:
        earlier_employments(written, MONDAY)
    assert caught.value.message.values == {}


def test_a_form_that_there_is_not_is_answered_with_those_that_there_are() -> None:
    with raises(BadValue, "cell.employment_form") as caught:
        told_of_employment(
            RULES, made_up_number(), MONDAY, earlier_employments("trainee:2024-01-01:2024-06-30", MONDAY)
        )
    assert "substitute" in str(caught.value)
    assert "trainee" not in str(caught.value)


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ("19570511", date(2026, 5, 11)),
        ("19570571", date(2026, 5, 11)),  # a co-ordination number
        ("19570560", date(2026, 5, 31)),  # the day is not known: the last one that it may be
        ("19570060", date(2026, 12, 31)),
        ("19670302", date(2036, 3, 2)),  # ten years to the day
        ("19670303", None),
        ("19850505", None),
        ("19560229", MONDAY),  # passed: nothing but that is told
        ("19150101", MONDAY),
    ],
)
def test_the_birthday_from_which_on_nothing_becomes_permanent_is_told_where_it_is_near(
    born: str, expected: date | None
) -> None:
    assert age_limit_on(f"{born}0000", [69], MONDAY) == expected


def test_where_the_law_knows_no_age_none_is_told() -> None:
    assert RULES.age_limits() == {69}
    assert age_limit_on("195705110000", [], MONDAY) is None


def test_a_referral_says_nothing_of_what_there_is_not() -> None:
    assert told_of_employment(RULES, made_up_number("19850505"), MONDAY, ()) == {}
    told = told_of_employment(RULES, made_up_number("19570511"), MONDAY, earlier_employments(SPRING, MONDAY))
    assert set(told) == {"earlier_employment", "age_limit_on"}
    assert "1957" not in json.dumps({name: str(value) for name, value in told.items()})


def test_an_import_file_may_have_a_column_for_it(tmp_path: Path) -> None:
    header = [*ENGLISH, "Tidigare anställning"]
    full, empty, wrong = read_rows(
        tmp_path,
        [*cells(), f"{SPRING}, {SUMMER}"],
        [*cells(identity_number=made_up_number(serial=981)), ""],
        [*cells(identity_number=made_up_number(serial=982)), "substitute 2024"],
        header=header,
    ).rows
    assert isinstance(full, ImportRow)
    assert isinstance(empty, ImportRow)
    assert [one.form for one in full.earlier_employment] == ["summer_temporary", "substitute"]
    assert empty.earlier_employment == ()
    [(column, message)] = problems(wrong)
    assert column == "Tidigare anställning"
    assert not re.search("2024$", message.split(", such")[0])
