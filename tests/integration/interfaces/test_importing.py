"""`admin.py import` as a coordinator meets it: what a heading means is asked once, a mistake told once, and each row
shown before anything is sent."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.import_files import made_up_number
from tests.support.recording import everything
from tests.support.scripts import said, set_for_scripts, sit_at_a_terminal

HEADINGS = ["Pers.nr", "Namn", "Program", "Anvisad av", "Kommun", "Vem tar hand om", "Anvisningsdatum"]
REST = ("Anna Berg", "2026-02-27")


@pytest.fixture
def office(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The data folder of an office whose scripts speak Swedish."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    monkeypatch.setenv("HELAVAGEN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A command with somebody at a terminal, who types these lines."""
    sit_at_a_terminal(monkeypatch)
    return lambda *words, typed=(): said(*words, typed="".join(f"{line}\n" for line in typed))


def a_list(folder: Path, *towns: str, headings: list[str] = HEADINGS) -> str:
    rows = [
        [made_up_number("19900102", 980 + index), f"Påhittad {index}ström", "service_division", "Samhall", town, *REST]
        for index, town in enumerate(towns)
    ]
    file = folder / "lista.csv"
    file.write_text("\n".join(";".join(row) for row in [headings, *rows]))
    return str(file)


def test_what_a_heading_means_is_asked_once_and_remembered_for_the_office(
    office: Path, terminal: Callable[..., str], tmp_path: Path, engine: Engine
) -> None:
    file, before = a_list(tmp_path, "Umeå"), everything(engine)
    told = terminal("import", file, typed=("", "", "nej"))
    assert "Dessa kolumner saknas: samordnare" in told
    assert not office.exists()
    told = terminal("import", file, typed=("vem tar hand om", "nej"))
    assert "”Vem tar hand om”: Anna Berg" in told
    assert "vilken kolumn är samordnare?" in told
    assert "1 påbörjas: fortsätta?" in told
    assert json.loads((office / "headings.json").read_text()) == {"referrals": {"vemtarhandom": "coordinator"}}
    assert "vilken kolumn" not in terminal("import", file, typed=("nej",))
    assert everything(engine) == before


def test_where_nobody_can_be_asked_an_option_says_what_a_heading_means(office: Path, tmp_path: Path) -> None:
    file = a_list(tmp_path, "Umeå")
    told = said("import", file, "--dry-run")
    assert "Säg vilken av de okända rubrikerna som är vilken (“Vem tar hand om”)" in told
    assert '--column "RUBRIK=KOLUMN", --all-rows "KOLUMN=VÄRDE"' in told
    twice = ("--column", "Vem tar hand om=samordnare", "--column", "vem tar hand om=program")
    assert "förklaras som två kolumner" in said("import", file, "--dry-run", *twice)
    assert "Förklara en rubrik som" in said("import", file, "--dry-run", "--column", "Vem tar hand om=chef")
    assert "1 påbörjas" in said("import", file, "--dry-run", "--column", "Vem tar hand om=samordnare")
    assert "1 påbörjas" in said("import", file, "--dry-run")
    (office / "headings.json").write_text("[")
    assert "Det går inte att läsa vad som har sparats om rubriker" in said("import", file, "--dry-run")


@pytest.mark.usefixtures("office")
def test_two_headings_of_one_column_are_asked_about_and_the_other_is_not_read(
    terminal: Callable[..., str], tmp_path: Path
) -> None:
    headings = ["Pers.nr", "Namn", "Program", "Anvisad av", "Kommun", "Samordnare", "Koordinator"]
    file = Path(a_list(tmp_path, "Umeå", headings=headings))
    file.write_text(file.read_text().replace("Koordinator", "Koordinator;Datum").replace("Anna Berg", "Anna Berg;x"))
    told = terminal("import", str(file), typed=("1", "nej"))
    assert "1 påbörjas: fortsätta?" in told
    assert "kolumnen ”Koordinator”: läses inte" in told


