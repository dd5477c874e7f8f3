"""Moving to another person at the desk: found by name, looked through for both, and a receipt that leads to both."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine

from models.stages import Stage
from services.queries.reads import reads
from tests.support.desk import text_of
from tests.support.desk_ledger import DeskOnALedger, desk_on, somebody
from tests.support.desk_pages import Browsing
from tests.support.recording import RecordedWay

WHY = "Two rows mixed up"


class Two(NamedTuple):
    wrong: RecordedWay
    right: RecordedWay

    def form(self, row: int) -> str:
        return f"/person/{self.wrong.candidate}/flytta?program={self.wrong.rules.id}/1&rad={row}"


@pytest.fixture
def two(engine: Engine) -> Two:
    wrong = somebody(engine, "Amina Påhittad", Stage.REQUIREMENT_CHECK)
    right = somebody(engine, "Jamal Öberg", Stage.AWAITING_PLACEMENT, coordinator="bo.lind")
    for way in (wrong, right):
        assert way.tells("note_added", text="Prefers mornings").accepted
    return Two(wrong, right)


@pytest.fixture
async def desk(
    engine: Engine, two: Two, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[DeskOnALedger]:
    async with desk_on(engine, monkeypatch, tmp_path, *two) as desk:
        yield desk


@pytest.fixture
def anna(desk: DeskOnALedger) -> Browsing:
    return Browsing(desk.visitor())


async def test_it_is_shown_whom_it_is_moved_to_and_what_follows_for_both(
    two: Two, engine: Engine, anna: Browsing
) -> None:
    page = await anna.get(two.form(len(two.wrong.journey.entries)))
    looked_through = await anna.send(page, target="jamal öberg", because=WHY)
    told = text_of(looked_through)
    assert f"Moved to {two.right.candidate}" in told
    assert "Coordinator in charge Bo Lind" in told
    assert "waiting for a place, since" in told
    right, wrong = told.split("What follows for ")[1:]
    assert right.startswith(two.right.candidate)
    assert two.wrong.candidate in wrong
    assert "Stage: waiting for a place, as before" in right
    assert "Nobody is told." in wrong
    seen = {(one.what, one.because) for one in reads(engine, candidate=two.right.candidate, reader="anna.berg")}
    assert ("name", WHY) in seen
    assert "journey" in {what for what, _ in seen}


async def test_the_receipt_leads_to_both(two: Two, desk: DeskOnALedger, anna: Browsing) -> None:
    page = await anna.get(two.form(len(two.wrong.journey.entries)))
    looked_through = await anna.send(page, target=two.right.candidate, because=WHY)
    for _ in range(2):
        receipt = await anna.follow(await anna.send(looked_through, "send"))
        top = receipt.text.partition('id="vagen"')[0]
        assert "Recorded: correction" in text_of(receipt)
        assert f"/person/{two.right.candidate}?" in top
    assert [one.kind for one in desk.sent] == ["note_added", "corrected"]


async def test_what_a_rule_is_against_or_what_takes_two_is_told_before_anything_is_sent(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = somebody(engine, "Amina Påhittad", Stage.INTERNSHIP)
    early, right = (
        somebody(engine, name, stage)
        for name, stage in (("Jamal Öberg", Stage.REFERRAL), ("Sara Påhittad", Stage.AWAITING_PLACEMENT))
    )
    agreed = str(len(wrong.journey.entries))
    async with desk_on(engine, monkeypatch, tmp_path, wrong, early, right) as desk:
        anna = Browsing(desk.visitor())
        page = await anna.get(Two(wrong, right).form(int(agreed)))
        refused = await anna.send(page, target=early.candidate, because=WHY)
        assert refused.status_code == 409
        assert f"Nothing was moved. Of {early.candidate}:" in text_of(refused)
        told = text_of(await anna.send(page, target=right.candidate, because=WHY))
        there, here = told.split("What follows for ")[1:]
        assert "Stage: waiting for a place → internship" in there
        assert "A place on" in there
        assert "What follows then:" in here
        assert "internship → waiting for a place" in here
        assert "This takes two." in told
        assert desk.sent == []


async def test_who_is_not_found_and_who_is_not_alone_is_asked_for_by_number(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ways = [somebody(engine, name, Stage.INTERNSHIP) for name in ("Amina Påhittad", "Jamal Öberg", "Jamal Åberg")]
    assert ways[0].tells("note_added", text="Prefers mornings").accepted
    async with desk_on(engine, monkeypatch, tmp_path, *ways) as desk:
        anna = Browsing(desk.visitor())
        page = await anna.get(Two(*ways[:2]).form(len(ways[0].journey.entries)))
        for written, expected in (
            ("Nobody Here", "Nobody was found"),
            ("Amina", "Only the person on whom it stands fits."),
            ("Jamal", f"Jamal Åberg ({ways[2].candidate})"),
            ("K7Q29FMX8", "not a valid candidate number"),
        ):
            answer = await anna.send(page, target=written, because=WHY)
            assert (answer.status_code, '<a href="#target">' in answer.text) == (422, True)
            assert expected in text_of(answer)
        looked_through = await anna.send(page, target="Jamal Åberg", because=WHY)
        assert f"Moved to Jamal Åberg, {ways[2].candidate}" in text_of(looked_through)


async def test_a_reason_that_tells_too_much_is_asked_about(two: Two, desk: DeskOnALedger, anna: Browsing) -> None:
    page = await anna.get(two.form(len(two.wrong.journey.entries)))
    looked_through = await anna.send(page, target=two.right.candidate, because="It was Jamal Öberg")
    assert "Shall the text stand?" in text_of(looked_through)
    assert (await anna.send(looked_through, "send")).status_code == 422
    assert desk.sent == []
    assert (await anna.send(looked_through, "send", sure="yes")).status_code == 303
