"""A role goes on until the law makes it permanent: warned of, on its day, through pauses and corrections.

Temporal's time-skipping server lets the days go by. Days are reckoned by hand from `programmes/employment_forms.toml`:
special fixed-term employment is permanent on the day after 365 days, and is warned of 60 days before.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from auditing.evidence.findings import Verdict
from auditing.inspection.timeline import timeline
from auditing.verification.verifier import live_verifier
from models.events.events import Event
from models.stages import Stage
from runtime.encryption.opened import opened
from services.queries.lines import JourneyLine, LedgerLine
from tests.support.years import Year, open_year

BEFORE = (
    "referral_accepted",
    "requirements_checked",
    "internship_agreed",
    "internship_completed",
    "evaluation_recorded",
)
USED = 245
"""Days of special fixed-term employment before the journey: the 121st day of the role, day 120, is one too many."""

LIMIT = 120


async def in_a_role(year: Year, last_day: int = 200, first_day: int = 0) -> Event:
    """Somebody who has worked here before, in a role that is agreed until a day."""
    before = {"form": "special_fixed_term", "starts_on": year.day(-USED - 10), "ends_on": year.day(-11)}
    await year.refers(earlier_employment=[before])
    await year.comes(*BEFORE)
    days = {"starts_on": year.day(first_day), "ends_on": year.day(last_day)}
    return await year.happens("temporary_role_agreed", form="special_fixed_term", **days)


def of_the_law(year: Year) -> list[tuple[str, str, int]]:
    return [told for told in year.told() if told[0] == "conversion"]


def conversions(year: Year) -> list[LedgerLine]:
    return [line for line in year.office.ledger(year.journey) if line.kind == "role_converted"]


def day_of(line: LedgerLine, year: Year) -> int:
    assert line.effective_on is not None
    return (line.effective_on - year.first_day).days


def in_the_list(year: Year) -> JourneyLine:
    [line] = year.office.lists.journeys(journey_id=year.journey)
    return line


async def correct(year: Year, event: Event, by: str = "coordinator:anna.berg", **fields: Any) -> None:
    right = event.model_copy(update=fields).model_dump()
    await year.happens("corrected", corrects=event.event_id, replacement=right, reason="Read the wrong line", actor=by)


async def test_the_coordinator_is_warned_and_on_the_day_the_law_makes_the_role_permanent(year: Year) -> None:
    await in_a_role(year)
    assert (in_the_list(year).limit_on, in_the_list(year).stage) == (year.day(LIMIT), Stage.TEMPORARY_ROLE)
    await year.until(LIMIT, hour=5)
    assert of_the_law(year) == [("conversion", "reminder", LIMIT - 60)]
    assert conversions(year) == []
    await year.until(LIMIT, hour=7)
    [line] = conversions(year)
    assert line.receipt.accepted
    assert day_of(line, year) == LIMIT
    assert line.actor == "system:journey"
    assert (in_the_list(year).stage, in_the_list(year).limit_on) == (Stage.PERMANENT_ROLE, None)
    told = {(notice.sent_to, notice.status.value) for notice in notices(year, "role_converted")}
    assert told == {("anna.berg", "sent"), ("lena.strand", "sent")}
    warned = [notice.recipient for notice in notices(year, "deadline_passed") if notice.event_id in reminders(year)]
    assert warned == ["anna.berg"]
    await year.until(LIMIT + 365)
    assert len(conversions(year)) == 1
    assert [line.receipt.accepted for line in year.office.ledger(year.journey)].count(False) == 0
    assert next(told for told in year.told() if told[0].startswith("follow_up_")) == (
        "follow_up_90",
        "reminder",
        LIMIT + 83,
    )


async def test_an_auditor_finds_that_the_law_was_followed(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verified against the history, which this server gives and cannot list."""
    agreed = await in_a_role(year)
    await year.until(LIMIT + 1)
    await correct(year, agreed, ends_on=year.day(150))
    client = year.office.client
    histories = await opened(client, await year.office.handle(year.journey).fetch_history())

    async def the_run(*_: object) -> dict[str, list[WorkflowHistory]]:
        return {year.journey: [histories]}

    monkeypatch.setattr("auditing.evidence.evidence.runs_of", the_run)
    # The server skips months, and the clock by which notices are sent does not.
    monkeypatch.setattr("auditing.verification.notice_checks.CLOCKS_AGREE_WITHIN", timedelta(days=3650))
    [verdict] = await live_verifier(client, year.office.lists.engine).verify([year.journey])
    assert (verdict.verdict, verdict.findings) == (Verdict.AGREES, ())
    [said] = [row.what for row in timeline(year.office.ledger(year.journey)) if "by lagen" in row.what]
    assert said == (
        "The temporary role (special_fixed_term) became permanent, by lagen om anställningsskydd (1982:80) 5 a §."
    )


