"""Mitt idag, Min vecka and Sök: what waits, whose it is, and who is found, with each reading written down."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import Engine

from models.access.statements import Assignment, StaffEntered, Substitute
from models.fields import FIRST_DAY
from models.identifiers import Role
from models.stages import Stage
from runtime.local.people import OPERATOR, everywhere
from runtime.statement_log import StatementLog
from services.application import Application
from services.queries.reads import reads
from tests.support.authority import key_of
from tests.support.desk import text_of
from tests.support.desk_ledger import DeskOnALedger, desk_on, joins, somebody
from tests.support.recording import RecordedWay, recorded_way
from tests.support.values import candidate_from

LATER = 25
"""Days after which the referrals of the first day are late, and what came after is due."""


@pytest.fixture
def ways(engine: Engine) -> dict[str, RecordedWay]:
    """Amina works, Nils waits for an answer; Layla is in Bo's charge. All are of the first Monday."""
    people = {
        "Amina": somebody(engine, "Amina Påhittad", Stage.INTERNSHIP, phone="070-174 06 05"),
        "Nils": somebody(engine, "Nils Påhittad", Stage.REFERRAL),
        "Layla": somebody(engine, "Layla Exempel", Stage.INTERNSHIP, coordinator="bo.lind", phone="070-174 06 06"),
    }
    for way in people.values():
        way.later(LATER)
    return people


