"""A journey outlives its runs: nothing is lost, doubled or told twice where one run ends and the next begins.

The server suggests to continue as new after twenty history events instead of four thousand, so that a way of ordinary
length crosses several borders.
"""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from auditing.evidence.history_model import Began
from auditing.evidence.history_reading import read_runs
from auditing.evidence.runs import runs_of
from models.identifiers import JourneyId
from models.ledger.receipt import Receipt
from models.programme.programme import Programme
from models.stages import Stage
from runtime.errors import Refused
from runtime.local.dev_server import start_dev_server
from runtime.temporal.namespace import SEARCH_ATTRIBUTES
from services.queries.lines import LedgerLine
from tests.support.errors import raises
from tests.support.office import TestOffice, event, full_way, open_office
from tests.support.programmes import SERVICE
from tests.support.values import MONDAY
from tests.support.waiting import until
from tests.support.years import Year

SUGGEST_AFTER = 20
"""History events of a run."""

IN_FLIGHT = 8
"""Updates at a time; the server takes ten."""

MANY = 60
"""Events that cross a border, however many of them make one workflow task."""

CONTINUED = WorkflowExecutionStatus.CONTINUED_AS_NEW


@pytest.fixture(scope="module")
async def impatient_temporal() -> AsyncIterator[WorkflowEnvironment]:
    """A dev server that wants short histories."""
    threshold = f"limit.historyCount.suggestContinueAsNew={SUGGEST_AFTER}"
    environment = await start_dev_server(more=("--dynamic-config-value", threshold))
    async with environment:
        yield environment


