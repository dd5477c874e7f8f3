"""An audit names nothing where nobody has forged anything, at work either."""

import asyncio

from auditing.evidence.findings import Verdict, Verification
from auditing.verification.verifier import live_verifier
from tests.support.office import TestOffice, event
from tests.support.waiting import GIVE_UP_AFTER, until

JOURNEYS, EVENTS = 6, 60
"""A thousand in twenty journeys take a minute on a busy machine, most of it the audit waiting for journeys to rest."""


async def test_nothing_is_named_while_events_are_sent(office: TestOffice) -> None:
    journeys = [await office.refer() for _ in range(JOURNEYS)]
    rows = EVENTS // JOURNEYS + 1

    async def send() -> None:
        for _ in range(rows - 1):
            for journey in journeys:
                await office.journeys.signal(journey, event("note_added", text="At work."))

    async def audits() -> list[Verification]:
        verifier = live_verifier(office.client, office.lists.engine)
        found: list[Verification] = []
        while not sending.done():
            found += await verifier.verify(journeys)
        return found

    sending = asyncio.create_task(send())
    async with asyncio.timeout(GIVE_UP_AFTER):
        found = await audits()
        await sending
    assert {(one.verdict, one.findings) for one in found} == {(Verdict.AGREES, ())}
    await until(lambda: [len(office.ledger(one)) for one in journeys], lambda counts: counts == [rows] * JOURNEYS)
    for one in await live_verifier(office.client, office.lists.engine).verify(journeys):
        assert (one.verdict, one.findings, one.rows) == (Verdict.AGREES, (), rows)