@pytest.mark.usefixtures("office")
def test_each_row_and_who_would_be_told_is_shown_before_it_is_asked(
    terminal: Callable[..., str], tmp_path: Path, engine: Engine
) -> None:
    headings = [*HEADINGS[:5], "Samordnare", "Datum"]
    file, before = (
        a_list(tmp_path, "Umeå", "Atlantis", "Umeå", "Atlantis", "Umea", headings=headings),
        everything(engine),
    )
    told = terminal("import", file, typed=("nej",))
    assert "raderna 3, 5, Kommun “Atlantis”: " in told
    assert "rad 6, Kommun “Umea”: " in told
    assert told.count("Atlantis") == 1
    assert "Påhittad 0ström" in told
    assert "får besked: Samhall (2)" in told or "Ingen får besked." in told
    assert "2 påbörjas, 3 att rätta: fortsätta?" in told
    assert everything(engine) == before


@pytest.mark.usefixtures("office")
def test_what_was_interpreted_is_shown_as_what_it_was_read(tmp_path: Path) -> None:
    file = Path(a_list(tmp_path, "Umeå", "umeå kommun", headings=[*HEADINGS[:5], "Samordnare", "Datum"]))
    text = file.read_text().replace("Anna Berg;2026-02-27", "Anna B;5/11", 1)
    file.write_text(text)
    told = said("import", str(file), "--dry-run")
    assert re.search(r"0ström +påbörjas +torsdag 5 november 20\d\d\n", told), told
    assert re.search(r"1ström +påbörjas +fredag 27 februari 2026\n", told), told
    assert "I alla rader har lästs: samordnare Anna Berg, ort Umeå, anvisande part Samhall, program " in told
    as_json = said("import", str(file), "--dry-run", "--json")
    [first, _second] = json.loads(as_json[as_json.index("{") :])["rows"]
    assert first["read"]["coordinator"] == "anna.berg"
    file.write_text(text.replace("5/11", "igår"))
    assert "Listan säger inte vilken dag det här skrevs" in said("import", str(file), "--dry-run")


@pytest.mark.usefixtures("office")
def test_what_a_list_does_not_say_can_be_said_for_all_rows(terminal: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "lista.csv"
    file.write_text(f"Pers.nr;Förnamn;Efternamn\n{made_up_number('19900102', 981)};Påhittad;Person")
    answers = ("servicedivisionens väg in", "Arbetsförmedlingen", "Atlantis", "Umeå", "Anna Berg", "1 mars 2026", "nej")
    told = terminal("import", str(file), typed=answers)
    assert "vad är samordnare i alla rader?" in told
    assert "Namnet är okänt." in told
    assert "1 påbörjas: fortsätta?" in told


@pytest.mark.usefixtures("office")
def test_an_option_says_what_all_rows_say(tmp_path: Path) -> None:
    file = tmp_path / "lista.csv"
    file.write_text(f"Pers.nr;Namn;Kommun;Samordnare\n{made_up_number('19900102', 981)};Påhittad Person;Umeå;")
    said_for_all = ("Program=Servicedivisionens väg in", "Anvisad av=Samhall", "Samordnare=Anna Berg")
    options = [word for one in said_for_all for word in ("--all-rows", one)]
    assert "Dessa kolumner saknas: anvisad den" in said("import", str(file), "--dry-run", *options)
    assert "1 påbörjas" in said("import", str(file), "--dry-run", *options, "--all-rows", "Datum=1 mars 2026")
    told = said("import", str(file), "--dry-run", "--all-rows", "Namn=Samma Namn")
    assert "Det som gäller alla rader skrivs som KOLUMN=VÄRDE." in told


@pytest.mark.usefixtures("office")
def test_where_nothing_can_be_remembered_the_list_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HELAVAGEN_DATA", "/proc/nowhere")
    told = said("import", a_list(tmp_path, "Umeå"), "--dry-run", "--column", "Vem tar hand om=samordnare")
    assert "/proc/nowhere/headings.json kan inte skrivas" in told
    assert "1 påbörjas" in told
