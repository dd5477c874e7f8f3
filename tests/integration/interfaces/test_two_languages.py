"""The scripts in Swedish: nothing of what they print is left in English but what is typed."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

import admin
from activities import language
from deploy.tools.catalogue import KEYWORDS, ROOT, SCRIPTS, WHERE
from interfaces.cli.hints import told
from interfaces.cli.output import journeys, programmes, receipts
from models.message import msg
from models.projections.item_words import PARTIES, WAITS
from models.projections.status import describe
from models.stages import Stage
from runtime.errors import UsageError
from runtime.i18n import in_any_case, translate, using_language
from services.certificates.page import as_html, lay_out
from services.queries.possible import by_what_they_lead_to
from services.reports.counting import count
from services.reports.publishing import publish
from services.reports.writing import page, write_csv
from tests.bench.people import make_up
from tests.support.authority import found, keep_keys
from tests.support.builders import ROUTES, way_to
from tests.support.certificates import DANIELA, EXAMPLE
from tests.support.languages import english_in
from tests.support.programmes import PREPAREDNESS
from tests.support.recording import CANDIDATE, RecordedWay, recorder_on


@pytest.fixture
def database(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    """The database, set for the scripts, with people who have keys."""
    found(engine)
    keep_keys(tmp_path / "keys")
    monkeypatch.setenv("HELAVAGEN_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("HELAVAGEN_ACTOR", "anna.berg")
    return engine


@pytest.fixture
def desk(database: Engine) -> RecordedWay:
    """A candidate whose check is overdue, in a database that the scripts find."""
    way = RecordedWay(recorder_on(database))
    return way.comes(*ROUTES[Stage.REQUIREMENT_CHECK])


def said(monkeypatch: pytest.MonkeyPatch, language: str, *command: str) -> str:
    monkeypatch.setenv("HELAVAGEN_LANG", language)
    ended = CliRunner().invoke(admin.app, command)
    return ended.output + (told(ended.exception)[0] if isinstance(ended.exception, Exception) else "")


COMMANDS = {
    "today": ["kravprövning", "dagar försenad", "kravprövningen (samordnaren)"],
    "list": ["kandidat", "kravprövning", "väntar på"],
    f"show {CANDIDATE}": ["händelse", "godtagen", "avböjd: ", "svar"],
    "positions": ["befattning", "bemanningsbehov"],
    "positions --queue": ["Ingen väntar på plats."],
    f"identities {CANDIDATE}": ["Ingen har öppnat den här identiteten."],
    "reads": ["Ingen annan har läst om dina kandidater."],
    "notices": ["meddelande", "väntar", "försök"],
    "programme list": ["program", "källa"],
    "list --stage nowhere": ["steg, nowhere: Namnet är okänt"],
    "show K7Q29FMXC": ["är inte ett giltigt kandidatnummer"],
    "resend": ["Ange meddelandenas id"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_everything_in_swedish(desk: RecordedWay, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    assert not desk.tells("internship_completed").accepted
    told = said(monkeypatch, "sv", *command.split())
    assert [text for text in COMMANDS[command] if text not in told] == [], told
    # What programmes and positions are called, and where rules are written, is data.
    if "programme" not in command and command != "positions":
        assert english_in(told, ["partner_acknowledged"]) == [], told  # which `today` says is to be typed
    assert english_in(said(monkeypatch, "en", *command.split())) != []


@pytest.mark.usefixtures("database")
def test_an_unknown_language_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(monkeypatch, "fi", "list") == "HELAVAGEN_LANG must be one of sv, en."
    assert in_any_case("Interrupted. Nothing more was sent.") == "Interrupted. Nothing more was sent."


@pytest.mark.parametrize("stage", [*ROUTES])
def test_a_status_is_told_in_swedish(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    way = way_to(stage)
    now = datetime.combine(way.day + timedelta(days=1), datetime.min.time(), UTC)
    status = describe(CANDIDATE, "service_division", way.journey.state, 3, now)
    journeys.status(status, now.date())
    receipts.options(by_what_they_lead_to(status))
    told = capsys.readouterr().out
    assert "Väntar " in told
    assert english_in(told) == [], told


def test_whatever_a_journey_waits_for_has_its_swedish() -> None:
    with using_language("sv"):
        for words in (*WAITS.values(), *PARTIES.values()):
            assert translate(words) != language.said(words, "en")


def test_a_refusal_is_told_in_swedish(desk: RecordedWay, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = desk.tells("internship_completed")
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    told = translate(receipts.refusal(refused))
    assert told.startswith("Inte godtagen: genomförd praktik kan inte registreras i steget kravprövning.")
    assert english_in(told) == [], told


def test_the_report_is_told_in_swedish_with_its_numbers_and_days(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = datetime(2018, 6, 1, tzinfo=UTC).date()
    make_up(engine, PREPAREDNESS, 300, day)
    found = publish(PREPAREDNESS, count(engine, PREPAREDNESS.id, {}, day), day).figures
    with using_language("sv"):
        shown = unescape(page(found))
        programmes.report(found)
        write_csv(found, tmp_path / "report.csv")
    assert '<html lang="sv">' in shown
    assert "1 juni 2018" in shown
    assert "2\xa0000" in shown
    assert english_in(shown) == []
    assert "Hur långt människor kommer" in capsys.readouterr().out
    file = tmp_path / "report.csv"
    assert english_in(file.read_text("utf-8-sig")) == []
    assert file.read_text("utf-8-sig").startswith("tabell;vems;vad;värde\n")
    write_csv(found, english := tmp_path / "english.csv")
    assert "hired_by_month;" in english.read_text("utf-8-sig")


@pytest.mark.usefixtures("database")
def test_the_report_is_written_in_the_language_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELAVAGEN_ACTOR", "lena.strand")
    nobody = "0 personer har anvisats och 0 anställts."
    assert nobody in said(monkeypatch, "en", "report", "service_division", "--lang", "sv")
    assert nobody in said(monkeypatch, "sv", "report", "service_division")
    assert "0 people were referred and 0 hired." in said(
        monkeypatch, "sv", "report", "service_division", "--lang", "en"
    )
    assert said(monkeypatch, "en", "report", "service_division", "--lang", "fi").startswith("--lang must be one of")


def test_the_certificate_is_told_in_swedish_whatever_the_script_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELAVAGEN_LANG", "en")
    html = as_html(lay_out(EXAMPLE, DANIELA, "sv"))
    assert english_in(html) == [], html
    assert "intyg" in html.lower()


# What keeps it so


def sources() -> Iterator[Path]:
    yield from (ROOT / script for script in SCRIPTS)
    for folder in WHERE:
        yield from sorted((ROOT / folder).rglob("*.py"))


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """What is told to a person, as the extractor looks for it."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in KEYWORDS:
            yield one


def test_what_a_person_meets_is_a_text_of_the_catalogue() -> None:
    """The extractor sees neither a sentence that is put together nor a call within one."""
    put_together, within = list[tuple[str, int]](), list[tuple[str, int]]()
    for file in sources():
        name, tree = str(file.relative_to(ROOT)), ast.parse(file.read_text("utf-8"))
        put_together += [
            (name, call.lineno)
            for call in calls(tree)
            if any(isinstance(argument, ast.JoinedStr) for argument in call.args)
        ]
        strings = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        within += [(name, string.lineno) for string in strings for _ in calls(string)]
    assert put_together == [], "write the text as a literal with places: _('… {day} …', day=day)"
    assert within == [], "call _(…) before the f-string, or the extractor does not find its text"


def test_an_error_that_passes_another_on_says_both_in_the_same_language() -> None:
    inner = UsageError(msg("field.no_value", "The field {name} has no value.", name="i går {}"))
    outer = UsageError(msg("row.employment", "Earlier employment: {what}", what=inner.message))
    assert in_any_case(outer.message) == "Earlier employment: The field i går {} has no value."
    with using_language("sv"):
        assert told(outer)[0] == "Tidigare anställning: Fältet i går {} saknar värde."
