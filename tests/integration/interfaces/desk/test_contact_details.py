"""A new telephone number at the desk: what stands, what it becomes and why, with the traces that `rectify` leaves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.access.statements import Assignment
from models.fields import FIRST_DAY
from models.identifiers import Role
from models.stages import Stage
from services.identities.register import Person
from services.queries.reads import reads
from tests.support.desk import session_of, text_of
from tests.support.desk_ledger import DeskOnALedger, desk_on, joins, somebody
from tests.support.desk_pages import Browsing, Form
from tests.support.recording import RecordedWay

WHY = "She rang from her new number"


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    return somebody(engine, "Amina Påhittad", Stage.INTERNSHIP, phone="070-174 06 05")


@pytest.fixture
async def desk(
    engine: Engine, way: RecordedWay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[DeskOnALedger]:
    async with desk_on(engine, monkeypatch, tmp_path, way) as desk:
        yield desk


@pytest.fixture
def anna(desk: DeskOnALedger) -> Browsing:
    return Browsing(desk.visitor())


def form(way: RecordedWay) -> str:
    return f"/person/{way.candidate}/uppgifter?program={way.rules.id}/1"


def person(desk: DeskOnALedger, way: RecordedWay) -> Person:
    return desk.desk.office.application(session_of("anna.berg")).register.person(way.candidate)


async def test_a_new_number_is_looked_through_and_stands_with_the_old_one_kept(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine, anna: Browsing
) -> None:
    assert "/uppgifter" in (await anna.get(f"/person/{way.candidate}")).text
    page = await anna.get(form(way))
    assert Form(page.text).fields["phone"] == ["070-174 06 05"]
    looked_through = await anna.send(page, phone="070-174 06 07", how="changed", because=WHY)
    assert "070-174 06 05 → 070-174 06 07" in text_of(looked_through)
    assert person(desk, way).phone == "070-174 06 05"
    for _ in range(2):
        receipt = await anna.follow(await anna.send(looked_through, "send"))
        assert "Changed: telephone." in text_of(receipt)
    assert person(desk, way).phone == "070-174 06 07"
    assert [one["value"] for one in person(desk, way).earlier] == ["070-174 06 05"]
    said = [(one.what, one.because) for one in reads(engine, reader="anna.berg") if one.because == WHY]
    assert said == [("identity", WHY), ("rectification", WHY)]


async def test_what_is_left_empty_stays_and_what_is_ticked_goes(
    desk: DeskOnALedger, way: RecordedWay, anna: Browsing
) -> None:
    page = await anna.get(form(way))
    said = {"how": "wrong", "because": WHY}
    emptied = await anna.send(page, **said, phone="")
    assert (emptied.status_code, 'href="#phone"' in emptied.text) == (422, True)
    nothing = await anna.send(page, **said)
    assert (nothing.status_code, "Nothing is changed." in text_of(nothing)) == (422, True)
    both = await anna.send(page, **said, phone="070-174 06 07", removed="phone")
    assert both.status_code == 422
    unreasoned = await anna.send(page, phone="070-174 06 07")
    assert 'href="#because"' in unreasoned.text
    assert 'href="#how"' in unreasoned.text
    garbled = await anna.send(page, **said, email="amina")
    assert 'href="#email"' in garbled.text
    looked_through = await anna.send(page, **said, removed="phone", email="amina@example.se")
    assert "070-174 06 05 → removed" in text_of(looked_through)
    await anna.send(looked_through, "send")
    assert (person(desk, way).phone, person(desk, way).email) == (None, "amina@example.se")
    assert person(desk, way).name == "Amina Påhittad"


async def test_a_reason_that_tells_too_much_is_asked_about_before_anything_is_opened(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine, anna: Browsing
) -> None:
    page = await anna.get(form(way))
    said = {"phone": "070-174 06 07", "how": "changed", "because": "Amina Påhittad rang"}
    looked_through = await anna.send(page, **said)
    assert "Shall the text stand?" in text_of(looked_through)
    assert (await anna.send(looked_through, "send")).status_code == 422
    assert "identity" not in [one.what for one in reads(engine, reader="anna.berg")]
    assert (await anna.send(looked_through, "send", sure="yes")).status_code == 303
    assert person(desk, way).phone == "070-174 06 07"


async def test_whoever_may_not_has_no_button_and_no_form(desk: DeskOnALedger, way: RecordedWay, engine: Engine) -> None:
    joins(desk, engine, "rut.holm", Assignment(role=Role.AUDITOR, from_day=FIRST_DAY))
    for reader in ("rut.holm", "maria.ek"):
        visitor = desk.visitor(reader)
        shown = await visitor.send(f"/person/{way.candidate}", because="A sample")
        assert (shown.status_code, "/uppgifter" in shown.text) == (200, False)
        for answer in (await visitor.get(form(way)), await visitor.send(form(way), phone="070-174 06 07")):
            assert answer.status_code == 403


async def test_while_somebody_is_judged_what_stands_is_not_shown(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    way = somebody(engine, "Bim Påhittad", Stage.REQUIREMENT_CHECK, phone="070-174 06 05")
    async with desk_on(engine, monkeypatch, tmp_path, way) as desk:
        bo = Browsing(desk.visitor("bo.lind"))
        page = await bo.follow(await bo.send(await bo.get(form(way)), because=WHY))
        looked_through = await bo.send(page, phone="070-174 06 07", how="changed", because=WHY)
        assert "not shown → 070-174 06 07" in text_of(looked_through)
        assert "070-174 06 05" not in looked_through.text
        assert (await bo.send(looked_through, "send")).status_code == 303
        assert person(desk, way).phone == "070-174 06 07"
