"""Journeys that an operator resets, as Temporal lets them: to any task, more than once, before and after a renewal."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecution
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner

import audit
from activities.archive.store import DatabaseArchive
from auditing.evidence.findings import Verdict
from auditing.verification.verifier import live_verifier
from models.identifiers import JourneyId
from runtime.archive import archived_by
from services.operations.nightly import archive_now
from tests.support.agreeing import eventually
from tests.support.office import TestOffice, open_office
from tests.support.processes import of_office
from tests.support.retention import drop
from tests.support.stock_command import stock_command
from workflows.messages import RENEW_SIGNAL


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    """One office for all; each test has a journey of its own."""
    async with open_office(temporal.client, tmp_path_factory.mktemp("reset")) as office:
        yield office


async def begun(office: TestOffice) -> JourneyId:
    """A journey with a refusal, rubbish and notices in it."""
    journey = await office.refer()
    assert not (await office.send(journey, "internship_completed")).accepted
    assert (await office.send(journey, "referral_accepted")).accepted
    await office.handle(journey).signal("event", {"kind": "nonsense"})
    assert (await office.send(journey, "note_added", text="Before.")).accepted
    return journey


async def reset(office: TestOffice, journey: str, to: str, run: str | None = None) -> None:
    named = ("--run-id", run) if run else ()
    status, output, *_ = await stock_command(
        office.client,
        *("workflow", "reset", "--workflow-id", journey, *named, "--type", to, "--reason", "a trial"),
    )
    assert status == 0, output
    assert (await office.send(journey, "note_added", text="After a reset.")).accepted


async def renewed(office: TestOffice, journey: str) -> None:
    before = await runs(office, journey)
    await office.handle(journey).signal(RENEW_SIGNAL)
    await eventually(lambda: runs(office, journey), lambda now: len(now) > len(before))
    assert (await office.send(journey, "note_added", text="After a renewal.")).accepted


async def runs(office: TestOffice, journey: str) -> list[WorkflowExecution]:
    """The runs that the server lists, the oldest first."""
    found = [run async for run in office.client.list_workflows(f'WorkflowId = "{journey}"')]
    return sorted(found, key=lambda run: run.start_time)


async def agrees(office: TestOffice, journey: str) -> None:
    rows = len(office.ledger(journey))

    async def verdict() -> str:
        archived = archived_by(office.settings, office.engine)
        [found] = await live_verifier(office.client, office.lists.engine, archived).verify([journey])
        return f"{found.verdict}: {found.rows} rows, {found.because} {found.findings}"

    # Temporal's lists, by which the runs are found, lag behind.
    await eventually(verdict, lambda said: said == f"{Verdict.AGREES}: {rows} rows, None ()")


async def audited(office: TestOffice, *words: str) -> str:
    """What `audit.py` says."""
    env = of_office(office, HELAVAGEN_ACTOR="auditor:karin.holm")
    ended = await asyncio.to_thread(CliRunner().invoke, audit.app, words, env=env, standalone_mode=False)
    assert ended.exception is None, ended.exception
    return ended.stdout


async def once(office: TestOffice, journey: str) -> None:
    await reset(office, journey, "LastWorkflowTask")


async def twice(office: TestOffice, journey: str) -> None:
    await reset(office, journey, "LastWorkflowTask")
    await reset(office, journey, "LastWorkflowTask")


async def to_the_first_task(office: TestOffice, journey: str) -> None:
    """The server brings back all that came, the signals before the updates or after them."""
    await reset(office, journey, "FirstWorkflowTask")


async def renewed_and_reset(office: TestOffice, journey: str) -> None:
    await renewed(office, journey)
    await reset(office, journey, "LastWorkflowTask")


async def reset_renewed_and_reset_to_the_first_task(office: TestOffice, journey: str) -> None:
    await reset(office, journey, "LastWorkflowTask")
    await renewed(office, journey)
    await reset(office, journey, "FirstWorkflowTask")


async def an_earlier_run(office: TestOffice, journey: str) -> None:
    """It goes on without what the later run recorded, and learns it from the ledger."""
    [first, *_] = await runs(office, journey)
    await renewed(office, journey)
    await reset(office, journey, "LastWorkflowTask", first.run_id)


WAYS: dict[str, Callable[[TestOffice, str], Awaitable[None]]] = {
    one.__name__: one
    for one in (
        once,
        twice,
        to_the_first_task,
        renewed_and_reset,
        reset_renewed_and_reset_to_the_first_task,
        an_earlier_run,
    )
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_journey_that_was_reset_agrees(office: TestOffice, way: str) -> None:
    journey = await begun(office)
    await WAYS[way](office, journey)
    await agrees(office, journey)


async def test_it_agrees_once_the_server_has_dropped_what_was_archived_and_in_a_bundle(
    office: TestOffice, tmp_path: Path
) -> None:
    """Each run under its own id, though the histories of all but the last name the first."""
    journey = await begun(office)
    await twice(office, journey)
    await renewed(office, journey)

    async def archived() -> int:
        await archive_now(office.client, office.settings.task_queue)
        return len(list(DatabaseArchive(office.engine).runs(journey)))

    await eventually(archived, lambda count: count == 3)
    *closed, _ = await runs(office, journey)
    await drop(office, journey, [run.run_id for run in closed])
    await eventually(lambda: runs(office, journey), lambda left: len(left) == 1)
    await agrees(office, journey)
    bundle = tmp_path / "bundle.zip"
    await audited(office, "export", "--output", str(bundle))
    found = json.loads(await audited(office, "verify", "--bundle", str(bundle), "--json"))["verdicts"]
    assert [(one["verdict"], one["runs"]) for one in found if one["journey_id"] == journey] == [("agrees", 4)]
