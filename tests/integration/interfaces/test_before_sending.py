"""Before it is sent: what would follow is shown, somebody at a terminal says yes, and `--dry-run` sends nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from interfaces.cli.passphrases import is_sure
from models.events.events import Event
from runtime import asking
from tests.support.import_files import made_up_number
from tests.support.recording import CANDIDATE, RecordedWay, everything, recorder_on, rows_of
from tests.support.scripts import said, send_to, set_for_scripts, sit_at_a_terminal

WAY = ("referred", "referral_accepted", "requirements_checked")


@pytest.fixture
def way(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RecordedWay:
    """A candidate who waits for a place."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    return RecordedWay(recorder_on(engine)).comes(*WAY)


@pytest.fixture
def sent(way: RecordedWay, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    return send_to(monkeypatch, way)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A command with somebody at a terminal, who types these lines."""
    sit_at_a_terminal(monkeypatch)
    return lambda *words, typed=(): said(*words, typed="".join(f"{line}\n" for line in typed))


def agreed_on(way: RecordedWay) -> tuple[str, ...]:
    place = ("--position", "lasarettet_tray_kitchen", "--starts-on", str(way.day), "--ends-on", "31/8")
    return ("signal", CANDIDATE, "överenskommen praktik", *place)


def test_a_dry_run_shows_what_would_follow_and_writes_only_that_it_was_read(
    way: RecordedWay, sent: list[Event], engine: Engine
) -> None:
    before, reads = everything(engine), len(rows_of(engine, "reads"))
    told = said(*agreed_on(way), "--dry-run")
    assert "steg: väntar på plats → praktik" in told
    assert "En plats på Serviceassistent, brickdukning tas i anspråk. Platser kvar: 5." in told
    assert "får besked: " in told
    assert "senast " in told
    assert (sent, everything(engine)) == ([], before)
    assert len(rows_of(engine, "reads")) == reads + 1
    as_data = json.loads(said(*agreed_on(way), "--dry-run", "--json"))
    assert (as_data["before"], as_data["after"], as_data["left"]) == ("awaiting_placement", "internship", 5)


def test_a_dry_run_tells_the_rule_that_would_refuse(sent: list[Event], engine: Engine) -> None:
    before = everything(engine)
    told = said("signal", CANDIDATE, "genomförd praktik", "--dry-run")
    assert "Det skulle inte godtas: " in told
    assert "regel: " in told
    assert (sent, everything(engine)) == ([], before)


def test_at_a_terminal_it_is_shown_and_sent_only_when_somebody_says_yes(
    way: RecordedWay, sent: list[Event], terminal: Callable[..., str]
) -> None:
    assert "Skicka?" in terminal(*agreed_on(way), "--on", "idag", typed=("nej",))
    assert sent == []
    assert "Inget har registrerats" in terminal(*agreed_on(way), typed=("", "n"))
    assert "godtagen" in terminal(*agreed_on(way), typed=("", ""))
    assert [event.kind for event in sent] == ["internship_agreed"]


def test_what_ends_the_way_asks_again_and_enter_alone_is_no(sent: list[Event], terminal: Callable[..., str]) -> None:
    told = terminal("signal", CANDIDATE, "kandidatens eget avslut", typed=("studier", "", "", ""))
    assert "Vägen slutar här." in told
    assert "Är du säker?" in told
    assert sent == []
    terminal("signal", CANDIDATE, "withdrawn", typed=("studier", "", "", "ja"))
    assert [event.kind for event in sent] == ["withdrawn"]


def test_yes_skips_the_question_and_a_script_is_asked_nothing(
    way: RecordedWay, sent: list[Event], terminal: Callable[..., str]
) -> None:
    assert "Skicka?" not in terminal(*agreed_on(way), "--yes")
    assert len(sent) == 1


def test_odd_input_is_asked_about_at_a_terminal_and_told_as_a_warning_elsewhere(
    way: RecordedWay, sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    one_day = (*agreed_on(way)[:-1], str(way.day))
    assert "obs: Praktiken varar en enda dag" in said(*one_day)
    assert len(sent) == 1
    sit_at_a_terminal(monkeypatch)
    assert "Ovanligt: Samma överenskommen praktik" not in said(*one_day, typed="\n\n")


def test_what_would_be_refused_is_told_at_a_terminal_and_another_answer_can_be_given(
    way: RecordedWay, sent: list[Event], terminal: Callable[..., str]
) -> None:
    too_long = (*agreed_on(way)[:-1], "2026-12-31")
    told = terminal(*too_long, "--on", "idag", typed=("3", "31/8", ""))
    assert "Det skulle inte godtas: " in told
    assert "godtagen" in told
    assert [str(getattr(event, "ends_on", "")) for event in sent] == ["2026-08-31"]
    assert "Inget har registrerats" in terminal(*too_long, "--on", "idag", typed=("",))
    assert len(sent) == 1


def test_a_correction_shows_what_would_follow(way: RecordedWay, sent: list[Event]) -> None:
    told = said("correct", CANDIDATE, "2", "--on", str(way.day), "--because", "Dagen var fel", "--dry-run")
    assert sent == []
    assert "det här skulle följa" in told


@pytest.fixture
def referred() -> tuple[str, ...]:
    number = made_up_number("19850505", 981)
    place = ("--partner", "Arbetsförmedlingen", "--town", "Umeå", "--coordinator", "Anna Berg")
    who = ("--programme", "service_division", "--identity-number", number, "--name", "Påhittad Person")
    return ("refer", *who, *place)


def test_a_referral_shows_what_would_follow_and_enters_nobody(
    referred: tuple[str, ...], engine: Engine, sent: list[Event]
) -> None:
    people = len(rows_of(engine, "candidates"))
    told = said(*referred, "--dry-run")
    assert "steg: anvisning" in told
    assert "senast " in told
    assert (len(rows_of(engine, "candidates")), sent) == (people, [])


def test_a_list_is_looked_through_before_anybody_is_referred(tmp_path: Path, engine: Engine, sent: list[Event]) -> None:
    header = "Personnummer;Namn;Program;Anvisande part;Ort;Samordnare;Anvisad den"
    good = f"{made_up_number('19900102', 985)};Åsa Övning;service_division;Samhall;Umeå;Anna Berg;2026-02-27"
    bad = f"{made_up_number('19900103', 986)};Bo Övning;service_division;Samhall;Umea;Anna Berg;2026-02-27"
    file = tmp_path / "list.csv"
    file.write_text("\n".join((header, good, bad)))
    before = everything(engine)
    told = said("import", str(file), "--dry-run")
    assert "1 påbörjas, 1 att rätta; inget har registrerats" in told
    assert "Menade du Umeå?" in told
    assert (everything(engine), sent) == (before, [])
    assert [one.name for one in tmp_path.glob("list-*")] == []


CALLED_IN_SICK = "Ring 070-123 45 67, sjukskriven"


def test_a_text_that_tells_too_much_is_asked_about_in_words_and_may_be_written_anew(
    sent: list[Event], terminal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_confirmation", [is_sure])
    note = ("signal", CANDIDATE, "anteckning", "--on", "idag")
    told = terminal(*note, typed=(CALLED_IN_SICK, "kanske", "nej", "Ringde i dag"))
    assert "Texten verkar innehålla ett telefonnummer och något om hälsa" in told
    assert "Spara den som den är? [ja/NEJ]" in told
    assert "Svara ja eller nej" in told
    assert [getattr(event, "text", None) for event in sent] == ["Ringde i dag"]
    terminal(*note, "--text", CALLED_IN_SICK, typed=("ja",))
    assert getattr(sent[-1], "text", None) == CALLED_IN_SICK


def test_a_text_that_nobody_is_sure_of_is_told_of_before_anything_is_sent(
    sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_confirmation", [])
    assert "Texten verkar innehålla" in said("signal", CANDIDATE, "anteckning", "--text", CALLED_IN_SICK)
    assert sent == []


def test_a_preview_says_why_the_way_ends(sent: list[Event]) -> None:
    told = said("signal", CANDIDATE, "kandidatens eget avslut", "--end-reason", "egen önskan", "--dry-run")
    assert "avslutsorsak: egen önskan" in told
    assert sent == []
