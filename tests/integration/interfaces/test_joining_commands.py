"""`admin.py` join and rectify: a person who has two numbers, from the script, on a real ledger."""

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from models.identifiers import CandidateNumber
from models.stages import Stage
from services.application import Application
from services.identities.register import Person, Register
from tests.support.authority import TestKeyring
from tests.support.builders import ROUTES
from tests.support.desks import NOW
from tests.support.import_files import made_up_number
from tests.support.recording import RecordedWay, recorder_on
from tests.support.scripts import said, send_to, set_for_scripts, sit_at_a_terminal
from tests.support.values import COORDINATOR

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

COORDINATION, PERSONAL = made_up_number("19900276"), made_up_number("19900216")
WHY = ("--because", "Fick personnummer")


@pytest.fixture
def numbers(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[CandidateNumber, CandidateNumber]:
    """Somebody who was referred by a co-ordination number, and again by a personal number; both journeys have ended, so
    that nothing is to be told to them."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    register, ways = Register(engine, Random(1), TestKeyring()), list[RecordedWay]()
    for identity_number in (COORDINATION, PERSONAL):
        person = Person(identity_number, "Byter Nummer")
        number = register.number_of(person, NOW.replace(minute=len(ways)), COORDINATOR)
        ways.append(RecordedWay(recorder_on(engine), number).comes(*ROUTES[Stage.CLOSED]))
    send_to(monkeypatch, *ways)

    async def no_client(_application: Application) -> None:
        return None

    monkeypatch.setattr(Application, "client", no_client)
    earlier, later = (way.id.candidate for way in ways)
    return earlier, later


def test_two_candidates_are_joined_told_of_as_one_and_taken_apart(
    numbers: tuple[CandidateNumber, CandidateNumber],
) -> None:
    earlier, later = numbers
    assert f"{later} is the same person as {earlier}." in said("join", earlier, later, *WHY)
    assert f"The same person as {earlier}." in said("show", later)
    found = said("find", PERSONAL)
    assert earlier in found
    assert later in found
    assert "one person already" in said("join", later, earlier, *WHY)
    assert f"as candidate {later}" in said("rectify", earlier, "--identity-number", PERSONAL, *WHY)
    assert f"{later} and {earlier} are two people." in said("join", later, earlier, "--undo", *WHY)
    assert "The same person as" not in said("show", later)


def test_by_a_personal_number_and_the_co_ordination_number_before_it_the_same_person_is_found(
    numbers: tuple[CandidateNumber, CandidateNumber],
) -> None:
    earlier, later = numbers
    other = made_up_number("19900217")
    assert "put right" in said("rectify", earlier, "--identity-number", other, *WHY)
    for number in (other, COORDINATION):
        found = said("find", number)
        assert earlier in found
        assert later not in found
    assert "belongs to another candidate" in said("rectify", earlier, "--identity-number", PERSONAL, *WHY)


def test_two_who_differ_are_joined_after_a_yes_alone(
    numbers: tuple[CandidateNumber, CandidateNumber], monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier, later = numbers
    said("rectify", later, "--name", "Helt Annan", *WHY)
    assert "The names or the dates of birth differ." in said("join", earlier, later, *WHY)
    shown = said("join", earlier, later, "--dry-run", *WHY)
    for text in (earlier, later, "Byter Nummer", "Helt Annan", "Odd: the names or the dates of birth differ."):
        assert text in shown
    sit_at_a_terminal(monkeypatch)
    asked = said("join", earlier, later, *WHY, typed="\n")
    assert "Are they one person? [yes/NO]" in asked
    assert "Nothing was recorded." in asked
    assert "The same person as" not in said("show", later)
    assert f"{later} is the same person as {earlier}." in said("join", "helt annan", earlier, "--yes", *WHY)


def test_whoever_is_on_the_way_already_is_named_by_the_title_of_the_programme(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_for_scripts(engine, monkeypatch, tmp_path)
    person = Person(PERSONAL, "Redan Anvisad")
    number = Register(engine, Random(1), TestKeyring()).number_of(person, NOW, COORDINATOR)
    send_to(monkeypatch, RecordedWay(recorder_on(engine), number).comes("referred"))
    place = ("--programme", "service_division", "--partner", "Arbetsförmedlingen", "--town", "Umeå")
    who = ("--identity-number", PERSONAL, "--name", "Redan Anvisad", "--coordinator", "Anna Berg")
    told = said("refer", *place, *who)
    assert f"candidate {number} and already has a journey in The service division's way in" in told
    assert "Go on with that one." in told
