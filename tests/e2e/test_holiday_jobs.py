"""A summer job without an internship: the file of the shapes, from referral to the end of the role."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from auditing.inspection.lottery import drawing_in
from models.identifiers import Actor, JourneyId
from models.stages import EndReason, Stage
from services.application import Application
from services.lottery import drawn, record
from services.queries.drawing import order_of
from services.queries.free_places import Periods
from services.queries.lists import Lists
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
places = 1
"""
SEED = "told in April"
DAY = date(2026, 3, 2)
BY: dict[str, Any] = {"referring_partner": "kommunen", "site": "2480", "effective_on": DAY}
HOURS = {"hours_a_week": 30}
FIRST, LAST = date(2026, 6, 15), date(2026, 7, 3)


@pytest.fixture
async def municipality(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    programmes = folder_with("holiday_jobs", POSITION, tmp_path)
    async with open_office(temporal.client, tmp_path / "office", programmes=programmes) as office:
        yield office


async def waits(office: TestOffice) -> JourneyId:
    """Somebody who has come through the check and waits for the one place there is."""
    journey = await office.refer("holiday_jobs", age=16, **BY)
    findings = [{"requirement": "works_outdoors", "result": "met"}]
    await happens(office, journey, "referral_accepted")
    await happens(office, journey, "requirements_checked", profile="park_work", findings=findings)
    return journey


async def happens(office: TestOffice, journey: JourneyId, kind: str, **fields: object) -> None:
    receipt = await office.journeys.submit(journey, event(kind, effective_on=DAY, **fields))
    assert receipt.accepted, receipt


async def test_one_place_takes_one_in_each_period_in_the_order_of_the_lots(municipality: TestOffice) -> None:
    for _ in range(3):
        await waits(municipality)
    drawing = drawn(cast(Application, municipality), "holiday_jobs", SEED, places=2)
    async for _line, receipt in record(municipality.journeys, drawing, Actor.parse("coordinator:anna.berg"), DAY):
        assert receipt.accepted, receipt
    first, other, third = [line.journey_id for line in drawing.lines]
    assert [first, other, third] == sorted((first, other, third), key=lambda journey: order_of(SEED, journey))
    early = {"position": "city_park", "starts_on": FIRST, "ends_on": LAST}
    late = {"position": "city_park", "starts_on": date(2026, 7, 6), "ends_on": date(2026, 7, 24)}
    role = event("temporary_role_agreed", effective_on=DAY, form="special_fixed_term", hours_a_week=30, **early)
    assert (await municipality.journeys.submit(first, role)).rule == "the_offer_was_accepted"
    await happens(municipality, first, "place_offered", **early, answer_by=date(2027, 1, 4))
    other_days = event("place_offered", effective_on=DAY, **{**late, "ends_on": LAST + timedelta(days=7)})
    assert (await municipality.journeys.submit(other, other_days)).rule == "the_days_are_a_period"
    for journey, rule in ((other, "a_place_is_free"), (third, "earlier_numbers_come_first")):
        again = event("place_offered", effective_on=DAY, **early)
        assert (await municipality.journeys.submit(journey, again)).rule == rule
    await happens(municipality, other, "place_offered", **late, answer_by=date(2027, 1, 4))
    for journey, days in ((first, early), (other, late)):
        await happens(municipality, journey, "offer_answered", accepted=True)
        await happens(
            municipality, journey, "temporary_role_agreed", form="special_fixed_term", hours_a_week=30, **days
        )
    assert (await municipality.journeys.submit(third, event("place_offered", effective_on=DAY, **late))).rule == (
        "a_place_is_free"
    )
    lists = Lists(municipality.engine, Periods(municipality.book.periods))
    [park] = [line for line in lists.positions(DAY, only_free=True) if line.id == "city_park"]
    assert [(one.period.en, one.free) for one in park.free_in] == [
        ("Weeks 25–27", 0),
        ("Weeks 28–30", 0),
        ("Weeks 31–33", 1),
    ]
    [queued] = lists.waiting(DAY).lines
    assert (queued.journey_id, queued.fitting) == (third, ("city_park",))
    assert [one.period.en for one in queued.fitting_in["city_park"]] == ["Weeks 31–33"]
    found = drawing_in(municipality.engine, "holiday_jobs", SEED)
    assert ([lot.number for lot in found.lots], found.faults, found.left_out) == ([1, 2, 3], (), ())
    for journey in (first, other, third):
        await assert_agreement(municipality, journey)


async def test_a_young_person_is_employed_without_an_internship(municipality: TestOffice) -> None:
    journey = await municipality.refer("holiday_jobs", age=16, **BY)
    role = {"position": "city_park", "form": "special_fixed_term", "starts_on": FIRST, "ends_on": LAST} | HOURS
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
    assert (status.stage, status.waits_for) == (Stage.AWAITING_PLACEMENT, "drawing")
    possible = {one.kind for one in status.possible}
    assert not {"place_offered", "temporary_role_agreed", "internship_agreed"} & possible
    days = {name: role[name] for name in ("position", "starts_on", "ends_on")}
    offer = event("place_offered", effective_on=DAY, answer_by=LAST, **days)
    answer = event("offer_answered", effective_on=DAY, accepted=True)
    assert (await municipality.journeys.submit(journey, offer)).rule == "lots_were_drawn"
    lot = event("lot_drawn", effective_on=DAY, number=1, of=1, seed=SEED)
    for said in (lot, event(**{**offer.model_dump(), "event_id": uuid4()}), answer):
        assert (await municipality.journeys.submit(journey, said)).accepted
    agreed = event("temporary_role_agreed", effective_on=DAY + timedelta(days=10), **role)
    assert (await municipality.journeys.submit(journey, agreed)).accepted
    early = event("temporary_role_ended", effective_on=LAST - timedelta(days=3))
    assert (await municipality.journeys.submit(journey, early)).rule == "the_end_says_why"
    late = event("temporary_role_ended", effective_on=LAST + timedelta(days=3))
    assert (await municipality.journeys.submit(journey, late)).rule == "the_role_was_agreed_until_then"
    assert (await municipality.journeys.submit(journey, event("temporary_role_ended", effective_on=LAST))).accepted
    status = await municipality.journeys.status(journey)
    assert (status.stage, status.end_reason, status.hired_on) == (Stage.CLOSED, EndReason.ENDED_AS_PLANNED, FIRST)
    assert [one.what for one in status.items] == ["follow_up"]
    await assert_agreement(municipality, journey)
