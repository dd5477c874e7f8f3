"""Candidate numbers: drawn so that they tell nothing, and written so that a slip of the pen is found."""

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from models.identifiers import ALPHABET, CandidateNumber
from tests.support.thoroughness import examples

NUMBERS = [CandidateNumber.draw(Random(seed)) for seed in range(200)]


@pytest.mark.parametrize("number", NUMBERS[:20])
def test_a_drawn_number_is_read_as_itself(number: str) -> None:
    assert CandidateNumber.read(number) == number


def test_a_number_has_eight_characters_and_a_check_character_that_cannot_be_mistaken() -> None:
    for number in NUMBERS:
        assert len(number) == 9
        assert set(number) <= set(ALPHABET)
    assert not set("01IO") & set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET)) == 32


def test_numbers_follow_from_chance_alone() -> None:
    assert CandidateNumber.draw(Random(7)) == CandidateNumber.draw(Random(7))
    assert len(set(NUMBERS)) == len(NUMBERS)


@pytest.mark.parametrize("as_written", ["{0}", " {0} ", "{0[0]}-{0[1]}", "{1}", "{2}"])
def test_a_number_is_read_as_people_write_it(as_written: str) -> None:
    number = NUMBERS[0]
    grouped = (number[:3], number[3:])
    written = {
        "{0}": number,
        " {0} ": f" {number} ",
        "{0[0]}-{0[1]}": "-".join(grouped),
        "{1}": number.lower(),
        "{2}": " ".join(grouped),
    }[as_written]
    assert CandidateNumber.read(written) == number


def test_every_slip_in_one_character_is_found() -> None:
    for number in NUMBERS[:20]:
        for place, right in enumerate(number):
            for wrong in set(ALPHABET) - {right}:
                assert CandidateNumber.read(number[:place] + wrong + number[place + 1 :]) is None


def test_nearly_every_exchange_of_neighbours_is_found() -> None:
    exchanged = [
        number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        for number in NUMBERS
        for place in range(len(number) - 1)
        if number[place] != number[place + 1]
    ]
    missed = [number for number in exchanged if CandidateNumber.read(number) is not None]
    assert len(missed) < len(exchanged) / 100


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "-",
        NUMBERS[0][:-1],
        NUMBERS[0] + "2",
        "19900101-2384",
        "000000000",
        "ÅÄÖÅÄÖÅÄÖ",
        "٢٣٤٥٦٧٨٩٢",
        "\x00" * 9,
    ],
)
def test_what_is_no_number_is_read_as_none(written: str) -> None:
    assert CandidateNumber.read(written) is None


@pytest.mark.parametrize("body", ["2345678", "234567892", "I2345678", "0" * 8, "OO234567", "1ABCDEFG"])
def test_a_right_check_character_does_not_make_up_for_a_wrong_length_or_an_ambiguous_character(body: str) -> None:
    number = body + mod_37_36.calc_check_digit(body)
    assert mod_37_36.is_valid(number)
    assert CandidateNumber.read(number) is None


@examples(300)
@given(st.text(max_size=12) | st.text(alphabet=ALPHABET + "-01 iß", min_size=7, max_size=11))
@example("ß" * 5)
def test_whatever_is_written_is_a_number_or_none(written: str) -> None:
    number = CandidateNumber.read(written)
    assert number is None or (set(number) <= set(ALPHABET) and CandidateNumber.read(number) == number)


def test_the_check_character_leaves_about_one_in_thirty_two_to_chance() -> None:
    random = Random(1)
    guesses = ["".join(random.choices(ALPHABET, k=9)) for _ in range(5_000)]
    taken = sum(CandidateNumber.read(guess) is not None for guess in guesses)
    assert taken < len(guesses) / 20
