"""The mail server, a partner's system or the database is away for a while: nothing is lost, and nothing is double."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    SignalWorkflowInput,
    StartWorkflowUpdateInput,
    WorkflowExecutionStatus,
    WorkflowUpdateHandle,
)
from temporalio.service import RetryConfig, RPCError
from temporalio.testing import WorkflowEnvironment

from models.events.events import Event
from models.identifiers import CandidateNumber, JourneyId
from models.partners.partner import Channel
from models.stages import Stage
from runtime import postgresql
from runtime.errors import ServiceUnavailable
from runtime.local.dev_server import start_dev_server
from runtime.temporal.client import data_converter
from services import answers
from services.journeys import Journeys
from services.queries.lines import NoticeLine
from tests.support.agreeing import assert_agreement, eventually
from tests.support.authority import signature_of, signing
from tests.support.databases import migrated_postgres
from tests.support.errors import raises
from tests.support.office import TestOffice, event, full_way, of_client, open_office
from tests.support.processes import of_office, run, said_clearly
from tests.support.proxy import ANYTHING, COMMIT, INSERT, Door, a_door_to, a_door_to_temporal
from tests.support.sealing import sealed
from tests.support.waiting import until
from worker import running_worker
from workflows.messages import EVENT_SIGNAL

DAY = date(2026, 3, 2)


async def notices_in(office: TestOffice, journey: str, status: str) -> list[NoticeLine]:
    """The journey's notices once each has this status and has been tried."""
    return await until(
        lambda: office.lists.notices(journey_id=journey),
        lambda lines: bool(lines) and {(line.status, line.attempts > 0) for line in lines} == {(status, True)},
    )


def received(office: TestOffice, channel: Channel | None = None) -> list[str]:
    """The ids of the notices that have come, by one way or by both."""
    return sorted(str(item.notice_id) for item in office.received() if channel in (None, item.channel))


# Mail and webhooks


async def test_a_journey_goes_on_while_nobody_can_be_told_and_notices_come_once_they_can(office: TestOffice) -> None:
    await office.mail.stop()
    await office.webhooks.stop()
    journey = await office.refer(effective_on=DAY)
    receipts = [await office.journeys.submit(journey, said) for said in full_way(DAY)]
    assert receipts[-1].stage is Stage.PERMANENT_ROLE
    waiting = await notices_in(office, journey, "pending")
    assert {line.last_error for line in waiting} == {
        "The mail server could not be reached (SMTPConnectError).",
        "The webhook of partner arbetsformedlingen could not be reached (ClientConnectorError).",
    }
    assert received(office) == []

    await office.mail.start()
    await office.webhooks.start()
    sent = await notices_in(office, journey, "sent")
    assert received(office) == sorted(line.notice_id for line in sent)
    assert {line.last_error for line in sent} == {None}
    assert all(line.attempts > 1 for line in sent)
    await assert_agreement(office, journey)


async def test_one_receiver_who_is_away_keeps_no_other_waiting_and_nobody_is_told_twice(office: TestOffice) -> None:
    journey = await office.refer(effective_on=DAY)
    accepted, checked, agreed, *_ = full_way(DAY)
    await office.journeys.submit(journey, accepted)
    await office.journeys.submit(journey, checked)
    await notices_in(office, journey, "sent")
    await office.webhooks.stop()
    await office.journeys.submit(journey, agreed)

    def told() -> dict[str, NoticeLine]:
        lines = office.lists.notices(journey_id=journey)
        return {line.recipient: line for line in lines if line.event_id == str(agreed.event_id)}

    # The event is tried again for the one, when the others have been told already.
    lines = await until(told, lambda lines: lines["arbetsformedlingen"].attempts >= 2)
    others = [lines[one] for one in ("kommunal", "maria.ek", "candidate")]
    assert {(one.status, one.attempts) for one in others} == {("sent", 1)}
    by_mail = [one for one in office.lists.notices(journey_id=journey) if one.recipient != "arbetsformedlingen"]
    assert received(office, Channel.EMAIL) == sorted(one.notice_id for one in by_mail)
    await office.webhooks.start()
    sent = await notices_in(office, journey, "sent")
    assert received(office) == sorted(line.notice_id for line in sent)


async def test_whoever_waits_for_a_worker_in_vain_can_leave(temporal: WorkflowEnvironment, tmp_path: Path) -> None:
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        candidate = CandidateNumber.draw(office.random)
        waiting = asyncio.create_task(office.refer(candidate=candidate))
        await eventually(lambda: is_running(office, JourneyId.of(candidate, "service_division")))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


