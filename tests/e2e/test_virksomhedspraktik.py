"""An internship of some weeks by the person's group: the file of the shapes, from a list to the evaluation."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import SystemRandom

import pytest
from temporalio.testing import WorkflowEnvironment

from models.identifiers import Actor
from models.ledger.receipt import Receipt
from models.stages import Stage
from services.identities.register import Register
from services.referrals.import_file import read_import_file
from services.referrals.importer import Became, Importer
from services.referrals.names import Names
from tests.support.agreeing import assert_agreement
from tests.support.authority import TestKeyring, register_of_tests
from tests.support.desk import open_desk
from tests.support.desk_pages import Browsing, Form
from tests.support.import_files import made_up_number
from tests.support.office import TestOffice, event, open_office
from tests.support.shapes import folder_with

POSITION = """
[[positions]]
id = "school_kitchen"
programmes = ["virksomhedspraktik"]
title = { sv = "Köksbiträde", en = "Kitchen assistant" }
unit = "Skolköket"
site = "2480"
staffing_need = { sv = "Diskplatsen står tom", en = "Nobody washes up" }
profile = "kitchen_help"
places = 4
supervisor = "maria.ek"
ordinary_employees = 9

[[positions]]
id = "elders_kitchen"
programmes = ["virksomhedspraktik"]
title = { sv = "Köksbiträde", en = "Kitchen assistant" }
unit = "Äldreboendets kök"
site = "2480"
staffing_need = { sv = "Frukosten saknar folk", en = "Nobody makes breakfast" }
profile = "kitchen_help"
places = 1
supervisor = "maria.ek"
ordinary_employees = 5
"""
DAY = date(2026, 3, 2)
LIST = f"""personnummer;namn;program;anvisande part;kommun;samordnare;anvisad den;grupp;senaste enhet
{made_up_number("19910301", 984)};Ida Test;virksomhedspraktik;kommunen;2480;anna.berg;{DAY};Redo för arbete;Skolköket
{made_up_number("19910302", 984)};Bo Test;virksomhedspraktik;kommunen;2480;anna.berg;{DAY};;
"""


@pytest.fixture
async def municipality(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    programmes = folder_with("virksomhedspraktik", POSITION, tmp_path)
    async with open_office(temporal.client, tmp_path / "office", programmes=programmes) as office:
        yield office


async def send(office: TestOffice, journey: str, kind: str, **fields: object) -> Receipt:
    return await office.journeys.submit(journey, event(kind, effective_on=DAY, **fields))


async def test_somebody_of_a_list_is_an_intern_for_as_many_weeks_as_their_group_may(municipality: TestOffice) -> None:
    office = municipality
    people = Register(office.engine, SystemRandom(), TestKeyring())
    importer = Importer(office.journeys, people, office.lists, office.book, Actor.parse("coordinator:anna.berg"))
    rows = read_import_file(LIST.encode(), DAY, Names(office.book, register_of_tests)).rows
    ida, bo = (await importer.run(rows, datetime.now(UTC))).outcomes
    assert ida.became is Became.STARTED
    assert bo.bad is not None
    assert [one.message.id for one in bo.bad.problems] == ["the_group_is_known.missing"]
    journey = str(ida.journey)

    findings = [{"requirement": "hygiene", "result": "trainable"}]
    asked: dict[str, object] = {"about": "internship_agreed", "unions": ["kommunal"]}
    period = {"starts_on": DAY, "ends_on": DAY + timedelta(weeks=4, days=-1)}
    internship = {"position": "elders_kitchen", "supervisor": "maria.ek", **period}
    before: dict[str, dict[str, object]] = {
        "referral_accepted": {},
        "requirements_checked": {"profile": "kitchen_help", "findings": findings},
        "union_consulted": asked,
        "union_answered": {"union": "kommunal", "answer": "objects"},
    }
    for kind, fields in before.items():
        assert (await send(office, journey, kind, **fields)).accepted
    assert (await send(office, journey, "internship_agreed", **internship)).rule == "the_unions_agree"
    assert (await send(office, journey, "union_answered", union="kommunal", answer="no_objection")).accepted
    there = {**internship, "position": "school_kitchen"}
    assert (await send(office, journey, "internship_agreed", **there)).rule == "the_unit_is_not_the_last_one"
    too_long = {**internship, "ends_on": DAY + timedelta(weeks=4)}
    assert (await send(office, journey, "internship_agreed", **too_long)).rule == "the_internship_is_short_enough"
    after: dict[str, dict[str, object]] = {"internship_agreed": internship, "internship_completed": {}}
    for kind, fields in after.items():
        receipt = await send(office, journey, kind, **fields)
        assert receipt.accepted, receipt
    assert (await office.journeys.status(journey)).stage is Stage.EVALUATION
    await assert_agreement(office, journey)


async def test_somebody_is_referred_at_the_desk_with_their_group_and_last_unit(municipality: TestOffice) -> None:
    office = municipality
    async with open_desk(office.settings, office.client) as desk:
        anna = Browsing(desk.visitor("anna.berg", "en"))
        page = await anna.get("/ny")
        assert Form(page.text).choices["group"] == ["ready", "ready_for_activity", "long_without_work"]
        who = {"identity_number": made_up_number("19910303", 984), "name": "Vera Test"}
        where = {"programme": "virksomhedspraktik", "referring_partner": "kommunen", "site": "2480"}
        lacking = await anna.send(page, **who, **where, last_unit="Skolköket")
        assert lacking.status_code == 422
        assert '<a href="#group">' in lacking.text
        preview = await anna.send(page, **who, **where, group="ready", last_unit="Skolköket")
        assert "Ready for work" in preview.text
        answer = await anna.send(preview, "send")
        assert answer.status_code == 303, answer.text
        candidate = answer.headers["location"].split("/")[2].split("?")[0]
    [line] = [one for one in office.lists.journeys() if one.candidate == candidate]
    [referral] = office.ledger(line.journey_id)
    said = referral.event or {}
    assert (said["group"], said["last_unit"]) == ("ready", "Skolköket")
