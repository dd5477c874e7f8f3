"""Histories outlive the server: archived by the workflow, dropped by Temporal, and read back as they were."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from temporalio import activity
from temporalio.client import (
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHistory,
)
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from typer import Typer
from typer.testing import CliRunner

import admin
import audit
from activities.archive import runs as closed_runs
from activities.archive.archiver import Archiver
from activities.archive.runs import ArchivedRun, ArchiveOutcome, ClosedRuns, RunKey, TemporalServer, serialized
from activities.archive.store import DatabaseArchive, read_archived
from activities.email_channel import EmailChannel
from activities.operator_mail import OperatorMail
from auditing.evidence import runs
from auditing.evidence.evidence import LiveSource
from auditing.evidence.findings import Verdict
from auditing.evidence.recorded import recorded_in
from auditing.evidence.runs import is_open, resent_runs, runs_of
from auditing.verification.verifier import live_verifier
from models.identifiers import JOURNEY_WORKFLOW
from runtime.archive import archived_by
from runtime.errors import Refused, ServiceUnavailable
from runtime.local.dev_server import HOST, start_dev_server
from runtime.temporal.namespace import CATCH_UP, NIGHTLY, ensure_schedules
from services.application import Application
from services.operations import nightly as archiving
from services.operations.nightly import archive_now
from tests.support.agreeing import eventually
from tests.support.errors import raises
from tests.support.findings import english
from tests.support.office import TestOffice, event, open_office
from tests.support.retention import OF_THE_SERVER, drop, listed, on_the_server
from workflows import policies
from workflows.nightly import ArchiveHistories

DAY = date(2026, 3, 2)
HALF_A_DAY = timedelta(hours=12.5)
"""The server keeps what has closed for a day, and half of that is near enough for an alarm."""

ARCHIVING = NIGHTLY[0].schedule_id


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    """An office on a server of its own that wants short histories: the archive is that of a whole namespace."""
    async with (
        await start_dev_server(more=OF_THE_SERVER) as environment,
        open_office(environment.client, tmp_path_factory.mktemp("archive")) as office,
    ):
        yield office


async def a_closed_journey(office: TestOffice) -> str:
    """A journey of two runs, both closed and listed so: one continued as new, one ended by the operator."""
    journey = await office.refer(effective_on=DAY)
    await office.send(journey, "referral_accepted", effective_on=DAY)
    while len((await runs_of(office.client, [journey]))[journey]) < 2:
        await office.send(journey, "note_added", text="Called.")
    await office.handle(journey).terminate("no longer needed")
    await listed(office, journey, 2, WorkflowExecutionStatus.RUNNING)
    return journey


async def closed(office: TestOffice, journey: str) -> int:
    """How many runs a journey has, once the server lists all of them as closed: its list is a moment behind."""

    async def listed_so() -> int:
        found = [run.status async for run in office.client.list_workflows(f'WorkflowId = "{journey}"')]
        every = await runs_of(office.client, [journey])
        return len(found) if WorkflowExecutionStatus.RUNNING not in found and len(found) == len(every[journey]) else 0

    return await eventually(listed_so)


async def test_continued_as_new_twice_corrected_reopened_and_archived_it_verifies_as_one(office: TestOffice) -> None:
    journey = await office.refer(effective_on=DAY)
    by_bo = {"actor": "coordinator:bo.lind", "reason": "It was a day earlier."}
    accepted = event("referral_accepted", effective_on=DAY + timedelta(days=1))
    await office.journeys.submit(journey, accepted)
    right = accepted.model_copy(update={"effective_on": DAY})
    told = [
        event("corrected", corrects=accepted.event_id, replacement=right, effective_on=DAY, **by_bo),
        event("withdrawn", end_reason="own_wish", effective_on=DAY),
        event("reopened", reason="Changed her mind.", effective_on=DAY),
    ]
    for said in told:
        assert (await office.journeys.submit(journey, said)).accepted, said
    while len((await runs_of(office.client, [journey]))[journey]) < 3:
        await office.send(journey, "note_added", text="Called.")
    await office.handle(journey).terminate("no longer needed")
    runs = await closed(office, journey)
    await archive_now(office.client, office.settings.task_queue)
    await drop(office, journey, [run.run_id for run in await on_the_server(office, journey)])
    await listed(office, journey, 0)
    one = next(
        iter(
            await live_verifier(office.client, office.lists.engine, archived_by(office.settings, office.engine)).verify(
                [journey]
            )
        )
    )
    assert (one.verdict, one.findings, one.remarks) == (Verdict.AGREES, (), ())
    assert (one.runs, one.rows) == (runs, len(office.ledger(journey)))
    assert runs >= 3


async def test_a_journey_outlives_the_server(office: TestOffice) -> None:
    open_still = await office.refer()
    journey = await a_closed_journey(office)
    kept = await on_the_server(office, journey)
    first = await archive_now(office.client, office.settings.task_queue)
    assert (first.closed, first.archived, first.failed) == (2, 2, 0)
    archive = DatabaseArchive(office.engine)
    assert list(archive.runs(open_still)) == []
    again = await archive_now(office.client, office.settings.task_queue)
    assert (again.closed, again.archived, again.known) == (2, 0, 2)
    await drop(office, journey, [run.run_id for run in kept])
    await listed(office, journey, 0)
    assert await on_the_server(office, journey) == []
    read = read_archived(archive, journey)
    assert [serialized(one.events) for one in read] == [serialized(one.events) for one in kept]
    assert [one.run_id for one in read] == [one.run_id for one in kept]

    verifier = live_verifier(office.client, office.lists.engine, archived_by(office.settings, office.engine))
    [verified] = await verifier.verify([journey])
    assert (verified.verdict, verified.findings, verified.runs) == (Verdict.AGREES, (), 2)
    [evidence] = await verifier.source.read([journey])
    assert (await recorded_in(evidence)).rules.id == "service_division"
    with office.engine.begin() as connection:
        connection.execute(text("drop trigger archived_histories_no_update"))
        change = "update archived_histories set packed = x'00' where run_id = :run"
        assert connection.execute(text(change), {"run": kept[1].run_id}).rowcount == 1
    [verified] = await verifier.verify([journey])
    assert (verified.verdict, verified.runs) == (Verdict.DIFFERS, 1)
    assert verified.findings[0].what.id == "finding.archive_changed"
    assert f"{journey}, run {kept[1].run_id}, is not as it was archived" in english(verified.findings[0].found)


async def test_the_schedule_is_there_stays_as_the_operator_left_it_and_archives(office: TestOffice) -> None:
    journey = await a_closed_journey(office)
    await ensure_schedules(office.client, "another-queue")
    handle = office.client.get_schedule_handle(ARCHIVING)
    await handle.pause(note="The object store is moving.")
    await ensure_schedules(office.client, office.settings.task_queue)
    schedule = (await handle.describe()).schedule
    assert (schedule.state.paused, schedule.state.note) == (True, "The object store is moving.")
    assert isinstance(schedule.action, ScheduleActionStartWorkflow)
    assert schedule.action.task_queue == office.settings.task_queue
    assert (schedule.policy.overlap.name, schedule.policy.catchup_window) == ("SKIP", CATCH_UP)
    assert [hour.start for hour in schedule.spec.calendars[0].hour] == [NIGHTLY[0].hour]
    await handle.unpause()
    outcome = await triggered(office)
    assert outcome.failed == outcome.about_to_go == 0
    assert len(list(DatabaseArchive(office.engine).runs(journey))) == 2


async def triggered(office: TestOffice) -> ArchiveOutcome:
    """What came of the schedule's next run."""
    handle = office.client.get_schedule_handle(ARCHIVING)
    before = (await handle.describe()).info.num_actions
    await handle.trigger()
    while True:
        info = (await handle.describe()).info
        if info.num_actions > before:
            break
        await asyncio.sleep(0.05)
    started = info.recent_actions[-1].action
    assert isinstance(started, ScheduleActionExecutionStartWorkflow)
    return await office.client.get_workflow_handle_for(ArchiveHistories.run, started.workflow_id).result()