def notices(year: Year, kind: str) -> list[Any]:
    return [notice for notice in year.office.lists.notices(journey_id=year.journey) if notice.kind == kind]


def reminders(year: Year) -> set[str]:
    lines = year.office.ledger(year.journey)
    return {line.event_id for line in lines if line.event and line.event.get("deadline") == "conversion"}


async def test_a_role_that_ends_before_its_limit_is_neither_warned_of_nor_converted(year: Year) -> None:
    await in_a_role(year, last_day=LIMIT - 1)
    await year.until(LIMIT + 30)
    assert of_the_law(year) == []
    assert conversions(year) == []


async def test_an_extension_over_the_limit_is_warned_of_the_next_morning(year: Year) -> None:
    await in_a_role(year, last_day=LIMIT - 1)
    await year.until(100)
    await year.happens("temporary_role_extended", ends_on=year.day(LIMIT))
    await year.until(LIMIT)
    assert of_the_law(year) == [("conversion", "reminder", 101)]
    assert [day_of(line, year) for line in conversions(year)] == [LIMIT]


async def test_the_law_does_not_pause(year: Year) -> None:
    await in_a_role(year)
    await year.until(30)
    await year.comes("paused")
    await year.until(LIMIT + 10)
    assert of_the_law(year) == [("conversion", "reminder", LIMIT - 60)]
    [line] = conversions(year)
    assert line.recorded_at.date() == line.effective_on == year.day(LIMIT)
    assert (in_the_list(year).stage, in_the_list(year).paused) == (Stage.PERMANENT_ROLE, True)
    await year.comes("resumed")


async def test_a_correction_moves_the_day_forth_and_back(year: Year) -> None:
    agreed = await in_a_role(year)
    await year.until(10)
    await correct(year, agreed, starts_on=year.day(7))
    await year.until(LIMIT + 1)
    assert of_the_law(year) == [("conversion", "reminder", LIMIT + 7 - 60)]
    assert conversions(year) == []
    await year.until(LIMIT + 8)
    assert [day_of(line, year) for line in conversions(year)] == [LIMIT + 7]
    await correct(
        year, agreed, by="coordinator:bo.lind"
    )  # it did begin on the first day after all: the law had stepped in a week earlier
    assert in_the_list(year).stage is Stage.TEMPORARY_ROLE
    await year.until(LIMIT + 10)
    assert [day_of(line, year) for line in conversions(year)] == [LIMIT + 7, LIMIT]
    assert in_the_list(year).since == year.day(LIMIT)


async def test_a_standstill_of_the_worker_leaves_the_laws_day_as_it_was(
    time_skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with open_year(time_skipping, tmp_path, with_worker=False) as year:
        office = year.office
        async with year.works() as door:
            await in_a_role(year)
            await year.until(2)
            door.shut()
            await year.until_unattended(LIMIT + 40)
            door.open()
            await year.until(LIMIT + 41)
            [line] = conversions(year)
            assert line.effective_on == year.day(LIMIT)
            assert line.recorded_at.date() == year.day(LIMIT + 40)
            assert year.told(late=True) == []  # what else was due of a temporary role is moot
            assert all(line.receipt.accepted for line in office.ledger(year.journey))
