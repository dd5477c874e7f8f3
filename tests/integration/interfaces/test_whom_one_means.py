"""`admin.py` with a name in the place of a number, the day's work with one of it taken up, and reminders in lists."""

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

import admin
from interfaces.cli import parser
from services.identities.register import Person, Register
from services.queries.reads import reads
from tests.support.authority import TestKeyring
from tests.support.desks import NOW
from tests.support.import_files import made_up_number
from tests.support.recording import RecordedWay, recorder_on
from tests.support.scripts import said, send_to, set_for_scripts, sit_at_a_terminal
from tests.support.values import COORDINATOR

TASK = "Ring på fredag om schemat, och fråga efter intyget från den förra arbetsgivaren, som ännu inte har kommit"


@pytest.fixture
def ways(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[RecordedWay]:
    """Two of Anna's who have a first name in common, and one of Bo's."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    register, found = Register(engine, Random(1), TestKeyring()), list[RecordedWay]()
    people = (("Amina Påhittad", "anna.berg"), ("Amina Övning", "anna.berg"), ("Beatrice Påhittad", "bo.lind"))
    for serial, (name, coordinator) in enumerate(people, start=980):
        number = register.number_of(Person(made_up_number("19850505", serial), name, None, None), NOW, COORDINATOR)
        found.append(RecordedWay(recorder_on(engine), number))
        assert found[-1].tells("referred", coordinator=coordinator).accepted
    found[2].comes("referral_accepted", "requirements_checked")
    send_to(monkeypatch, *found)
    return found


def test_a_name_finds_whoever_it_is_and_that_they_were_seen_is_written_down(
    ways: list[RecordedWay], engine: Engine
) -> None:
    assert "godtagen som rad 2" in said("signal", "övning", "godtagen anvisning")
    assert [(one.candidate, one.what) for one in reads(engine)] == [(ways[1].id.candidate, "name")]
    assert ways[1].id.candidate in said("show", "amina övn")


def test_where_several_fit_a_terminal_asks_and_nobody_else_gets_further(
    ways: list[RecordedWay], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = said("show", "amina")
    assert "Flera personer passar: " in told
    assert f"Amina Övning ({ways[1].id.candidate})" in told
    assert f"Amina Påhittad ({ways[0].id.candidate})" in told
    assert "Bara personer som kollegor har hand om passar" in said("show", "beatrice")
    assert "Kontrollera" in said("show", f"{ways[0].id.candidate[:-1]}9")
    told = said("show", "övnig")
    assert f"Ingen heter precis så. Menade du Amina Övning ({ways[1].id.candidate})? Ange numret." in told
    assert "Ingen heter precis så. Menade du:" in said("find", "övnig")
    assert "Servicedivisionens väg in, Talangprogrammet." in said("list", "--programme", "hittepå")
    sit_at_a_terminal(monkeypatch)
    told = said("show", "amina", typed="övning\n")
    assert "vem menar du?" in told
    assert "Amina Påhittad" in told
    assert told.count("Amina Övning") > told.count("Amina Påhittad")


def test_the_scripts_name_alone_is_the_days_work_at_a_terminal_and_help_elsewhere(
    ways: list[RecordedWay], monkeypatch: pytest.MonkeyPatch
) -> None:
    later(ways)
    alone = CliRunner().invoke(admin.app, [])
    assert "Användning: " in alone.output
    monkeypatch.setattr(parser, "at_a_terminal", lambda: True)
    sit_at_a_terminal(monkeypatch)
    told = CliRunner().invoke(admin.app, [], input="\n").output
    assert "Umeå" in told
    assert "Amina Övning" in told
    assert "2480" not in told
    assert "Servicedivisionens väg in" in told
    assert told.rstrip().endswith("vem vill du gå vidare med? (nummer i listan eller namn, Enter för ingen):")


@pytest.mark.parametrize("whom", ["2", "övning"])
def test_of_the_days_work_one_is_taken_up_by_number_or_name(
    ways: list[RecordedWay], monkeypatch: pytest.MonkeyPatch, whom: str
) -> None:
    later(ways)
    sit_at_a_terminal(monkeypatch)
    monkeypatch.setattr(
        "interfaces.cli.commands.working.go_on", lambda _application, line, _actor: print(line.journey_id)
    )
    told = said("work", typed=f"{whom}\n")
    chosen = sorted(str(way.id) for way in ways[:2])[1] if whom == "2" else str(ways[1].id)
    assert chosen in told


def later(ways: list[RecordedWay]) -> None:
    """So much later that an answer to each referral is late."""
    for way in ways:
        way.later(60)


def test_a_reminder_is_told_with_its_own_words_to_whoever_has_the_person_in_charge(
    ways: list[RecordedWay], engine: Engine
) -> None:
    way = ways[1]
    assert way.tells("reminder_set", task="Ring henne i dag", remind_on=way.day).accepted
    assert way.tells(
        "corrected",
        corrects=way.journey.entries[-1].event.event_id,
        reason="Mer",
        replacement={**way.journey.entries[-1].event.model_dump(mode="json"), "task": TASK},
    ).accepted
    cut = "påminnelse: Ring på fredag om schemat, och fråga efter intyget från"
    for command in (("today", "--all"), ("list",)):
        told = said(*command)
        assert cut in " ".join(told.split())
        assert "förra arbetsgivaren" not in told
        assert "Ring på fredag" not in said(*command, by="bo.lind")
    assert "Ring på fredag" not in said("today", "--numbers")
    assert "Ring på fredag om schemat" in said("find", "övning")
    assert TASK in " ".join(said("show", "övning").split())
    seen = [(one.what, one.actor) for one in reads(engine) if one.candidate == way.id.candidate]
    assert seen.count(("journey", "coordinator:anna.berg")) == 2


@pytest.mark.usefixtures("ways")
def test_towns_are_told_by_their_names_and_programmes_by_their_titles() -> None:
    for told in (said("list"), said("find", "övning"), said("show", "övning")):
        assert "service_division" not in told
        assert "Servicedivisionens väg in" in told
    assert "2480" not in said("list")
    assert '"site": "2480"' in said("list", "--json")
