"""`admin.py` show and find: what people wrote, told of and shown to those who ask; and that somebody was erased."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from typer.testing import CliRunner

import admin
from interfaces.cli.hints import told
from models.tables.journeys import JourneyRow
from services.application import Application
from services.privacy.disposals import in_words
from tests.support.authority import found, keep_keys
from tests.support.recording import CANDIDATE, RecordedWay, recorder_on

ERASED = in_words(CANDIDATE, None)


@pytest.fixture
def way(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RecordedWay:
    """A candidate with two notes of 2 March, the first of which was struck, in a database that the script finds."""
    found(engine)
    keep_keys(tmp_path / "keys")
    monkeypatch.setenv("HELAVAGEN_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("HELAVAGEN_ACTOR", "anna.berg")
    way = RecordedWay(recorder_on(engine)).comes("referred")
    assert way.tells("note_added", text="Prefers mornings").accepted
    slip = way.journey.entries[-1].event.event_id
    assert way.tells("corrected", corrects=slip, reason="A slip", replacement=None).accepted
    assert way.tells("note_added", text="Likes the evenings").accepted
    return way


def shown(*options: str) -> str:
    ended = CliRunner().invoke(admin.app, ["show", CANDIDATE, *options])
    return ended.output + (told(ended.exception)[0] if isinstance(ended.exception, Exception) else "")


def test_the_latest_three_notes_that_hold_are_shown_and_all_of_them_to_those_who_ask(way: RecordedWay) -> None:
    assert "Likes the evenings" in shown()
    assert "mornings" not in shown()
    assert "see --notes" not in shown()
    for number in range(1, 4):
        assert way.tells("note_added", text=f"Call {number}").accepted
    assert ["evenings" in shown(), *(f"Call {number}" in shown() for number in range(1, 4))] == [
        False,
        True,
        True,
        True,
    ]
    assert "There are 4 notes: see --notes.\n" in shown()
    assert "Likes the evenings" in shown("--notes")
    assert "mornings" not in shown("--notes")


def test_reminders_that_are_left_are_shown_with_what_they_are_about(way: RecordedWay) -> None:
    days = [way.day + timedelta(days=number) for number in (7, 14, 21)]
    first, other = (way.event("reminder_set", remind_on=day, task=f"Call on {day}") for day in days[:2])
    assert all(way.records(one).accepted for one in (first, other))
    assert way.tells("reminder_moved", reminder=first.event_id, remind_on=days[2]).accepted
    lines = [line.split() for line in shown().splitlines()]
    assert ["5", str(days[2]), "Call", "on", str(days[0])] in lines
    assert way.tells("reminder_done", reminder=first.event_id).accepted
    assert f"Call on {days[0]}" not in shown()
    assert f"Call on {days[1]}" in shown()


def test_notes_are_shown_with_remarks_and_struck_ones_to_those_who_ask(way: RecordedWay) -> None:
    lines = [line.split() for line in shown("--remarks").splitlines()]
    by = str(way.journey.entries[-1].event.actor)
    note = ["4", str(way.day), "note_added", by, "Likes", "the", "evenings"]
    assert note in lines, lines
    assert ["2", *note[1:4], "(struck", "by", "row", "3)"] in lines
    assert "Prefers mornings" in shown("--remarks", "--struck", "--because", "A complaint")


@pytest.mark.usefixtures("way")
def test_of_somebody_erased_nothing_is_said_but_that(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with engine.begin() as connection:
        connection.execute(update(JourneyRow).values(erased_on=date(2026, 3, 3)))
    monkeypatch.setattr(Application, "erased", lambda *_: ERASED)
    assert "erased" in shown("--identity", "--because", "To call")
    assert "There is" not in shown()


def test_whoever_is_paused_is_found_as_paused(way: RecordedWay) -> None:
    def finds() -> str:
        return CliRunner().invoke(admin.app, ["find", CANDIDATE]).output

    assert "(paused)" not in finds()
    assert way.tells("paused", actor="coordinator:anna.berg").accepted
    assert "The service division's way in: referral (paused), since" in finds()
