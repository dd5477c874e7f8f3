"""`admin.py` pause and resume: what ends in the pause and what becomes of the place is told before anything is sent."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.dates import format_date
from sqlalchemy import Engine

from models.events.events import Event
from models.identifiers import JourneyId
from services.application import Application
from tests.support.recording import CANDIDATE, RecordedWay, recorder_on
from tests.support.scripts import said, send_to, set_for_scripts, sit_at_a_terminal

YEAR = timedelta(days=365)


@pytest.fixture
def way(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RecordedWay:
    """A candidate in an internship, of a programme with a place for each."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    return RecordedWay(recorder_on(engine)).comes(
        "referred", "referral_accepted", "requirements_checked", "internship_agreed"
    )


@pytest.fixture
def sent(way: RecordedWay, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    return send_to(monkeypatch, way)


def test_what_ends_in_the_pause_and_what_becomes_of_the_place_is_told_first(
    way: RecordedWay, sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = ("pause", CANDIDATE, "--because", "Föräldraledig", "--until", str(way.day + YEAR))
    kept = said(*pause, "--dry-run")
    assert f"Praktiken slutar {way.state.agreed_end}, under pausen." in kept
    assert "Platsen på Serviceassistent, brickdukning behålls." in kept
    freed = said(*pause, "--free-place", "--dry-run")
    assert "behålls" not in freed
    assert "En plats på Serviceassistent, brickdukning blir ledig" in freed
    soon = said(*pause[:-1], str(way.day + timedelta(days=7)), "--dry-run")
    assert "under pausen" not in soon
    sit_at_a_terminal(monkeypatch)
    told = said(*pause, "--on", "idag", typed="nej\n")
    assert told.index("under pausen") < told.index("Inget har registrerats")
    assert sent == []


def test_where_nothing_is_paused_that_is_said_before_anything_is_asked(
    way: RecordedWay, sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    told = said("resume", CANDIDATE)
    assert told.startswith("Vägen är inte pausad")
    assert way.tells("paused", actor="coordinator:anna.berg").accepted
    assert "godtagen" in said("resume", CANDIDATE, "--yes")
    again = str(sent[-1].event_id)
    assert "godtagen" in said("resume", CANDIDATE, "--yes", "--event-id", again)


def test_the_answer_says_that_it_is_paused_and_until_when_and_which_day_was_understood(
    way: RecordedWay, sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def status(_application: Application, _journey_id: JourneyId) -> SimpleNamespace:
        return SimpleNamespace(ends_in_pause=())

    monkeypatch.setattr("interfaces.cli.commands.answering._status", status)
    until = way.day + YEAR
    pause = ("pause", CANDIDATE, "--because", "Resa", "--until", str(until), "--on", "idag")
    day, last = (format_date(one, "EEEE d MMMM y", locale="sv") for one in (way.day, until))
    assert f"dag: {day}" in said(*pause, "--dry-run")
    assert f"Vägen är pausad till {last}." in said(*pause, "--yes")
    assert [event.kind for event in sent] == ["paused"]
