"""Notes and corrections after a journey has come to its end: a run begins again, records, and ends by itself."""

import asyncio

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from activities.sealing import sealer_on
from models.identifiers import JourneyId
from models.stages import EndReason, Stage
from models.tables.people import CandidateKeyRow
from runtime.errors import Refused
from tests.support.errors import raises
from tests.support.office import event
from tests.support.years import Year

ENDED = 3 * 365
"""Days after which nothing is left to wait for in any programme."""


@pytest.fixture
async def ended(year: Year) -> Year:
    """A year in which a journey ended long ago, for a reason that was wrong."""
    await year.refers()
    await year.happens("withdrawn", end_reason="other")
    await year.until(ENDED)
    assert not await year.runs()
    return year


async def test_notes_after_the_end_are_recorded_however_they_come_and_the_run_ends_again(ended: Year) -> None:
    before = len(ended.office.ledger(ended.journey))
    await ended.happens("note_added", text="The candidate objects to the reason given.")
    assert await ended.ended_on() == ENDED
    said = event("note_added", text="Called.", effective_on=ended.day(ENDED))
    await ended.office.journeys.signal(ended.journey, said)
    assert await ended.ended_on() == ENDED
    await asyncio.gather(*(ended.happens("note_added", text=f"Note {number}") for number in range(2)))
    rows = ended.office.ledger(ended.journey)[before:]
    assert [(line.kind, line.receipt.accepted) for line in rows] == [("note_added", True)] * 4
    assert rows[1].event_id == str(said.event_id)
    assert await ended.ended_on() == ENDED


async def test_corrections_after_the_end_hold_and_one_that_strikes_the_end_lets_the_journey_go_on(ended: Year) -> None:
    [wrong] = [line for line in ended.office.ledger(ended.journey) if line.kind == "withdrawn"]
    assert wrong.event is not None
    right = {**wrong.event, "end_reason": "studies"}
    await ended.happens("corrected", corrects=wrong.event_id, reason="Asked for (GDPR art. 16)", replacement=right)
    [line] = ended.office.lists.journeys()
    assert (line.stage, line.end_reason) == (Stage.CLOSED, EndReason.STUDIES)
    shown = (await ended.office.handle(ended.journey).describe()).typed_search_attributes
    assert {pair.key.name: pair.value for pair in shown}["Stage"] == "closed"
    await ended.happens("corrected", corrects=wrong.event_id, reason="Another person's", replacement=None)
    assert await ended.runs()
    assert (await ended.office.journeys.status(ended.journey)).stage is Stage.REFERRAL


async def test_what_the_end_does_not_allow_is_refused_with_its_reason_and_starts_nothing(ended: Year) -> None:
    rows, journeys = len(ended.office.ledger(ended.journey)), ended.office.journeys
    for kind, why, said in (
        ("reopened", "the_window_is_open.closed", {"reason": "The candidate is back"}),
        ("referral_accepted", "journey.not_running", {}),
    ):
        with raises(Refused, why):
            await journeys.submit(ended.journey, event(kind, effective_on=ended.day(ENDED), **said))
    candidate = JourneyId.parse(ended.journey).candidate
    with Session(ended.office.engine) as session, session.begin():
        gone = update(CandidateKeyRow).where(CandidateKeyRow.candidate == candidate)
        session.execute(gone.values(wrapped=None))
    sealer_on(ended.office.engine).forget(candidate)
    with raises(Refused, "sealing.erased"):
        await journeys.submit(ended.journey, event("note_added", text="Too late"))
    assert len(ended.office.ledger(ended.journey)) == rows
    assert not await ended.runs()
