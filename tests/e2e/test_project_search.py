"""Three internships in different departments, and a role in the third: the file of the shapes on real servers."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from models.ledger.receipt import Receipt
from models.stages import Stage
from tests.support.agreeing import assert_agreement
from tests.support.office import TestOffice, event, open_office
from tests.support.shapes import folder_with

POSITION = """
[[positions]]
id = "{id}"
programmes = ["project_search"]
title = {{ sv = "Assistent", en = "Assistant" }}
unit = "{unit}"
site = "2480"
staffing_need = {{ sv = "Arbete som blir liggande", en = "Work that is left undone" }}
profile = "hospital_rotation"
places = 1
supervisor = "maria.ek"
"""
UNITS = {"linen": "Linneförrådet", "linen_night": "Linneförrådet", "kitchen": "Centralköket", "archive": "Arkivet"}
POSITIONS = "".join(POSITION.format(id=id_, unit=unit) for id_, unit in UNITS.items())
CHECK = {"profile": "hospital_rotation", "findings": [{"requirement": "hygiene_routines", "result": "trainable"}]}
DAY, WEEKS = date(2026, 1, 12), timedelta(weeks=11)


@pytest.fixture
async def hospital(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    programmes = folder_with("project_search", POSITIONS, tmp_path)
    async with open_office(temporal.client, tmp_path / "office", programmes=programmes) as office:
        yield office


async def test_an_intern_rotates_through_departments_and_is_hired_in_one(hospital: TestOffice) -> None:
    day = DAY
    by: dict[str, Any] = {"referring_partner": "kommunen", "site": "2480", "effective_on": day}
    journey = await hospital.refer("project_search", age=24, **by)

    async def says(kind: str, **fields: object) -> Receipt:
        return await hospital.journeys.submit(journey, event(kind, effective_on=day, **fields))

    async def begins_at(position: str, weeks: timedelta = WEEKS) -> Receipt:
        days = {"starts_on": day, "ends_on": day + weeks}
        return await says("internship_agreed", position=position, supervisor="maria.ek", **days)

    assert (await says("referral_accepted")).rule == "the_cohort_is_open"
    assert (await says("referral_accepted", cohort="year_2025")).accepted
    for position, other in (("linen", None), ("kitchen", "linen_night")):
        assert (await says("requirements_checked", **CHECK)).accepted
        if other is not None:
            assert (await begins_at(other)).rule == "the_unit_is_another"
        assert (await begins_at(position, timedelta(weeks=9))).rule == "the_internship_is_long_enough"
        assert (await begins_at(position)).accepted
        day += WEEKS
        assert (await says("internship_completed")).accepted
        assert (await hospital.journeys.status(journey)).stage is Stage.REQUIREMENT_CHECK
    assert (await says("requirements_checked", **CHECK)).accepted
    assert (await begins_at("archive")).accepted
    assert hospital.lists.free_places("project_search", day)["archive"] == 0
    [linen, *_] = [one for one in hospital.ledger(journey) if one.kind == "internship_agreed" and one.receipt.accepted]
    assert linen.event is not None
    for position, rule in (("kitchen", "the_unit_is_another"), ("linen_night", None)):
        elsewhere = {**linen.event, "position": position}
        by_bo = {"actor": "coordinator:bo.lind", "reason": "Another department"}
        corrected = await says("corrected", corrects=linen.event["event_id"], replacement=elsewhere, **by_bo)
        assert (corrected.accepted, corrected.rule) == (rule is None, rule)
    day += timedelta(weeks=3)
    hired = await says("permanent_role_agreed", position="archive", starts_on=day)
    assert hired.accepted, hired
    assert (await hospital.journeys.status(journey)).stage is Stage.PERMANENT_ROLE
    assert hospital.lists.free_places("project_search", day)["archive"] == 1
    told = [one.recipient for one in hospital.lists.notices(journey_id=journey) if one.kind == "permanent_role_agreed"]
    assert "maria.ek" in told
    await assert_agreement(hospital, journey)
