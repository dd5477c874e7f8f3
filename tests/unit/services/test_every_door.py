"""One value, one answer, whichever way it comes: in a file, by the form, or where who somebody is is put right."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from models.calendar.written_days import read_day
from models.message import Message
from runtime.errors import UsageError
from services.identities.rectifying import rectify
from services.referrals.referring import row_of
from services.referrals.rows import BadRow
from tests.support.authority import register_of_tests
from tests.support.import_files import ENGLISH, TODAY, cells, made_up_number, read_rows
from tests.support.programmes import RULES

OFFICE: Any = SimpleNamespace(book=RULES, authority=register_of_tests(), today=lambda: TODAY)

WRONG = {
    "cell.unseen": [("name", "Lina \u202etxet nevdna\u202c Test"), ("name", "Li\u200bna"), ("email", "a@b\u2066.se")],
    "cell.long": [("name", "Mycketlång" * 400)],
    "cell.formula": [("name", "=1+1"), ("phone", "=46701740601")],
    "cell.name_letters": [("name", "4711")],
    "cell.email": [("email", "asa@example")],
    "cell.phone": [("phone", "ring Anna")],
    "cell.name_identity": [("name", f"Lina Test {made_up_number()}")],
    "cell.address_identity": [("address", f"c/o Test {made_up_number('900101', sign='-')}, Gatan 1")],
    "cell.phone_identity": [("phone", made_up_number("19900101", sign="-"))],
    "cell.identity_check": [("identity_number", made_up_number()[:-1] + "0")],
    "cell.identity_future": [("identity_number", made_up_number("20260402"))],
}
"""What the file refuses, by the id of what is told of it."""

CASES = [(id, field, written) for id, cases in WRONG.items() for field, written in cases]


def in_a_file(tmp_path: Path, field: str, written: str) -> str:
    said = dict(zip(ENGLISH, cells(), strict=True)) | {field: written}
    row = read_rows(tmp_path, list(said.values()), header=list(said)).rows[0]
    assert isinstance(row, BadRow)
    return row.problems[0].message.id


def by_the_form(field: str, written: Any) -> str:
    said = {"programme": "service_division", "identity_number": made_up_number(), "name": "Åsa Öberg"}
    said |= {"referring_partner": "kommunen", "site": "2480", "coordinator": "anna.berg"}
    with pytest.raises(UsageError) as caught:
        row_of(OFFICE, {**said, "referred_on": TODAY, field: written})
    return what_in(caught.value.message)


def put_right(field: str, written: str) -> str:
    with pytest.raises(UsageError) as caught:
        rectify(OFFICE, "K7Q29FMXB", None, {field: written}, "Why")
    return what_in(caught.value.message)


def what_in(message: Message) -> str:
    assert message.id == "referral.in_field"
    what = message.values["what"]
    assert isinstance(what, Message)
    return what.id


@pytest.mark.parametrize(("id", "field", "written"), CASES)
def test_what_one_door_refuses_no_other_takes(tmp_path: Path, id: str, field: str, written: str) -> None:
    assert (in_a_file(tmp_path, field, written), by_the_form(field, written), put_right(field, written)) == (id, id, id)


@pytest.mark.parametrize("written", ["1985-01-01", "2028-01-01"])
def test_a_day_beyond_all_referrals_is_refused_before_anybody_is_entered(tmp_path: Path, written: str) -> None:
    day: date = read_day(written, TODAY)
    assert in_a_file(tmp_path, "referred_on", written) == by_the_form("referred_on", day) == "cell.year"


@pytest.mark.parametrize(
    ("written", "is_called"),
    [("Lina\u00a0Test", "Lina Test"), ("\u200bLina  Test\ufeff", "Lina Test"), ("A\u030asa Test", "Åsa Test")],
)
def test_what_the_eye_does_not_see_is_read_alike(tmp_path: Path, written: str, is_called: str) -> None:
    said = {"programme": "service_division", "identity_number": made_up_number(), "referring_partner": "kommunen"}
    by_form = row_of(
        OFFICE, {**said, "name": written, "site": "2480", "coordinator": "anna.berg", "referred_on": TODAY}
    )
    row = read_rows(tmp_path, cells(name=written)).rows[0]
    assert not isinstance(row, BadRow)
    assert (by_form.name, row.name) == (is_called, is_called)
