"""The register of candidates: one number a person, however often and from however many sides they are registered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.identities import opened_identity
from activities.sealing import sealer_on
from models.identifiers import CandidateNumber
from models.tables.people import CandidateRow
from services.identities.register import ATTEMPTS, Person, Register
from tests.support.authority import TestKeyring
from tests.support.recording import rows_of
from tests.support.sealing import open_keyed
from tests.support.values import COORDINATOR

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FATIMA = Person("199001012385", "Fatima Åkerström", "fatima@example.se", "070-174 06 05")


def person(engine: Engine, number: str) -> Person:
    """The person under a number, as the table keeps them: sealed."""
    with Session(engine) as session:
        row = session.get_one(CandidateRow, number)
    said = opened_identity(sealer_on(engine).known(number), row)
    return Person(said["identity_number"], said["name"], said["email"], said["phone"])


def somebody(number: int) -> Person:
    return Person(f"1990{number:08}", f"Somebody {number}")


@pytest.fixture
def register(engine: Engine) -> Register:
    return Register(engine, Random(1), TestKeyring())


def test_a_new_person_gets_a_number_that_is_one(engine: Engine, register: Register) -> None:
    number = register.number_of(FATIMA, NOW, COORDINATOR)
    assert CandidateNumber.read(number) == number
    assert person(engine, number) == FATIMA
    assert [row["number"] for row in rows_of(engine, "candidates")] == [number]


def test_the_same_person_has_the_same_number_ever_after(engine: Engine, register: Register) -> None:
    number = register.number_of(FATIMA, NOW, COORDINATOR)
    assert register.number_of(FATIMA, NOW, COORDINATOR) == number
    moved = Person(FATIMA.identity_number, "Fatima Öst", "new@example.se")
    assert Register(engine, Random(2), TestKeyring()).number_of(moved, NOW, COORDINATOR) == number
    assert len(rows_of(engine, "candidates")) == 1


def test_a_person_without_telephone_and_address_stays_as_they_went_in(engine: Engine, register: Register) -> None:
    assert person(engine, register.number_of(somebody(1), NOW, COORDINATOR)) == somebody(1)


def test_different_people_have_different_numbers(register: Register) -> None:
    numbers = [register.number_of(somebody(number), NOW, COORDINATOR) for number in range(20)]
    assert len(set(numbers)) == 20


def test_a_number_that_is_taken_is_drawn_anew(engine: Engine, register: Register) -> None:
    taken = register.number_of(FATIMA, NOW, COORDINATOR)
    draws_the_same = Register(engine, Random(1), TestKeyring())
    number = draws_the_same.number_of(somebody(1), NOW, COORDINATOR)
    assert number != taken
    assert person(engine, taken) == FATIMA
    assert person(engine, number) == somebody(1)


def test_drawing_in_vain_ends(engine: Engine, register: Register) -> None:
    for number in range(ATTEMPTS):
        register.number_of(somebody(number), NOW, COORDINATOR)
    draws_the_same = Register(engine, Random(1), TestKeyring())
    with pytest.raises(RuntimeError, match="no free candidate number"):
        draws_the_same.number_of(FATIMA, NOW, COORDINATOR)
    assert len(rows_of(engine, "candidates")) == ATTEMPTS


def test_one_person_registered_by_many_at_the_same_time_gets_one_number(database_url: str, engine: Engine) -> None:
    """As when two coordinators import lists that share a name: each with a connection and a die of their own."""
    engines = [open_keyed(database_url) for _ in range(8)]
    start = Barrier(len(engines))

    def number_of(seed: int) -> str:
        register = Register(engines[seed], Random(seed), TestKeyring())
        start.wait()
        return register.number_of(FATIMA, NOW, COORDINATOR)

    with ThreadPoolExecutor(len(engines)) as threads:
        numbers = list(threads.map(number_of, range(len(engines))))
    assert len(set(numbers)) == 1
    assert len(rows_of(engine, "candidates")) == 1
    for mine in engines:
        mine.dispose()


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "{!r}".format, lambda person: f"{[person]}"])
def test_a_person_shows_nothing_of_themselves(shown: Callable[[Person], str]) -> None:
    said = shown(FATIMA)
    for secret in ("Fatima", "Åkerström", "1990", "example", "070"):
        assert secret not in said
