"""An audit names nothing where nobody has forged anything: not at work, nor after a reset and a renewal."""

import asyncio

from auditing.evidence.findings import Verdict, Verification
from auditing.verification.verifier import live_verifier
from models.identifiers import JOURNEY_WORKFLOW
from runtime.local.dev_server import temporal_program
from tests.support.agreeing import eventually, verdict
from tests.support.office import TestOffice, event
from tests.support.waiting import GIVE_UP_AFTER, until
from workflows.messages import RENEW_SIGNAL

JOURNEYS, EVENTS = 10, 120
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


async def test_nothing_is_named_after_a_reset_and_a_renewal(office: TestOffice) -> None:
    journey = await office.refer()
    assert (await office.send(journey, "note_added", text="Before.")).accepted
    address = office.client.service_client.config.target_host
    process = await asyncio.create_subprocess_exec(
        *(temporal_program("temporal"), "workflow", "reset", "--workflow-id", journey, "--address", address),
        *("--type", "LastWorkflowTask", "--reason", "A trial"),
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0
    assert (await office.send(journey, "note_added", text="After the reset.")).accepted
    await agrees(office, journey, 3)
    await office.handle(journey).signal(RENEW_SIGNAL)

    async def runs() -> int:
        query = f'WorkflowType = "{JOURNEY_WORKFLOW}" and WorkflowId = "{journey}"'
        return len([run async for run in office.client.list_workflows(query)])

    await eventually(runs, lambda count: count == 3)
    assert (await office.send(journey, "note_added", text="After the renewal.")).accepted
    await agrees(office, journey, 4)


async def agrees(office: TestOffice, journey: str, rows: int) -> None:
    """An audit says that so many rows agree. Temporal's lists, by which it finds the runs, lag behind."""
    wanted = f"{Verdict.AGREES}: {rows} rows, ()"
    await eventually(lambda: verdict(office, journey), lambda said: said == wanted)