@pytest.fixture
async def office(impatient_temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    async with open_office(impatient_temporal.client, tmp_path) as office:
        yield office


async def runs(office: TestOffice, journey: str) -> list[WorkflowExecutionStatus]:
    """How each run of a journey has ended, the oldest first."""
    found = [run async for run in office.client.list_workflows(f'WorkflowId = "{journey}"')]
    return [run.status for run in sorted(found, key=lambda run: run.start_time) if run.status is not None]


async def borders(office: TestOffice, journey: str) -> int:
    """How often the journey has continued as new."""
    return (await runs(office, journey)).count(CONTINUED)


def note(number: int) -> Any:
    return event("note_added", text=f"Note {number}")


async def cross_borders(office: TestOffice, journey: str, times: int) -> None:
    """Add notes until the journey has continued as new so many times more."""
    wanted = await borders(office, journey) + times
    for number in count():
        assert (await office.journeys.submit(journey, note(number))).accepted
        if number % 5 == 0 and await borders(office, journey) >= wanted:
            return


def assert_complete(office: TestOffice, journey: str, ids: list[Any]) -> list[LedgerLine]:
    """The ledger has no gaps and holds each of these events once."""
    lines = office.ledger(journey)
    assert [line.row for line in lines] == list(range(1, len(lines) + 1))
    assert sorted(line.event_id for line in lines) == sorted({line.event_id for line in lines})
    assert {str(event_id) for event_id in ids} <= {line.event_id for line in lines}
    return lines


async def the_whole_way(office: TestOffice) -> tuple[str, list[Receipt]]:
    journey = await office.refer(effective_on=MONDAY)
    return journey, [await office.journeys.submit(journey, said) for said in full_way(MONDAY)]


async def test_a_journey_that_continued_twice_knows_all_that_happened(office: TestOffice) -> None:
    journey, receipts = await the_whole_way(office)
    before = await office.journeys.status(journey)
    await cross_borders(office, journey, 2)
    after = await office.journeys.status(journey)
    lines = assert_complete(office, journey, [receipt.event_id for receipt in receipts])
    assert after.events == len(lines)
    assert after.model_copy(update={"events": before.events}) == before
    assert (await runs(office, journey))[-1] is WorkflowExecutionStatus.RUNNING
    shown = (await office.handle(journey).describe()).typed_search_attributes
    started = await read_runs((await runs_of(office.client, [journey]))[journey])
    began = [step for step in started.steps if isinstance(step, Began)]
    assert [step.start.rows for step in began][:1] == [0]
    assert 0 < began[-1].start.rows <= len(lines)  # so that it notices where the ledger lacks some
    named = {"Stage": "permanent_role", "Programme": "service_division", "Site": "2480", "LedgerRows": str(len(lines))}
    assert {key.name: shown.get(key) for key in SEARCH_ATTRIBUTES} == named


async def test_events_of_an_earlier_run_sent_again_get_their_first_receipts(office: TestOffice) -> None:
    journey = await office.refer(effective_on=MONDAY)
    said = full_way(MONDAY)
    too_early = said[3]
    receipts = [await office.journeys.submit(journey, one) for one in (said[0], too_early)]
    assert [receipt.accepted for receipt in receipts] == [True, False]
    await cross_borders(office, journey, 2)
    rows = len(office.ledger(journey))
    assert [await office.journeys.submit(journey, one) for one in (said[0], too_early)] == receipts
    assert len(office.ledger(journey)) == rows


async def test_events_of_an_earlier_run_can_be_corrected(office: TestOffice) -> None:
    journey = await office.refer(effective_on=MONDAY)
    said = full_way(MONDAY)
    for one in said[:3]:
        assert (await office.journeys.submit(journey, one)).accepted
    await cross_borders(office, journey, 2)
    right = said[2].model_copy(update={"position": "lasarettet_tray_kitchen"}).model_dump()
    corrected = await office.send(
        journey,
        "corrected",
        actor="coordinator:bo.lind",
        corrects=said[2].event_id,
        replacement=right,
        reason="Wrong ward",
    )
    assert corrected.accepted
    assert (await office.journeys.status(journey)).position == "lasarettet_tray_kitchen"


async def test_notices_that_could_not_be_sent_are_carried_over_and_arrive_once_mail_is_back(office: TestOffice) -> None:
    await office.mail.stop()
    journey, _ = await the_whole_way(office)
    await cross_borders(office, journey, 2)
    pending = [notice for notice in office.lists.notices(journey_id=journey) if notice.status == "pending"]
    assert {notice.recipient for notice in pending} == {"kommunal", "kommunen", "maria.ek", "candidate"}
    await office.mail.start()
    sent = await until(
        lambda: office.lists.notices(journey_id=journey), lambda notices: {n.status for n in notices} == {"sent"}
    )
    received = {str(item.notice_id) for item in office.received()}
    assert received == {notice.notice_id for notice in sent}


async def test_updates_in_flight_at_the_border_get_their_receipts(office: TestOffice) -> None:
    journey = await office.refer()
    numbers, receipts = iter(range(MANY)), []

    async def submit_one_after_the_other() -> None:
        for number in numbers:
            receipts.append(await office.journeys.submit(journey, note(number)))

    await asyncio.gather(*(submit_one_after_the_other() for _ in range(IN_FLIGHT)))
    assert len(receipts) == MANY
    assert all(receipt.accepted for receipt in receipts)
    lines = assert_complete(office, journey, [receipt.event_id for receipt in receipts])
    assert sorted(receipts, key=lambda receipt: receipt.row) == [line.receipt for line in lines[1:]]
    assert await borders(office, journey) >= 2


async def test_signals_updates_and_questions_all_at_once_cross_the_border(office: TestOffice) -> None:
    journey = await office.refer()
    signals, updates = [note(number) for number in range(15)], [note(number) for number in range(15)]
    asked = iter(updates)

    async def submit() -> None:
        for one in asked:
            assert (await office.journeys.submit(journey, one)).accepted

    async def signal() -> None:
        for one in signals:
            await office.journeys.signal(journey, one)

    async def ask() -> None:
        for _ in range(10):
            assert (await office.journeys.status(journey)).stage is Stage.REFERRAL

    await asyncio.gather(signal(), ask(), *(submit() for _ in range(4)))
    await until(lambda: len(office.ledger(journey)), lambda rows: rows == 31)
    assert_complete(office, journey, [one.event_id for one in (*signals, *updates)])
    await cross_borders(office, journey, 1)


async def test_rubbish_over_the_border_is_kept_row_for_row(office: TestOffice) -> None:
    journey = await office.refer()
    handle = office.handle(journey)
    await asyncio.gather(*(handle.signal("event", f"rubbish {number}") for number in range(MANY)))
    lines = await until(lambda: office.ledger(journey), lambda lines: len(lines) == MANY + 1)
    assert len({line.digest for line in lines[1:]}) == MANY
    assert_complete(office, journey, [])
    assert (await office.journeys.status(journey)).events == 1
    await cross_borders(office, journey, 1)


# The end


SHORT_LIVED = SERVICE.model_copy(update={"reopen_within_days": 0, "follow_up_after_days": ()})
"""Rules by which a journey that is closed has nothing left to wait for."""

NUMBERS = ("A22222223", "B22222226", "C2222222U", "D2222222C", "E2222222F")


async def refer(year: Year, candidate: str, rules: Programme = SHORT_LIVED) -> str:
    said = {"referring_partner": "arbetsformedlingen", "site": "2480", "coordinator": "anna.berg"}
    receipt = await year.office.journeys.refer(candidate, rules, event("referred", effective_on=year.day(0), **said))  # type: ignore[arg-type]
    assert receipt.accepted
    return JourneyId.of(candidate, rules.id)


def notes(year: Year, number: int) -> list[Any]:
    return [event("note_added", text=f"Note {one}", effective_on=year.day(0)) for one in range(number)]


async def test_signals_that_the_server_took_while_a_run_was_ending_are_not_lost(year: Year) -> None:
    for candidate in NUMBERS[:2]:
        journey = await refer(year, candidate)
        taken: list[Any] = []

        async def send(said: list[Any], journey: str = journey, taken: list[Any] = taken) -> None:
            for one in said:
                try:
                    await year.office.journeys.signal(journey, one)
                except Refused:
                    return
                taken.append(one.event_id)

        leaving = event("withdrawn", end_reason="studies", effective_on=year.day(0))
        senders = [asyncio.create_task(send(notes(year, 15))) for _ in range(4)]
        assert (await year.office.journeys.submit(journey, leaving)).accepted
        await asyncio.gather(*senders)
        year.journey = journey
        assert await year.ended_on() == 0
        assert_complete(year.office, journey, [leaving.event_id, *taken])
        assert len(year.office.ledger(journey)) == 2 + len(taken)


async def test_an_update_at_the_end_of_a_run_is_answered_one_way_or_the_other(year: Year) -> None:
    for candidate in NUMBERS:
        journey = await refer(year, candidate)
        leaving = event("withdrawn", end_reason="studies", effective_on=year.day(0))
        before, after = notes(year, 3), notes(year, 4)
        answers = await asyncio.gather(
            *(year.office.journeys.submit(journey, said) for said in (*before, leaving, *after)),
            return_exceptions=True,
        )
        receipts = [answer for answer in answers if isinstance(answer, Receipt)]
        told_no = [answer for answer in answers if isinstance(answer, Refused)]
        assert len(receipts) + len(told_no) == len(answers), answers
        lines = assert_complete(year.office, journey, [])
        assert sorted(receipts, key=lambda receipt: receipt.row) == [line.receipt for line in lines[1:]]


async def left_and_referred_again(year: Year, rules: Programme) -> tuple[str, Receipt]:
    """A journey that has ended, and the answer to a second referral under its number."""
    journey = await refer(year, NUMBERS[0])
    leaving = event("withdrawn", end_reason="studies", effective_on=year.day(0))
    assert (await year.office.journeys.submit(journey, leaving)).accepted
    year.journey = journey
    assert await year.ended_on() == 0
    said = {"referring_partner": "kommunen", "site": "2480", "coordinator": "anna.berg"}
    again = event("referred", effective_on=year.day(0), **said)
    return journey, await year.office.journeys.refer(NUMBERS[0], rules, again)  # type: ignore[arg-type]


async def test_a_journey_that_has_come_to_its_end_is_not_begun_anew_under_the_same_number(year: Year) -> None:
    journey, receipt = await left_and_referred_again(year, SHORT_LIVED)
    assert (receipt.accepted, receipt.rule, receipt.row) == (False, "possible_in_this_stage", 3)
    assert [line.row for line in year.office.ledger(journey)] == [1, 2, 3]
    assert await year.ended_on() == 0


async def test_a_journey_begun_anew_under_other_rules_refuses_all_and_stands_still_for_none(year: Year) -> None:
    """The rules of today refuse what the ledger of the ended journey holds; that must not wedge the new run."""
    rules = SHORT_LIVED.model_copy(update={"referring_partners": ("kommunen",)})
    journey, receipt = await left_and_referred_again(year, rules)
    assert (receipt.accepted, receipt.rule, receipt.row) == (False, "it_can_be_judged", 3)
    assert await year.ended_on() == 0
    with raises(Refused, "journey.not_running"):
        await year.office.journeys.submit(journey, event("referral_accepted", effective_on=year.day(0)))
    assert year.office.lists.journeys()[0].stage is Stage.CLOSED
