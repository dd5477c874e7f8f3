"""`admin.py lottery` draws who is offered a place first, and `audit.py lottery` draws the same again."""

import json
import re
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine

from activities.contents import event_in
from auditing.inspection.lottery import drawing_in
from models.events.events import Event
from models.programme.programme import Programme
from runtime.rulebook.loader import RuleBook
from services.queries.lists import Lists
from tests.support.programmes import LOTS
from tests.support.recording import ANNA, BO, CHARLIE, TRAY_KITCHEN, RecordedWay, recorder_on
from tests.support.scripts import said, send_to, set_for_scripts

SEED = "midsummer 2026"
DRAW = ("lottery", LOTS.id, "--seed", SEED, "--places", "1")


@pytest.fixture
def ways(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, RecordedWay]:
    """Three who wait for a place, by their journeys, in a programme that draws lots."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    known = RuleBook.find

    def find(book: RuleBook, name: str) -> Programme | None:
        return LOTS if name == LOTS.id else known(book, name)

    monkeypatch.setattr(RuleBook, "find", find)
    monkeypatch.setattr(RuleBook, "programme", lambda book, name: find(book, name))
    ways = [RecordedWay(recorder_on(engine), one, LOTS) for one in (ANNA, BO, CHARLIE)]
    return {way.id: way.comes("referred", "referral_accepted", "requirements_checked") for way in ways}


@pytest.fixture
def sent(ways: dict[str, RecordedWay], monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    return send_to(monkeypatch, *ways.values())


def in_order(ways: dict[str, RecordedWay]) -> list[RecordedWay]:
    return [ways[one] for one in sorted(ways, key=lambda id_: sha256(f"{SEED}\n{id_}".encode()).hexdigest())]


def test_each_who_waits_gets_the_number_that_follows_from_the_seed(
    engine: Engine, ways: dict[str, RecordedWay], sent: list[Event]
) -> None:
    shown = json.loads(said(*DRAW, "--dry-run", "--json"))
    assert not sent
    told = said(*DRAW, "--yes")
    assert SEED in told
    numbers = {way.id: way.state.lot.number for way in ways.values() if way.state.lot}
    assert [numbers[way.id] for way in in_order(ways)] == [1, 2, 3]
    assert [one["number"] for one in shown] == [1, 2, 3]
    lines = Lists(engine).waiting(in_order(ways)[0].day).lines
    assert {line.journey_id: line.number for line in lines} == numbers
    found = drawing_in(engine, LOTS.id, SEED)
    assert ([lot.number for lot in found.lots], found.faults, found.left_out) == ([1, 2, 3], (), ())
    again = said(*DRAW, "--yes")  # nothing is drawn anew
    assert "3 numbers of this seed stand as they were drawn on" in again
    assert "drawn and recorded" not in again
    assert [event.kind for event in sent[:3]] == ["lot_drawn"] * 3


@pytest.mark.usefixtures("sent")
def test_places_are_offered_in_that_order_and_who_was_offered_one_is_passed(ways: dict[str, RecordedWay]) -> None:
    first, second, third = (way.later(2) for way in in_order(ways))
    assert second.tells("place_offered", position=TRAY_KITCHEN).rule == "lots_were_drawn"
    said(*DRAW, "--yes")
    for day in (second.day, second.day - timedelta(days=1)):
        refused = second.tells("place_offered", position=TRAY_KITCHEN, effective_on=day)
        assert (refused.accepted, refused.rule) == (False, "earlier_numbers_come_first")
    assert first.tells("place_offered", position=TRAY_KITCHEN).accepted
    assert second.tells("place_offered", position=TRAY_KITCHEN).accepted
    assert first.tells("offer_answered", accepted=False).accepted
    assert third.tells("place_offered", position=TRAY_KITCHEN).accepted


@pytest.mark.usefixtures("sent")
def test_who_offers_a_place_is_told_until_when_it_can_be_answered(ways: dict[str, RecordedWay]) -> None:
    said(*DRAW, "--yes")
    first, second, _third = in_order(ways)
    days = ("--starts-on", "2026-04-01", "--ends-on", "2026-04-30")
    told = said("signal", first.id.candidate, "place_offered", "--position", TRAY_KITCHEN, *days, "--yes")
    assert "The candidate is to answer by Thursday 5 March 2026. After that day the offer lapses.\n" in told
    assert first.journey.entries[-1].event.answer_by == date(2026, 3, 5)  # type: ignore[union-attr]
    assert not second.tells("offer_answered", accepted=True).accepted
    assert not first.tells("place_offered", position=TRAY_KITCHEN).accepted
    shown = said("show", first.id.candidate)
    assert TRAY_KITCHEN not in shown
    assert "to answer the offer of Service assistant, tray kitchen" in re.sub(r"\s+", " ", shown)


@pytest.mark.usefixtures("sent")
def test_a_seed_by_which_others_were_drawn_draws_nobody_anew(ways: dict[str, RecordedWay]) -> None:
    said(*DRAW, "--yes")
    first, second, third = in_order(ways)
    first.comes("withdrawn")
    for more in ("--yes", "--dry-run"):
        assert "Others waited when lots were drawn with this seed on" in said(*DRAW, more)
    assert [way.state.lot.number for way in (second, third) if way.state.lot] == [2, 3]


@pytest.mark.usefixtures("sent")
def test_who_has_left_or_is_paused_holds_nobody_up(ways: dict[str, RecordedWay]) -> None:
    said(*DRAW, "--yes")
    first, second, third = in_order(ways)
    first.comes("withdrawn")
    second.comes("paused")
    assert third.tells("place_offered", position=TRAY_KITCHEN).accepted


def test_a_number_that_does_not_follow_from_the_seed_and_who_was_left_out_are_told(
    engine: Engine, ways: dict[str, RecordedWay]
) -> None:
    first, second, third = in_order(ways)
    for way, number in ((first, 2), (second, 1)):
        assert way.later(1).tells("lot_drawn", number=number, of=2, seed=SEED).accepted
    found = drawing_in(engine, LOTS.id, SEED)
    assert [one.id for one in found.faults] == ["lottery.other_number"] * 2
    assert found.left_out == (third.id,)
    assert not drawing_in(engine, LOTS.id, "another").lots


@pytest.mark.usefixtures("sent")
def test_who_was_erased_since_is_drawn_too(
    engine: Engine, ways: dict[str, RecordedWay], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(*DRAW, "--yes")
    first, second, third = in_order(ways)
    monkeypatch.setattr(
        "auditing.inspection.lottery.event_in",
        lambda seal, row: event_in(seal, row) if row.journey_id != second.id else None,
    )
    found = drawing_in(engine, LOTS.id, SEED)
    assert [lot.journey_id for lot in found.lots] == [first.id, third.id]
    assert (found.faults, found.left_out, found.unreadable) == ((), (), 1)
