"""Fifteen journeys ask for the last place at the same moment, through a real Temporal server and worker."""

import asyncio
from collections import Counter
from datetime import date

from models.identifiers import CandidateNumber, JourneyId
from models.ledger.receipt import Receipt
from tests.support.office import TestOffice, event
from tests.support.programmes import SERVICE

DAY = date(2026, 3, 2)
TRANSPORT = "lasarettet_transport"
RULES = SERVICE.model_copy(update={"notices": ()})
"""Nobody is told: it is the places that are asked for here, and fifteen pairs of notices would take their time."""

REFERRAL = {
    "referring_partner": "arbetsformedlingen",
    "site": "2480",
    "coordinator": "anna.berg",
    "effective_on": DAY,
}
MANY = 15
AT_ONCE = 15
"""Journeys that are prepared side by side: what a worker keeps up with."""


async def waiting(office: TestOffice, turn: asyncio.Semaphore) -> str:
    """A journey that waits for a place of the transports; returns its id."""
    findings = [{"requirement": requirement, "result": "met"} for requirement in ("reads_labels", "shift_work")]
    async with turn:
        candidate = CandidateNumber.draw(office.random)
        await office.journeys.refer(candidate, RULES, event("referred", **REFERRAL))  # type: ignore[arg-type]
        journey = JourneyId.of(candidate, RULES.id)
        await office.send(journey, "referral_accepted", effective_on=DAY)
        checked = {"profile": "transport_service", "findings": findings}
        receipt = await office.send(journey, "requirements_checked", effective_on=DAY, **checked)
        assert receipt.accepted, receipt
    return journey


async def ask(office: TestOffice, journey: str) -> Receipt:
    period = {"starts_on": DAY, "ends_on": DAY, "effective_on": DAY}
    said = event("internship_agreed", position=TRANSPORT, supervisor="jonas.alm", **period)
    return await office.journeys.submit(journey, said)


async def test_fifteen_journeys_ask_for_the_last_place_and_one_gets_it(office: TestOffice) -> None:
    turn = asyncio.Semaphore(AT_ONCE)
    first, *others = await asyncio.gather(*(waiting(office, turn) for _ in range(MANY + 1)))
    assert (await ask(office, first)).accepted  # of two places one is left
    receipts = await asyncio.gather(*(ask(office, journey) for journey in others))
    assert Counter(receipt.rule for receipt in receipts) == {None: 1, "a_place_is_free": MANY - 1}
    assert all(receipt.message.startswith("Every place of") for receipt in receipts if not receipt.accepted)
    stages = Counter(line.stage for line in office.lists.journeys(limit=MANY * 2))
    assert stages == {"internship": 2, "awaiting_placement": MANY - 1}
    [transports] = [line for line in office.lists.positions(DAY) if line.id == TRANSPORT]
    assert (transports.places, transports.free) == (2, 0)
    # None is stuck: those who were refused go on.
    later = await asyncio.gather(*(office.send(journey, "withdrawn", end_reason="own_wish") for journey in others[:5]))
    assert all(receipt.row == 5 for receipt in later)
