"""Employment at once for an exact time and so many hours a week: the file of the shapes, from referral to its end."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import SystemRandom

import pytest
from temporalio.testing import WorkflowEnvironment

from models.identifiers import Actor
from models.ledger.receipt import Receipt
from models.stages import Stage
from services.identities.register import Register
from services.referrals.importer import Importer, Outcome
from services.referrals.rows import ImportRow
from tests.support.agreeing import assert_agreement
from tests.support.authority import TestKeyring
from tests.support.import_files import made_up_number
from tests.support.office import TestOffice, event, open_office
from tests.support.shapes import folder_with
from tests.support.waiting import until

POSITION = """
[[positions]]
id = "city_parks"
programmes = ["subsidised_jobs"]
title = { sv = "Parkarbetare", en = "Park keeper" }
unit = "Parkerna"
site = "2480"
staffing_need = { sv = "Två tjänster vakanta", en = "Two posts vacant" }
profile = "park_keeper"
places = 2
"""
DAY = date(2026, 3, 2)
ROLE = {"position": "city_parks", "form": "special_fixed_term", "starts_on": DAY}
HALF_A_YEAR = {**ROLE, "ends_on": date(2026, 9, 1), "hours_a_week": 30}


@pytest.fixture
async def municipality(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    programmes = folder_with("subsidised_jobs", POSITION, tmp_path)
    async with open_office(temporal.client, tmp_path / "office", programmes=programmes) as office:
        yield office


async def refer(office: TestOffice, born: str, day: date = DAY) -> Outcome:
    people = Register(office.engine, SystemRandom(), TestKeyring())
    importer = Importer(office.journeys, people, office.lists, office.book, Actor.parse("coordinator:anna.berg"))
    who = {"identity_number": made_up_number(born, 985), "name": "Ida Test", "email": None, "phone": None}
    where = {"programme": "subsidised_jobs", "referring_partner": "arbetsformedlingen", "site": "2480"}
    row = ImportRow(line=2, **who, **where, coordinator="anna.berg", referred_on=day)  # type: ignore[arg-type]
    return await importer.refer(row, datetime.now(UTC))


def why(outcome: Outcome) -> str:
    assert outcome.bad is not None
    return outcome.bad.problems[0].message.id


async def send(office: TestOffice, journey: str, kind: str, **fields: object) -> Receipt:
    said = {"effective_on": DAY, **fields}
    return await office.journeys.submit(journey, event(kind, **said))


async def test_somebody_is_employed_for_half_a_year_and_some_hours_a_week(municipality: TestOffice) -> None:
    office = municipality
    assert why(await refer(office, "20060303")) == "the_person_is_of_the_age.from"
    assert why(await refer(office, "19900401", date(2026, 7, 1))) == "the_referral_is_in_time.too_late"
    journey = str((await refer(office, "20060302")).journey)
    [referral] = office.ledger(journey)
    assert referral.event is not None
    assert referral.event["age"] == 20
    assert "2006" not in str(referral.event)

    findings = [{"requirement": "outdoors", "result": "met"}]
    assert (await send(office, journey, "referral_accepted")).accepted
    assert (await send(office, journey, "requirements_checked", profile="park_keeper", findings=findings)).accepted
    for changed, rule in (
        ({"ends_on": date(2026, 8, 31)}, "the_role_is_of_its_length"),
        ({"hours_a_week": None}, "the_hours_are_within"),
        ({"hours_a_week": 19}, "the_hours_are_within"),
        ({"starts_on": date(2026, 9, 1), "ends_on": date(2027, 2, 28)}, "it_starts_in_time"),
    ):
        assert (await send(office, journey, "temporary_role_agreed", **{**HALF_A_YEAR, **changed})).rule == rule
    assert (await send(office, journey, "temporary_role_agreed", **HALF_A_YEAR)).accepted
    year = {"ends_on": date(2027, 3, 1), "reason": "More to do", "hours_a_week": 40}
    assert (await send(office, journey, "temporary_role_extended", **year)).accepted
    assert (await office.journeys.status(journey)).stage is Stage.TEMPORARY_ROLE
    assert {notice.recipient for notice in office.lists.notices(journey_id=journey)} == {"arbetsformedlingen"}
    await assert_agreement(office, journey)
    letters = await until(lambda: [one.path.read_text(encoding="utf-8") for one in office.received()])
    assert [one for one in letters if "hours_a_week" in one and "30" in one]
