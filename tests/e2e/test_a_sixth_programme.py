"""A sixth programme is a file: from referral to a permanent role by rules that no shipped one combines."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from deploy.demo.stories import Teller, teller, temporary_then_permanent
from models.events.events import Event
from models.fields import in_english
from models.ledger.receipt import Receipt
from models.programme.training import Completion, StaffForm
from models.stages import Stage
from runtime.settings import PROGRAMMES
from services.training import TrainingRecord
from tests.support.agreeing import assert_agreement
from tests.support.authority import TestKeyring
from tests.support.office import TestOffice, event, open_office

FILE = Path(__file__).parents[1] / "support" / "programmes" / "harbour_nights.toml"
POSITION = """
[[positions]]
id = "quay_rounds"
programmes = ["harbour_nights"]
title = { sv = "Nattvakt", en = "Night guard" }
unit = "Hamnen, natt"
site = "2482"
staffing_need = { sv = "En tjänst vakant varannan natt", en = "One post vacant every second night" }
profile = "night_guard"
places = 1
mentor = "tore.kaj"
"""
DAY = date(2026, 3, 2)
UNIT = "Hamnen, natt"


@pytest.fixture
async def harbour(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    programmes = Path(shutil.copytree(PROGRAMMES, tmp_path / "programmes"))
    shutil.copy(FILE, programmes)
    with (programmes / "positions.toml").open("a", encoding="utf-8") as positions:
        positions.write(POSITION)
    async with open_office(temporal.client, tmp_path / "office", programmes=programmes) as office:
        yield office


def telling(office: TestOffice) -> Teller:
    return teller(office.book.programme("harbour_nights"), office.book.positions, "2482", DAY)


async def referred(office: TestOffice) -> str:
    return await office.refer("harbour_nights", referring_partner="sprakvannerna", site="2482", effective_on=DAY)


async def tell(office: TestOffice, journey: str, until: str) -> list[Event]:
    """Tell the story up to the first event of a kind; returns what is left of it, that event first."""
    told = list(temporary_then_permanent(telling(office)))
    at = next(number for number, said in enumerate(told) if said.event.kind == until)
    for said in told[:at]:
        receipt = await office.journeys.submit(journey, said.event)
        assert receipt.accepted, receipt
    return [said.event for said in told[at:]]


async def refused(office: TestOffice, journey: str, said: Event, **changes: object) -> Receipt:
    """The event under an id of its own, changed so, is refused."""
    fields = said.model_dump(exclude={"event_id", "kind"}) | changes
    receipt = await office.journeys.submit(journey, event(said.kind, **fields))
    assert not receipt.accepted, receipt
    return receipt


def half_of_the_unit_is_trained(office: TestOffice) -> None:
    record, package = TrainingRecord(office.engine, TestKeyring()), office.book.packages["values_and_diversity"]
    by_whom = {"by": "coordinator:anna.berg", "at": datetime(2026, 1, 1, tzinfo=UTC)}
    for person in ("tore.kaj", "ulla.ror"):
        record.employ(UNIT, person, StaffForm.PERMANENT, from_day=DAY, until_day=None, **by_whom)  # type: ignore[arg-type]
    taken = [Completion("ulla.ror", part.id, DAY - timedelta(days=30)) for part in package.parts]
    record.complete(package, taken, **by_whom)  # type: ignore[arg-type]


async def test_a_person_goes_the_whole_way_by_the_rules_of_a_file(harbour: TestOffice) -> None:
    journey = await referred(harbour)
    half_of_the_unit_is_trained(harbour)
    rest = await tell(harbour, journey, "internship_agreed")
    for said in rest:
        receipt = await harbour.journeys.submit(journey, said)
        assert receipt.accepted, receipt
    assert (await harbour.journeys.status(journey)).stage is Stage.PERMANENT_ROLE
    assert {notice.recipient for notice in harbour.lists.notices(journey_id=journey)} >= {
        *("sprakvannerna", "fackforbundet_st", "kommunal", "manager")
    }
    await assert_agreement(harbour, journey)


async def test_each_rule_of_the_file_refuses_what_it_forbids(harbour: TestOffice) -> None:
    journey = await referred(harbour)
    consulted, *_ = await tell(harbour, journey, "union_consulted")
    agreed = next(
        said.event for said in temporary_then_permanent(telling(harbour)) if said.event.kind == "internship_agreed"
    )
    assert (await refused(harbour, journey, agreed)).rule == "the_unions_have_been_consulted"
    answered = [
        said.event for said in temporary_then_permanent(telling(harbour)) if said.event.kind == "union_answered"
    ]
    for said in (consulted, *answered):
        assert (await harbour.journeys.submit(journey, said)).accepted
    assert (await refused(harbour, journey, agreed, mentor=None)).rule == "someone_looks_after_the_intern"
    long = agreed.model_dump()["starts_on"] + timedelta(days=31)
    assert (await refused(harbour, journey, agreed, ends_on=long)).rule == "the_internship_is_short_enough"
    assert (await refused(harbour, journey, agreed)).rule == "the_unit_is_trained"
    assert [in_english(line.receipt.source) for line in harbour.ledger(journey) if not line.receipt.accepted] == [
        "a test: two unions before the internship, none before the role",
        "a test: a month, with a mentor and no supervisor",
        "a test: a month, with a mentor and no supervisor",
        "a test: half of the unit",
    ]
    half_of_the_unit_is_trained(harbour)
    assert (await harbour.journeys.submit(journey, agreed)).accepted
    await assert_agreement(harbour, journey)


async def test_the_rules_of_roles_refuse_too(harbour: TestOffice) -> None:
    journey = await referred(harbour)
    half_of_the_unit_is_trained(harbour)
    evaluated, own, role, *_ = await tell(harbour, journey, "evaluation_recorded")
    month = {"form": "substitute", "starts_on": DAY + timedelta(days=200), "ends_on": DAY + timedelta(days=229)}
    later = {"effective_on": DAY + timedelta(days=200), "actor": evaluated.actor}
    assert (await harbour.journeys.submit(journey, evaluated)).accepted
    assert (await refused(harbour, journey, role)).rule == "both_have_evaluated"
    assert (await harbour.journeys.submit(journey, own)).accepted
    long = {**month, "ends_on": DAY + timedelta(days=300)}
    assert (await refused(harbour, journey, role, **later, **long)).rule == "the_role_is_short_enough"
    # One person may decide here: who evaluated agrees on the role.
    fields = role.model_dump(exclude={"event_id", "kind"}) | later | month
    assert (await harbour.journeys.submit(journey, event(role.kind, **fields))).accepted
    ended = {"effective_on": DAY + timedelta(days=229)}
    for said in ({"kind": "temporary_role_ended"}, evaluated.model_dump(), own.model_dump()):
        kind, rest = str(said["kind"]), {name: said[name] for name in said if name not in ("event_id", "kind")}
        assert (await harbour.journeys.submit(journey, event(kind, **rest | ended))).accepted
    again = {"starts_on": ended["effective_on"], "ends_on": ended["effective_on"]}
    back = await refused(harbour, journey, role, **ended, **again, form="introduction_job")
    assert (back.rule, in_english(back.source)) == ("the_chain_goes_forward", "a test: from the introduction onwards")
    await assert_agreement(harbour, journey)
