"""`admin.py rules`: what differs is shown, many go with one question, all or none, and only the manager moves them."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.events.events import Event
from models.identifiers import JourneyId
from models.programme.programme import Programme
from runtime.rulebook.loader import RuleBook
from services.application import Application
from services.restarting import Restarts
from tests.support.authority import put_in_force
from tests.support.programme_files import SERVICE_FILE, change
from tests.support.programmes import SERVICE
from tests.support.recording import ANNA, BO, CHARLIE, DANA, RecordedWay, recorder_on
from tests.support.scripts import said, send_to, set_for_scripts, sit_at_a_terminal

THREE = (ANNA, BO, CHARLIE)
WHY = ("--because", "A shorter window")


@pytest.fixture
def today(engine: Engine, programmes: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Programme:
    """The rules of today, which are others than those of three journeys."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    change(programmes, SERVICE_FILE, "reopen_within_days = 90", "reopen_within_days = 60")
    change(programmes, SERVICE_FILE, "days = 14\nremind_days_before = 4", "days = 21\nremind_days_before = 4")
    monkeypatch.setenv("HELAVAGEN_PROGRAMMES", str(programmes))
    rules = RuleBook(programmes).programme("service_division")
    put_in_force(engine, rules)
    return rules


@pytest.fixture
def sent(engine: Engine, today: Programme, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What is sent to three journeys that carry other rules, whose histories Temporal has."""
    ways = [RecordedWay(recorder_on(engine), one).comes("referred", "referral_accepted") for one in THREE]
    of_today = RecordedWay(recorder_on(engine), DANA, today).comes("referred")

    async def nobody(_: Application) -> None:
        return None

    async def kept(_: Restarts, _journey_id: JourneyId) -> Programme:
        return SERVICE

    monkeypatch.setattr(Application, "client", nobody)
    monkeypatch.setattr(Restarts, "rules_kept", kept)
    return send_to(monkeypatch, *ways, of_today)


def by_lena(*words: str, typed: str = "") -> str:
    return said(*words, by="lena.strand", typed=typed)


def test_what_differs_is_shown_field_by_field_and_nothing_is_sent(sent: list[Event]) -> None:
    told = by_lena("rules", ANNA, "--dry-run")
    assert "reopen_within_days" in told
    assert "deadlines[referral_unanswered].days" in told
    assert "days within which a journey is reopened" in told
    as_json = json.loads(by_lena("rules", *THREE, "--dry-run", "--json"))
    assert {one["candidate"] for one in as_json} == set(THREE)
    assert as_json[0]["changes"] == [
        {"where": "reopen_within_days", "was": 90, "now": 60},
        {"where": "deadlines[referral_unanswered].days", "was": 14, "now": 21},
    ]
    assert sent == []


def test_all_of_a_programme_move_with_one_question(
    sent: list[Event], today: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    told = by_lena("rules", "--all", "--programme", "service_division", *WHY, typed="y\n")
    assert "Move 3 journeys to the rules of today?" in told
    assert f"The rules of today already: {DANA}." in told
    assert [getattr(one, "rules", None) for one in sent] == [today] * 3
    assert {str(one.actor) for one in sent} == {"manager:lena.strand"}


def test_whoever_says_no_at_a_terminal_moves_nobody(sent: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at_a_terminal(monkeypatch)
    by_lena("rules", *THREE, *WHY, typed="n\n")
    assert sent == []


def test_what_differs_in_nothing_is_refused_with_a_sentence(sent: list[Event]) -> None:
    assert "Nothing was recorded: the rules of today are those that are carried already." in by_lena(
        "rules", DANA, *WHY
    )
    by_lena("rules", ANNA, *WHY)
    told = by_lena("rules", ANNA, DANA, *WHY)
    assert "are carried already" in told
    assert len(sent) == 1


def test_none_moves_where_a_rule_is_against_one(engine: Engine, sent: list[Event], programmes: Path) -> None:
    change(programmes, SERVICE_FILE, 'towns = ["2480", ', "towns = [")
    put_in_force(engine, RuleBook(programmes).programme("service_division"))
    told = by_lena("rules", *THREE, *WHY)
    assert f"No journey was moved: {ANNA}: " in told
    assert "is not run in 2480" in told
    assert sent == []


REFUSED = {
    "a coordinator": ("coordinator:anna.berg", "The role coordinator does not permit"),
    "somebody who manages nothing": ("anna.berg", "You do not have the role manager"),
}


@pytest.mark.parametrize("who", REFUSED)
def test_nobody_moves_journeys_but_the_programmes_managers(sent: list[Event], who: str) -> None:
    actor, says = REFUSED[who]
    assert says in said("rules", ANNA, *WHY, by=actor)
    assert sent == []


def test_who_is_meant_must_be_said(sent: list[Event]) -> None:
    assert "Name candidates, or choose all" in by_lena("rules", *WHY)
    assert "Name candidates, or choose all" in by_lena("rules", ANNA, "--all", *WHY)
    assert "Choose one." in by_lena("rules", "--all", *WHY)
    assert "State why" in by_lena("rules", ANNA)
    assert sent == []