@pytest.fixture
async def desk(
    engine: Engine, ways: dict[str, RecordedWay], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[DeskOnALedger]:
    async with desk_on(engine, monkeypatch, tmp_path, *ways.values()) as desk:
        yield desk


def read_of(engine: Engine, by: str) -> list[tuple[str, str, str | None]]:
    return [(one.candidate, one.what, one.because) for one in reads(engine, reader=by)]


async def test_my_day_has_my_own_candidates_by_name_with_the_form_that_settles_each(
    desk: DeskOnALedger, ways: dict[str, RecordedWay], engine: Engine
) -> None:
    answer = await desk.visitor().get("/")
    told = text_of(answer)
    assert answer.status_code == 200
    assert "Nils Påhittad" in told
    assert "11 days overdue" in told
    assert "Layla" not in told
    assert ways["Layla"].candidate not in told
    assert (ways["Nils"].candidate, "name", None) in read_of(engine, "anna.berg")
    week = await desk.visitor().get("/", vecka="ja")
    number = ways["Amina"].candidate
    assert f"/person/{number}/registrera/check_in_recorded?program=service_division/1" in week.text


async def test_everybodys_day_has_colleagues_candidates_by_number_and_says_whose_they_are(
    desk: DeskOnALedger, ways: dict[str, RecordedWay], engine: Engine
) -> None:
    told = text_of(await desk.visitor().get("/", alla="ja", vecka="ja"))
    assert ways["Layla"].candidate in told
    assert "Bo Lind" in told
    assert "Layla" not in told
    assert all(candidate != ways["Layla"].candidate for candidate, *_ in read_of(engine, "anna.berg"))


async def test_whoever_stands_in_is_told_of_each_candidate_for_whom(desk: DeskOnALedger, engine: Engine) -> None:
    day = Application().today()
    leave = Substitute(person="anna.berg", from_day=day, until_day=day + timedelta(days=7))
    roles = everywhere((Role.COORDINATOR,))
    said = {"person": "bo.lind", "name": "Bo Lind", "assignments": roles, "substitute": leave}
    StatementLog(engine).add(StaffEntered(at=Application().now(), **said), key_of(OPERATOR))
    answer = await desk.visitor().get("/", vecka="ja")
    told = text_of(answer)
    assert "You stand in for Bo Lind from" in told
    cards = re.findall(r'<li class="card work.*?</li>', answer.text, re.S)
    assert (True, True) in [("you stand in for" in card, "Layla" in card) for card in cards]
    assert not [card for card in cards if "you stand in for" in card and "Layla" not in card]
    week = await desk.visitor().get("/vecka")
    assert "you stand in for Bo Lind" in text_of(week)


async def test_what_somebody_has_written_stands_first_and_among_the_replies(
    desk: DeskOnALedger, ways: dict[str, RecordedWay]
) -> None:
    assert ways["Amina"].tells("note_added", text="When do we meet?", asks=True).accepted
    told = text_of(await desk.visitor().get("/"))
    assert told.count("When do we meet?") == 1
    assert told.index("When do we meet?") < told.index("Nils Påhittad")
    assert "Read what was written" in told
    replies = await desk.visitor().get("/svar-pa-brev")
    assert "When do we meet?" in text_of(replies)
    assert f"/person/{ways['Amina'].candidate}?program=service_division/1#vantar" in replies.text
    assert "When do we meet?" not in text_of(await desk.visitor("bo.lind").get("/svar-pa-brev"))
    assert "Nothing waits to be read." in text_of(await desk.visitor("bo.lind").get("/svar-pa-brev"))


async def test_my_day_speaks_swedish_and_shows_no_codes(desk: DeskOnALedger) -> None:
    told = text_of(await desk.visitor(language="sv").get("/", vecka="ja"))
    assert "Registrera avstämning" in told
    assert "dagar försenad" in told
    assert not {"check_in", "service_division", "coordinator", "referral"} & set(told.split())


async def test_who_has_no_candidates_is_told_where_to_begin(desk: DeskOnALedger) -> None:
    page = await desk.visitor("lena.strand").get("/")
    assert "You have no candidates yet." in text_of(page)
    assert 'href="/ny"' in page.text


async def test_an_auditor_reads_lists_without_names_or_buttons_and_a_supervisor_none(
    desk: DeskOnALedger, engine: Engine
) -> None:
    joins(desk, engine, "rut.holm", Assignment(role=Role.AUDITOR, from_day=FIRST_DAY))
    answer = await desk.visitor("rut.holm").get("/", vecka="ja")
    assert "Påhittad" not in answer.text
    assert "registrera/" not in answer.text
    at_home = await desk.visitor("maria.ek").get("/")
    assert at_home.status_code == 200
    assert "by the link in the letter" in text_of(at_home)
    assert "Påhittad" not in at_home.text
    refused = await desk.visitor("maria.ek").get("/vecka")
    assert refused.status_code == 403
    assert "does not permit" in text_of(refused)


async def test_who_works_in_one_programme_has_the_step_that_settles_it_too(
    desk: DeskOnALedger, ways: dict[str, RecordedWay], engine: Engine
) -> None:
    role = Assignment(role=Role.COORDINATOR, programme="service_division", town="2480", from_day=FIRST_DAY)
    joins(desk, engine, "siv.alm", role)
    page = await desk.visitor("siv.alm").get("/", alla="ja", vecka="ja")
    assert f"/person/{ways['Amina'].candidate}/registrera/check_in_recorded" in page.text


async def test_many_things_to_do_come_page_by_page_and_each_page_is_light(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ways = [
        recorded_way(engine, candidate_from(f"A{number:03}".replace("0", "Z").replace("1", "Y")))
        for number in range(60)
    ]
    for way in ways:
        way.later(LATER)
    async with desk_on(engine, monkeypatch, tmp_path, *ways) as desk:
        visitor = desk.visitor()
        pages = [await visitor.get("/", sida=str(number)) for number in (1, 2, 3, 4)]
        strange = [(await visitor.get("/", sida=written)).status_code for written in ("0", "-1", "x", "99999999")]
    assert [answer.text.count("card work") for answer in pages] == [25, 25, 10, 0]
    assert "There is nothing on this page of the list." in text_of(pages[3])
    assert max(len(answer.content) for answer in pages) < 50_000
    assert strange == [422] * 4


async def test_my_week_goes_day_by_day_and_into_a_calendar_without_names(
    desk: DeskOnALedger, ways: dict[str, RecordedWay]
) -> None:
    week = text_of(await desk.visitor().get("/vecka"))
    assert "Amina Påhittad" in week
    assert "1 is late already." in week
    answer = await desk.visitor().get("/vecka/kalender.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    summaries = [str(one["SUMMARY"]) for one in Calendar.from_ical(answer.content).events]
    assert any(summary.startswith(ways["Amina"].candidate) for summary in summaries)
    assert not any("Påhittad" in summary for summary in summaries)


# Search


async def test_whoever_telephones_is_found_by_a_form_and_the_number_stands_in_no_address(desk: DeskOnALedger) -> None:
    visitor = desk.visitor()
    assert 'method="post" action="/sok"' in (await visitor.get("/sok")).text
    found = await visitor.send("/sok", q="070-174 06 05")
    told = text_of(found)
    assert "Amina Påhittad" in told
    assert "Maria Ek" in told
    assert "070" not in str(found.url)
    nearly = text_of(await visitor.send("/sok", q="Amnia"))
    assert "Nobody is called exactly so. Did you mean: Amina Påhittad" in nearly
    nobody = text_of(await visitor.send("/sok", q="070-999 99 99"))
    assert "Nobody with this number or address was found" in nobody


async def test_somebody_in_a_colleagues_charge_is_shown_to_whoever_says_why(
    desk: DeskOnALedger, ways: dict[str, RecordedWay], engine: Engine
) -> None:
    visitor = desk.visitor()
    first = text_of(await visitor.send("/sok", q="Layla"))
    assert "1 more person fits" in first
    assert "Layla Exempel" not in first
    unsure = await visitor.send("/sok", q="Layla", because="19850505-9807 telephoned")
    assert unsure.status_code == 422
    assert "The text shall stand as it is" in text_of(unsure)
    assert "Layla Exempel" in text_of(await visitor.send("/sok", q="Layla", because="She telephones"))
    assert (ways["Layla"].candidate, "name", "She telephones") in read_of(engine, "anna.berg")


async def test_what_is_sought_is_put_right_in_its_field(desk: DeskOnALedger) -> None:
    visitor = desk.visitor()
    short = await visitor.send("/sok", q="a")
    assert short.status_code == 422
    assert 'href="#q"' in short.text
    assert (await visitor.send("/sok")).status_code == 422
    assert "Nobody was found" in text_of(await visitor.send("/sok", q="Ingen Alls"))


async def test_who_has_read_of_my_candidates_is_announced_and_listed(
    desk: DeskOnALedger, ways: dict[str, RecordedWay]
) -> None:
    number = ways["Amina"].candidate
    await desk.visitor("bo.lind").send(f"/person/{number}", because="She has moved to my workplace")
    assert "others have read of your candidates" in text_of(await desk.visitor().get("/"))
    told = text_of(await desk.visitor().get("/lasningar"))
    assert "Bo Lind" in told
    assert "She has moved to my workplace" in told
