"""Somebody who comes back: known before they are referred again, and where to do that where a journey stays closed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from interfaces.desk.flow import REFUSED_STATUS
from models.stages import Stage
from services.queries.reads import reads
from tests.support.desk import session_of, text_of
from tests.support.desk_ledger import DeskOnALedger, desk_on, somebody
from tests.support.desk_pages import Browsing
from tests.support.import_files import made_up_number
from tests.support.recording import RecordedWay

REFERRAL = {"programme": "service_division", "referring_partner": "arbetsformedlingen", "site": "2480"}


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    """Amina, who left more than two years ago."""
    way = somebody(engine, "Amina Påhittad", Stage.REQUIREMENT_CHECK)
    assert way.tells("withdrawn", end_reason="own_wish").accepted
    return way.later(800)


@pytest.fixture
async def desk(
    engine: Engine, way: RecordedWay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[DeskOnALedger]:
    async with desk_on(engine, monkeypatch, tmp_path, way) as desk:
        yield desk


async def looked_through(desk: DeskOnALedger, way: RecordedWay, person: str) -> str:
    """What the check page of a new referral says."""
    known = desk.desk.office.application(session_of(person)).register.person(way.candidate)
    browser = Browsing(desk.visitor(person))
    who = {"identity_number": known.identity_number, "name": known.name}
    answer = await browser.send(await browser.get("/ny"), **who, **REFERRAL)
    assert answer.status_code == 200, answer.text
    return f"{text_of(answer)} {answer.text}"


@pytest.mark.parametrize("person", ["anna.berg", "bo.lind"])
async def test_a_returner_is_known_before_they_are_referred_again(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine, person: str
) -> None:
    told = await looked_through(desk, way, person)
    assert "The person has been here before:" in told
    assert "closed (" in told
    assert f"/person/{way.candidate}?program={way.rules.id}/1" in told
    assert bool(reads(engine, candidate=way.candidate, reader="bo.lind")) is (person == "bo.lind")


async def test_whoever_may_be_known_by_another_number_is_shown_before_they_are_referred(
    desk: DeskOnALedger, way: RecordedWay
) -> None:
    known = desk.desk.office.application(session_of("anna.berg")).register.person(way.candidate)
    born = known.identity_number[:6] + str(int(known.identity_number[6:8]) + 60)
    browser = Browsing(desk.visitor())
    who = {"identity_number": made_up_number(born, 985), "name": "Amina Maria Påhittad"}
    answer = await browser.send(await browser.get("/ny"), **who, **REFERRAL)
    assert f"Is this right? Candidate {way.candidate} has the same date of birth" in text_of(answer)
    assert (
        f'href="/person/{way.candidate}?program={way.rules.id}/1"' in answer.text.partition("may be the same person")[2]
    )


async def test_a_journey_that_stays_closed_leads_to_a_new_referral(desk: DeskOnALedger, way: RecordedWay) -> None:
    anna = desk.visitor()
    page = (await anna.get(f"/person/{way.candidate}")).text
    assert '<a href="/ny">Refer the person again</a>' in page.partition('id="registrera"')[2]
    refused = await Browsing(anna).send(await anna.get(f"/person/{way.candidate}/registrera/reopened"), reason="Again")
    assert refused.status_code == 409
    assert '<a href="/ny">Refer the person again</a>' in refused.text


async def test_what_stood_there_already_is_no_receipt(desk: DeskOnALedger, way: RecordedWay) -> None:
    first = str(way.journey.entries[0].event.event_id)
    told = text_of(await desk.visitor().get(f"/person/{way.candidate}", fanns=first))
    assert "This stood here already: referral, row 1, recorded" in told
    assert "Recorded:" not in told
    assert "stood here already" not in text_of(await desk.visitor().get(f"/person/{way.candidate}", fanns="nothing"))


async def test_a_referral_by_another_partner_is_refused_in_names(desk: DeskOnALedger) -> None:
    browser = Browsing(desk.visitor("anna.berg"))
    who = {"identity_number": made_up_number("19910301"), "name": "Siv Påhittad"}
    said = {**REFERRAL, "referring_partner": "unga_talanger"}
    answer = await browser.send(await browser.get("/ny"), **who, **said)
    assert answer.status_code == REFUSED_STATUS
    assert "Unga talanger, ideell talangorganisation does not refer to this programme. Available:" in text_of(answer)
    assert "Arbetsförmedlingen" in text_of(answer).partition("Available:")[2].partition("The rule")[0]