@pytest.mark.parametrize("restarted", [False, True], ids=["Temporal goes on", "Temporal begins anew"])
async def test_an_event_that_no_worker_answers_is_kept_and_counts_once(
    temporal: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, restarted: bool
) -> None:
    """The first event of a journey, and a later one."""
    file = tmp_path / "temporal.db"
    async with open_office(temporal.client, tmp_path, with_worker=False) as office, AsyncExitStack() as servers:

        async def there() -> TestOffice:
            await servers.aclose()
            server = await servers.enter_async_context(await start_dev_server(file=file))
            return of_client(office, server.client, office.engine)

        now = await there() if restarted else office
        async with running_worker(now.client, office.settings, office.book, office.engine):
            begun = await now.refer()
        candidate = CandidateNumber.draw(office.random)
        with monkeypatch.context() as hasty:
            hasty.setattr(answers, "ANSWER_WITHIN", 0.5)
            with raises(ServiceUnavailable, "worker.event_kept"):
                await now.send(begun, "referral_accepted")
            with raises(ServiceUnavailable, "worker.event_kept"):
                await now.refer(candidate=candidate)
        now = await there() if restarted else office
        await are_recorded(now, {begun: 2, JourneyId.of(candidate, "service_division"): 1})


async def are_recorded(office: TestOffice, journeys: dict[JourneyId, int]) -> None:
    """A worker comes, and each journey has so many rows, and each notice is sent once."""
    async with running_worker(office.client, office.settings, office.book, office.engine):
        for journey, rows in journeys.items():
            await until(partial(office.ledger, journey), lambda lines: len(lines) >= rows)  # noqa: B023
            assert len(office.ledger(journey)) == rows
            await notices_in(office, journey, "sent")
            await assert_agreement(office, journey)
    assert len(received(office)) == len(set(received(office)))


async def test_an_event_comes_through_though_temporal_hangs_up_for_a_moment(office: TestOffice) -> None:
    journey = await office.refer()
    with a_door_to_temporal(office.client.service_client.config.target_host) as (door, address):
        client = await Client.connect(address, data_converter=data_converter())
        client = sealed(signing(client, office.engine), office.engine)
        journeys = Journeys(client, office.settings.task_queue, office.engine, signature_of)
        door.shut()
        sending = asyncio.create_task(journeys.submit(journey, event("note_added", text="Called.")))
        await until(lambda: door.turned_away)
        door.open()
        assert (await sending).accepted


