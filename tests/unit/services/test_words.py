"""What people are found by: names without regard to case and accents, telephone numbers and identity numbers as
people write them."""

from datetime import date
from typing import Any

import pytest

from services.identities.words import folded, phone_key, sought_by, words_of
from tests.support.import_files import made_up_number

TODAY = date(2026, 3, 2)
COORDINATION = made_up_number("19900161", 981)
AMINA: dict[str, Any] = {
    "name": "Amina Al-Hassan Müller",
    "identity_number": "199001019802",
    "phone": "070-174 06 05",
    "email": "Amina@Example.se",
    "earlier": [
        {"field": "name", "value": "Amina Åkerström", "until": "2025-01-01"},
        {"field": "identity_number", "value": COORDINATION, "until": "2025-01-01"},
    ],
}


def fits(text: str) -> bool:
    return any(one.fits(AMINA) for one in sought_by(text, TODAY))


@pytest.mark.parametrize(
    "text",
    [
        *("amina", "AMI", "muller", "Müll", "mu", "al-hassan", "alhassan", "hassan", "Hassan Amina", "akerstrom ami"),
        *("0701740605", "070-174 06 05", "+46 70 174 06 05", "0046701740605", "+46 (0)70-174 06 05"),
        *(
            "amina@example.se",
            "19900101-9802",
            "900101-9802",
            "199001019802",
            "9001019802",
            f"{COORDINATION[2:8]}-{COORDINATION[8:]}",
        ),
    ],
)
def test_somebody_is_found_as_people_write(text: str) -> None:
    assert fits(text), text


@pytest.mark.parametrize(
    "text", ["mina", "Amina Berg", "0701740606", "amina@example.org", "900101-9810", "aminas", "ster"]
)
def test_nobody_is_found_by_what_is_not_theirs(text: str) -> None:
    assert not fits(text), text


@pytest.mark.parametrize(
    ("written", "is_folded"),
    [("ÅSA", "asa"), ("Søren", "soren"), ("Łukasz", "lukasz"), ("Straße", "strasse"), ("Nguyễn", "nguyen")],
)
def test_accents_and_case_do_not_count(written: str, is_folded: str) -> None:
    assert folded(written) == is_folded


def test_a_name_with_an_apostrophe_is_found_whole_and_in_its_parts() -> None:
    assert words_of("Siobhán O’Brien") == {"siobhan", "o", "brien", "obrien"}


@pytest.mark.parametrize("text", ["12", "070", "sju", "K7Q29FMXB", ""])
def test_what_is_no_telephone_number_is_none(text: str) -> None:
    assert phone_key(text) is None
