"""What is recorded of a colleague's candidate: behind the same door as reading, at whatever address."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine

from interfaces.desk.reasons import REMEMBERED_SECONDS
from models.stages import Stage
from services.queries.reads import reads
from tests.support.desk import text_of
from tests.support.desk_ledger import DeskOnALedger, desk_on, somebody
from tests.support.desk_pages import Browsing
from tests.support.recording import RecordedWay

WHY = "She telephones, and Anna is away"


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    return somebody(engine, "Amina Påhittad", Stage.REFERRAL)


@pytest.fixture
async def desk(
    engine: Engine, way: RecordedWay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[DeskOnALedger]:
    async with desk_on(engine, monkeypatch, tmp_path, way) as desk:
        yield desk


@pytest.fixture
def parts(way: RecordedWay) -> list[str]:
    event = way.journey.entries[0].event.event_id
    return [
        *("registrera/referral_accepted", "registrera/note_added", "angra", "flytta", "uppgifter", f"ratta/{event}"),
        *(f"ratta/{event}/anmarkning", f"ratta/{event}/slag/note_added"),
    ]


async def test_every_form_asks_why_first_and_shows_nothing_before(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine, parts: list[str]
) -> None:
    bo = desk.visitor("bo.lind")
    for part in parts:
        asked = await bo.get(f"/person/{way.candidate}/{part}")
        assert (asked.status_code, "Anna Berg is in charge of this candidate." in text_of(asked)) == (200, True), part
        assert "made_for" not in asked.text
    for part in parts:
        sent = await bo.send(f"/person/{way.candidate}/{part}", do="send", text="x")
        assert (sent.status_code, "Anna Berg is in charge" in text_of(sent)) == (409, True), part
    assert (desk.sent, reads(engine, reader="bo.lind")) == ([], [])


async def test_whoever_has_said_why_records_and_sees_the_receipt(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = Browsing(desk.visitor("bo.lind"))
    door = await bo.get(f"/person/{way.candidate}/registrera/referral_accepted?program={way.rules.id}/1")
    assert (await bo.send(door)).status_code == 422
    form = await bo.follow(await bo.send(door, because=WHY))
    assert "Anna Berg is in charge of this candidate." in text_of(form)
    assert [one.because for one in reads(engine, reader="bo.lind")] == [WHY]
    later = time.monotonic() + REMEMBERED_SECONDS + 1  # it was a long form
    monkeypatch.setattr("interfaces.desk.reasons.time", SimpleNamespace(monotonic=lambda: later))
    looked_through = await bo.send(form)
    receipt = await bo.follow(await bo.send(looked_through, "send"))
    assert "Recorded: " in text_of(receipt)


async def test_what_was_typed_is_kept_at_the_door(desk: DeskOnALedger, way: RecordedWay) -> None:
    bo = Browsing(desk.visitor("bo.lind"))
    path = f"/person/{way.candidate}/registrera/note_added?program={way.rules.id}/1"
    door = await bo.visitor.send(path, text="Rang i dag")
    kept = await bo.send(door, because=WHY)
    assert "what was typed is kept" in text_of(kept)
    assert 'value="Rang i dag"' in kept.text


async def test_the_door_leads_to_pages_of_the_same_person_alone(desk: DeskOnALedger, way: RecordedWay) -> None:
    bo = desk.visitor("bo.lind")
    own = f"/person/{way.candidate}"
    elsewhere = (f"{before}elsewhere.example{own}/flytta" for before in ("https://", "//"))
    for to in (*elsewhere, "/person/A22222223", f"{own}x/registrera", ""):
        answer = await bo.send(f"{own}/skal", because=WHY, to=to)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, own)
    answer = await bo.send(f"{own}/skal", because=WHY, to=f"{own}/flytta?rad=1")
    assert answer.headers["location"] == f"{own}/flytta?rad=1"


async def test_whoever_is_in_charge_is_asked_nothing(desk: DeskOnALedger, way: RecordedWay) -> None:
    form = await desk.visitor().get(f"/person/{way.candidate}/registrera/referral_accepted")
    assert "made_for" in form.text
    assert "is in charge of this candidate" not in text_of(form)
