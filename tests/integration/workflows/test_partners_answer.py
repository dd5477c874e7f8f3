"""Partners that are asked for something, day by day: reminded, escalated, and consulted before something is agreed.

Temporal's time-skipping server lets the days go by; worker, database, mail and webhook inboxes are real.
"""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from temporalio.testing import WorkflowEnvironment

from models.fields import BothLanguages
from models.ledger.receipt import Receipt
from models.stages import Stage
from services.queries.lines import NoticeLine
from tests.support.office import event
from tests.support.programme_files import WITH_QUESTIONS, changed_programmes
from tests.support.waiting import until
from tests.support.years import Year, open_year


@pytest.fixture
async def year(time_skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Year]:
    async with open_year(time_skipping, tmp_path, programmes=changed_programmes(tmp_path, WITH_QUESTIONS)) as year:
        yield year


async def waits_for_a_place(year: Year) -> None:
    await year.refers()
    await year.comes("referral_accepted", "requirements_checked")


def told(year: Year, recipient: str) -> list[tuple[str, int]]:
    """What a recipient was told, and on which day, in order."""
    return [(line.kind, (line.created_at.date() - year.first_day).days) for line in notices_to(year, recipient)]


def notices_to(year: Year, recipient: str) -> list[NoticeLine]:
    lines = year.office.lists.notices(journey_id=year.journey)
    return sorted((line for line in lines if line.sent_to == recipient), key=lambda line: line.created_at)


def steps(year: Year, begins: str) -> list[tuple[str, int]]:
    return [(step, day) for name, step, day in year.told() if name.startswith(begins)]


async def agrees(year: Year) -> Receipt:
    """An internship of today, accepted or not."""
    today = (await year.now()).date()
    at = {"position": "lasarettet_ward_service", "supervisor": "maria.ek", "effective_on": today}
    said = event("internship_agreed", starts_on=today, ends_on=today + timedelta(days=9), **at)
    return await year.office.journeys.submit(year.journey, said)


async def test_a_partner_that_does_not_confirm_is_reminded_and_then_it_is_escalated(year: Year) -> None:
    await waits_for_a_place(year)
    await year.until(40)
    assert steps(year, "acknowledgement_") == [("reminder", 4), ("escalation", 10)]
    assert told(year, "kommunen") == [("requirements_checked", 0), ("deadline_passed", 4)]
    assert told(year, "anna.berg") == [("referral_accepted", 0), ("deadline_passed", 10)]  # the first to tell it
    assert told(year, "lena.strand") == [("deadline_passed", 10)]
    assert {line.status for line in notices_to(year, "kommunen")} == {"sent"}
    received = {item.notice_id for item in year.office.received()}
    assert {UUID(line.notice_id) for line in notices_to(year, "kommunen")} <= received


@pytest.mark.parametrize("which", ["the notice", "the reminder"])
async def test_a_partner_that_confirms_is_left_in_peace(year: Year, which: str) -> None:
    await waits_for_a_place(year)
    await year.until(5 if which == "the reminder" else 2)
    latest = notices_to(year, "kommunen")[-1]
    confirmed = {"notice_id": latest.notice_id, "actor": "partner:kommunen"}
    await year.happens("partner_acknowledged", **confirmed)
    await year.until(40)
    assert steps(year, "acknowledgement_") == ([("reminder", 4)] if which == "the reminder" else [])


async def test_an_internship_waits_for_the_union_which_answers_for_itself(year: Year) -> None:
    await waits_for_a_place(year)
    assert (await agrees(year)).rule == "the_unions_have_been_consulted"
    await year.happens("union_consulted", about="internship_agreed", unions=["kommunal"])
    refused = await agrees(year)
    assert (refused.rule, refused.source) == (
        "the_unions_have_been_consulted",
        BothLanguages(sv="MBL 11 §", en="MBL 11 §"),
    )
    assert f"kommunal has until {year.day(14)} to answer" in refused.message
    await until(lambda: told(year, "kommunal"), lambda seen: seen == [("union_consulted", 0)])
    await year.until(3)
    await year.happens("union_answered", union="kommunal", answer="no_objection", actor="partner:kommunal")
    assert (await agrees(year)).stage is Stage.INTERNSHIP
    assert steps(year, "consultation_") == []


async def test_a_union_that_says_nothing_is_reminded_and_its_time_runs_out(year: Year) -> None:
    await waits_for_a_place(year)
    await year.happens("union_consulted", about="internship_agreed", unions=["kommunal"])
    await year.until(14, hour=9)
    assert steps(year, "consultation_") == [("reminder", 7), ("due", 14)]
    assert told(year, "kommunal") == [("union_consulted", 0), ("deadline_passed", 7)]
    assert (await agrees(year)).rule == "the_unions_have_been_consulted"
    await year.until(15)
    assert (await agrees(year)).accepted


async def test_the_notice_to_the_union_says_what_it_is_about_and_until_when(year: Year) -> None:
    await waits_for_a_place(year)
    await year.happens("union_consulted", about="internship_agreed", unions=["kommunal"])
    await year.until(1)
    [asked] = notices_to(year, "kommunal")
    [mail] = [item for item in year.office.received() if str(item.notice_id) == asked.notice_id]
    text = " ".join(mail.path.read_bytes().decode().split())
    until = year.day(14)
    assert "praktik" in text
    assert re.search(rf"Svara senast: \S+ {until.day} ", text)
