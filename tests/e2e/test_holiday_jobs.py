"""A summer job without an internship: the file of the shapes, from referral to the end of the role."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from models.stages import EndReason, Stage
from tests.support.agreeing import assert_agreement
from tests.support.office import TestOffice, event, open_office
from tests.support.shapes import folder_with

POSITION = """
[[positions]]
id = "city_park"
programmes = ["holiday_jobs"]
title = { sv = "Feriearbetare", en = "Holiday worker" }
unit = "Stadsparken"
site = "2480"
staffing_need = { sv = "Rabatter som växer medan personalen är ledig", en = "Beds that grow while staff are away" }
profile = "park_work"
places = 4
"""
DAY = date(2026, 3, 2)
FIRST, LAST = date(2026, 6, 15), date(2026, 7, 3)


@pytest.fixture
async def municipality(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    programmes = folder_with("holiday_jobs", POSITION, tmp_path)
    async with open_office(temporal.client, tmp_path / "office", programmes=programmes) as office:
        yield office


async def test_a_young_person_is_employed_without_an_internship(municipality: TestOffice) -> None:
    journey = await municipality.refer("holiday_jobs", referring_partner="kommunen", site="2480", effective_on=DAY)
    role = {"position": "city_park", "form": "special_fixed_term", "starts_on": FIRST, "ends_on": LAST}
    for kind, day, fields in (
        ("referral_accepted", DAY, {}),
        (
            "requirements_checked",
            DAY,
            {"profile": "park_work", "findings": [{"requirement": "works_outdoors", "result": "met"}]},
        ),
    ):
        assert (await municipality.journeys.submit(journey, event(kind, effective_on=day, **fields))).accepted
    internship = event("internship_agreed", effective_on=DAY, position="city_park", starts_on=FIRST, ends_on=LAST)
    refused = await municipality.journeys.submit(journey, internship)
    assert refused.rule == "possible_in_this_stage"
    status = await municipality.journeys.status(journey)
    assert (status.stage, status.waits_for) == (Stage.AWAITING_PLACEMENT, "role_decision")
    assert {"temporary_role_agreed", "permanent_role_agreed"} <= {one.kind for one in status.possible}
    agreed = event("temporary_role_agreed", effective_on=DAY + timedelta(days=10), **role)
    assert (await municipality.journeys.submit(journey, agreed)).accepted
    early = event("temporary_role_ended", effective_on=LAST - timedelta(days=3))
    assert (await municipality.journeys.submit(journey, early)).rule == "the_end_says_why"
    assert (await municipality.journeys.submit(journey, event("temporary_role_ended", effective_on=LAST))).accepted
    status = await municipality.journeys.status(journey)
    assert (status.stage, status.end_reason, status.hired_on) == (Stage.CLOSED, EndReason.ENDED_AS_PLANNED, FIRST)
    assert [one.what for one in status.items] == ["follow_up"]
    await assert_agreement(municipality, journey)