class HangsUp(Interceptor):
    """Lets an event of this client come to Temporal, and shuts the door before the answer."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _HangsUp(next, self.door)


class _HangsUp(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, door: Door) -> None:
        super().__init__(next)
        self._door = door

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:
        self._door.shut_after(ANYTHING)
        return await super().start_workflow_update(input)

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:
        self._door.shut_after(ANYTHING)
        await super().signal_workflow(input)


@pytest.mark.parametrize("waiting", [True, False], ids=["for its receipt", "for nothing"])
async def test_whoever_sends_an_event_as_temporal_goes_away_is_told_its_id(
    office: TestOffice, *, waiting: bool
) -> None:
    journey, said = await office.refer(), event("note_added", text="Called.")
    with a_door_to_temporal(office.client.service_client.config.target_host) as (door, address):
        briefly = RetryConfig(max_elapsed_time_millis=1_000, max_retries=2)
        client = await Client.connect(
            address, data_converter=data_converter(), retry_config=briefly, interceptors=[HangsUp(door)]
        )
        client = sealed(client, office.engine)
        journeys = Journeys(client, office.settings.task_queue, office.engine, signature_of)
        with pytest.raises(ServiceUnavailable) as told:
            await (journeys.submit if waiting else journeys.signal)(journey, said)
        assert told.value.message.id in answers.UNANSWERED
        assert told.value.message.values == {"event": str(said.event_id)}
    assert (await office.journeys.submit(journey, said)).accepted  # whether Temporal had it or not
    assert len(office.ledger(journey)) == 2


async def is_running(office: TestOffice, journey: str) -> bool:
    try:
        return (await office.handle(journey).describe()).status is WorkflowExecutionStatus.RUNNING
    except RPCError:
        return False


# The database


@pytest.fixture
def door(postgres_server: str, tmp_path: Path) -> Iterator[tuple[Door, str]]:
    with a_door_to(migrated_postgres(postgres_server, tmp_path.name)) as (door, url):
        yield door, url


@pytest.fixture
async def behind_the_door(
    temporal: WorkflowEnvironment, tmp_path: Path, door: tuple[Door, str]
) -> AsyncIterator[TestOffice]:
    """An office whose database can be cut off."""
    async with open_office(temporal.client, tmp_path, door[1]) as office:
        yield office


async def test_events_wait_for_the_database_and_go_on_once_it_is_back(
    behind_the_door: TestOffice, door: tuple[Door, str]
) -> None:
    office, (database, _) = behind_the_door, door
    journey = await office.refer(effective_on=DAY)
    database.shut()
    accepted, checked, agreed, *_ = full_way(DAY)
    pending = asyncio.create_task(office.journeys.submit(journey, accepted))
    await until(lambda: database.turned_away >= 3)
    for said in (checked, agreed):
        await office.handle(journey).signal(EVENT_SIGNAL, said)
    assert not pending.done()

    database.open()
    assert (await pending).row == 2
    lines = await until(lambda: office.ledger(journey), lambda lines: len(lines) == 4)
    assert [line.event_id for line in lines[1:]] == [str(said.event_id) for said in (accepted, checked, agreed)]
    assert all(line.receipt.accepted for line in lines)
    sent = await notices_in(office, journey, "sent")
    assert received(office) == sorted(line.notice_id for line in sent)
    await assert_agreement(office, journey)


async def test_events_wait_for_a_database_that_says_nothing_and_scripts_end_with_one_sentence(
    behind_the_door: TestOffice, door: tuple[Door, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SILENT_SECONDS", 0.3)  # of this process, in which the worker is
    office, (database, url) = behind_the_door, door
    journey = await office.refer()
    database.fall_silent()
    heard = database.unanswered
    pending = asyncio.create_task(office.send(journey, "referral_accepted"))
    await until(lambda: database.unanswered > heard)
    env = of_office(office, HELAVAGEN_ACTOR="anna.berg", HELAVAGEN_DATABASE_URL=f"{url}?connect_timeout=2")
    assert "The database cannot be reached" in said_clearly(await run("admin.py", "today", env=env), 3)
    assert not pending.done()
    database.open()
    assert (await pending).row == 2
    await assert_agreement(office, journey)


async def test_a_journey_that_waits_long_for_the_database_still_says_where_it_is_and_fills_no_history(
    behind_the_door: TestOffice, door: tuple[Door, str]
) -> None:
    office, (database, _) = behind_the_door, door
    journey = await office.refer()
    database.shut()
    pending = asyncio.create_task(office.send(journey, "referral_accepted"))

    async def waits_with_a_timer() -> bool:
        history = await office.handle(journey).fetch_history()
        # The first is that of the next deadline.
        return sum(event.HasField("timer_started_event_attributes") for event in history.events) > 1

    await eventually(waits_with_a_timer)
    async with asyncio.timeout(2):
        assert (await office.journeys.status(journey)).stage is Stage.REFERRAL
    database.open()
    assert (await pending).row == 2
    await assert_agreement(office, journey)


@pytest.mark.parametrize("word", [INSERT, COMMIT])
@pytest.mark.parametrize(
    "said",
    [event("withdrawn", end_reason="own_wish"), event("referral_accepted"), event("resumed")],
    ids=["an ending", "a step", "refused"],
)
async def test_an_event_counts_once_where_the_answer_of_the_database_is_lost(
    behind_the_door: TestOffice, door: tuple[Door, str], said: Event, word: bytes
) -> None:
    office, (database, _) = behind_the_door, door
    journey = await office.refer()
    database.shut_after(word)
    pending = asyncio.create_task(office.journeys.submit(journey, said))
    await until(lambda: database.turned_away >= 1)
    database.open()
    receipt = await pending
    assert [line.receipt for line in office.ledger(journey)][1:] == [receipt]
    told = {line.kind for line in office.lists.notices(journey_id=journey)}
    assert told == ({"referred", said.kind} if receipt.accepted else {"referred"})
    await assert_agreement(office, journey)


async def test_an_event_that_the_database_did_not_take_at_once_is_recorded_and_stands_in_no_log(
    office: TestOffice, caplog: pytest.LogCaptureFixture
) -> None:
    journey = await office.refer()
    fails = "create trigger fails before insert on ledger begin select raise(abort, 'the disk is full'); end"
    with office.engine.begin() as connection:
        connection.exec_driver_sql(fails)
    pending = asyncio.create_task(office.send(journey, "note_added", text="Called Nils Påhittad."))
    await until(lambda: caplog.text.count("the disk is full") > 1)
    with office.engine.begin() as connection:
        connection.exec_driver_sql("drop trigger fails")
    assert (await pending).row == 2
    assert "INSERT INTO ledger" in caplog.text
    assert "Nils" not in caplog.text
    await assert_agreement(office, journey)


async def test_an_event_waits_while_somebody_else_writes_to_the_file_of_sqlite(office: TestOffice) -> None:
    journey = await office.refer()
    file = make_url(office.settings.database_url).database
    assert file is not None
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("begin immediate")
    pending = asyncio.create_task(office.send(journey, "referral_accepted"))
    done, _ = await asyncio.wait({pending}, timeout=0.5)
    assert not done
    other.execute("rollback")
    other.close()
    assert (await pending).row == 2
    await assert_agreement(office, journey)