@asynccontextmanager
async def working(office: TestOffice, *activities: Callable[..., Any]) -> AsyncIterator[str]:
    """A worker that archives by these activities, on a task queue of its own; outside the sandbox, as policies vary."""
    queue = f"test-{uuid4()}"
    async with Worker(
        office.client,
        task_queue=queue,
        workflows=[ArchiveHistories],
        activities=activities,
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        yield queue


class Full:
    """An archive that takes nothing."""

    def put(self, run: ArchivedRun) -> bool:
        raise PermissionError(run.sha256)

    def among(self, _keys: Collection[RunKey]) -> set[RunKey]:
        return set()


async def test_the_operator_is_told_once_a_night_of_what_is_about_to_be_lost(office: TestOffice) -> None:
    journey = await a_closed_journey(office)
    channel = EmailChannel(HOST, office.mail.port, "Hela vägen <hela-vagen@region.example>")
    archiver = Archiver(TemporalServer(office.client), Full(), lambda: datetime.now(UTC) + HALF_A_DAY)  # type: ignore[arg-type]
    mail = OperatorMail(channel, "drift@region.example")
    async with working(office, archiver.archive_histories, mail.tell_operator) as queue:
        await ensure_schedules(office.client, queue)
        first, second = await triggered(office), await triggered(office)
        by_hand = await archive_now(office.client, queue)
    assert first.about_to_go == second.about_to_go == by_hand.about_to_go >= 2
    assert first.warned_on is not None
    assert (second.warned_on, by_hand.warned_on) == (first.warned_on, None)
    [told] = [one for one in office.received() if "drift@" in one.recipient]
    assert told.subject.startswith("Hela vägen: historiken för ")
    read = message_from_bytes(told.path.read_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    assert journey in str(read.get_content())


@activity.defn(name="archive_histories")
async def broken(_workflow: str) -> None:
    raise ApplicationError("The archive\nis nowhere", non_retryable=True)


async def test_the_operator_is_told_where_the_archiving_itself_fails(office: TestOffice) -> None:
    channel = EmailChannel(HOST, office.mail.port, "Hela vägen <hela-vagen@region.example>")
    mail = OperatorMail(channel, "natten@region.example")
    async with working(office, broken, mail.tell_operator) as queue:
        with raises(Refused, "archive.failed", why="The archive is nowhere", workflow="archive-histories/by-hand"):
            await archive_now(office.client, queue)
        with pytest.raises(WorkflowFailureError):
            await office.client.execute_workflow(ArchiveHistories.run, id=f"night-{uuid4()}", task_queue=queue)
    [told] = [one for one in office.received() if "natten@" in one.recipient]
    assert told.subject.endswith("/ the histories could not be archived")


class Faltering(DatabaseArchive):
    """An archive that is away once, when the second page is asked for."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.asked: list[set[RunKey]] = []

    def among(self, keys: Collection[RunKey]) -> set[RunKey]:
        self.asked.append(set(keys))
        if len(self.asked) == 2:
            raise OperationalError("select", {}, Exception("away"))
        return super().among(keys)


async def test_a_night_that_was_broken_off_goes_on_where_it_was(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = await a_closed_journey(office)
    monkeypatch.setattr(closed_runs, "PAGE", 1)
    archive = Faltering(office.engine)
    archiver = Archiver(TemporalServer(office.client), archive, lambda: datetime.now(UTC))
    monkeypatch.setattr(policies, "ARCHIVE_RETRY", RetryPolicy(initial_interval=timedelta(milliseconds=1)))
    async with working(office, archiver.archive_histories) as queue:
        await archive_now(office.client, queue)
    assert len(list(archive.runs(journey))) == 2
    first, second, again, *_ = archive.asked
    assert first != second == again
    assert archive.asked.count(first) == 1


async def test_what_sent_notices_again_is_archived_with_its_journey(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OnlyOurs(TemporalServer):
        async def closed_runs(self, workflow: str, retention: timedelta, page: bytes = b"") -> ClosedRuns:
            found = await super().closed_runs(workflow, retention, page)
            return ClosedRuns(runs=tuple(run for run in found.runs if run.journey_id == journey))

    journey = await office.refer()
    [referred] = office.ledger(journey)
    await office.journeys.resend(journey, UUID(referred.event_id))

    def is_over(found: list[WorkflowHistory]) -> bool:
        return bool(found) and not is_open(found[0])

    [sent] = await eventually(lambda: resent_runs(office.client, journey), is_over)
    archive = DatabaseArchive(office.engine)
    archiver = Archiver(OnlyOurs(office.client), archive, lambda: datetime.now(UTC))
    outcome = await ActivityEnvironment().run(archiver.archive_histories, JOURNEY_WORKFLOW)
    assert (outcome.archived, [key.run_id for key in archive.runs(journey)]) == (1, [sent.run_id])

    async def forgotten(*_: object) -> None:
        return None

    monkeypatch.setattr(runs, "history_of", forgotten)
    kept = partial(read_archived, archive)
    assert [run.run_id for run in await resent_runs(office.client, journey, kept)] == [sent.run_id]
    assert (await runs_of(office.client, [journey], kept))[journey] == []
    assert [run.run_id for run in await LiveSource(office.engine, office.client, kept).resent(journey)] == [sent.run_id]


async def test_the_script_says_how_it_stands_and_has_it_archived(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await archive_now(office.client, office.settings.task_queue)
    journey = await a_closed_journey(office)
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", office.settings.database_url)
    monkeypatch.setenv("HELAVAGEN_TASK_QUEUE", office.settings.task_queue)
    monkeypatch.setenv("TEMPORAL_ADDRESS", office.client.service_client.config.target_host)

    async def says(app: Typer, *typed: str) -> tuple[int, str]:
        ended = await asyncio.to_thread(CliRunner().invoke, app, typed, standalone_mode=False)
        return ended.return_value, ended.output

    histories, archive = partial(says, audit.app, "histories"), partial(says, admin.app, "archive")
    status, told = await histories()
    assert (status, " 2 not yet. Temporal keeps each for 1 day." in told) == (0, True), told
    with monkeypatch.context() as later:
        later.setattr(Application, "now", lambda _: datetime.now(UTC) + HALF_A_DAY)
        status, told = await histories()
        assert (status, told.count(journey)) == (1, 2), told
        status, told = await histories("--json")
        assert [run["journey_id"] for run in json.loads(told)["about_to_go"]] == [journey, journey]
    status, told = await archive()
    assert (status, " 2 archived now" in told) == (0, True), told
    status, told = await archive("--json")
    assert (status, json.loads(told)["archived"]) == (0, 0)
    status, told = await histories()
    assert (status, "No history is about to be lost." in told) == (0, True)


async def test_without_a_worker_nobody_waits_in_vain(office: TestOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "LOOKS", 1)
    with raises(ServiceUnavailable, "worker.none_listens"):
        await archive_now(office.client, "nobody")
