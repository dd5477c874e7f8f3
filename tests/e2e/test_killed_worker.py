"""A worker that is killed, at the worst moments and at any: after a new start nothing is lost and nothing is double."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.converter import WorkflowSerializationContext
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from activities.acting_mail import Told, WhoActs
from activities.authority import KnownRegister
from models.access.statements import CandidatesLent
from models.calendar.swedish_day import day_in_sweden
from models.events.events import Event
from models.identifiers import JOURNEY_WORKFLOW, CandidateNumber, JourneyId
from models.ledger.entry import UNREADABLE
from models.ledger.receipt import Receipt
from models.stages import Stage
from runtime.errors import ServiceUnavailable
from runtime.statement_log import StatementLog
from services.operations.telling_who_acts import TellsWhoActs
from services.queries.lines import NoticeLine
from tests.support.agreeing import assert_agreement, eventually, place_of
from tests.support.authority import key_of
from tests.support.dying_worker import AFTER_RECORDING, BEFORE_MARKING, MOMENT
from tests.support.large import LARGEST
from tests.support.office import TestOffice, event, full_way, open_office
from tests.support.processes import Running, in_log, of_office, running
from tests.support.waiting import until
from workflows.messages import EVENT_SIGNAL, JourneyStart

DAY = date(2026, 3, 2)

TASK_TIMEOUT = timedelta(seconds=2)
"""How long Temporal waits for a worker that has taken a task and is dead; ten seconds unless said."""


IMPATIENCE = 4.0
"""Seconds after which an event is sent again: a little more than a worker needs to start."""


@dataclass
class Shift:
    """One worker at a time, as a process of its own."""

    office: TestOffice
    moment: Path
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    current: Running | None = None

    async def worker(self) -> Running:
        """The worker at work, started where there is none."""
        if self.current is None or self.current.process.returncode is not None:
            env = of_office(self.office, **{MOMENT: self.moment})
            errors = self.office.settings.data / "worker.log"
            process = running("-m", "tests.support.dying_worker", env=env, errors=errors)
            self.current = await self.stack.enter_async_context(process)
        return self.current


@pytest.fixture(scope="module")
async def shift(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shift]:
    data = tmp_path_factory.mktemp("killed")
    async with open_office(temporal.client, data, with_worker=False) as office:
        shift = Shift(office, data / "moment")
        async with shift.stack:
            yield shift


REFERRAL = event(
    "referred", effective_on=DAY, referring_partner="arbetsformedlingen", site="2480", coordinator="anna.berg"
)


async def start(office: TestOffice) -> str:
    """Start a new candidate's journey, of which Temporal soon notices that its worker is dead."""
    candidate = CandidateNumber.draw(office.random)
    start = JourneyStart(candidate=candidate, rules=office.book.programme("service_division"))
    journey = JourneyId.of(candidate, start.rules.id)
    queue = office.settings.task_queue
    await office.client.start_workflow(JOURNEY_WORKFLOW, start, id=journey, task_queue=queue, task_timeout=TASK_TIMEOUT)
    return journey


async def begin(office: TestOffice) -> str:
    """Start a new candidate's journey, and refer them."""
    journey = await start(office)
    receipt = await insist(office, journey, REFERRAL)
    assert receipt.accepted, receipt
    return journey


async def insist(office: TestOffice, journey: str, said: Event) -> Receipt:
    """Submit an event, and again under its id where no worker answers soon."""
    while True:
        try:
            async with asyncio.timeout(IMPATIENCE):
                return await office.journeys.submit(journey, said)
        except (TimeoutError, ServiceUnavailable):
            continue


async def all_sent(office: TestOffice, journey: str) -> list[NoticeLine]:
    """The journey's notices, but for that of the referral, once each is sent."""
    sent = await until(
        lambda: office.lists.notices(journey_id=journey),
        lambda notices: bool(notices) and {notice.status for notice in notices} == {"sent"},
    )
    return [notice for notice in sent if notice.kind != "referred"]


def received(office: TestOffice) -> Counter[str]:
    """How often each notice has come."""
    return Counter(str(item.notice_id) for item in office.received())


async def killed_after_recording(shift: Shift, journey: str, said: Event) -> asyncio.Task[Receipt]:
    """Submit an event whose ledger row is the last thing that the worker does; returns who waits for the receipt."""
    shift.moment.write_text(AFTER_RECORDING + said.kind)
    pending = asyncio.create_task(insist(shift.office, journey, said))
    worker = await shift.worker()
    assert await worker.process.wait() == -signal.SIGKILL
    recorded = {line.event_id: line.receipt for line in shift.office.ledger(journey)}
    assert recorded[str(said.event_id)].accepted
    return pending


async def test_what_comes_after_a_kill_is_judged_after_what_the_dead_worker_had_recorded(shift: Shift) -> None:
    office = shift.office
    journey = await start(office)
    handle = office.handle(journey)
    await handle.signal(EVENT_SIGNAL, REFERRAL)
    # Both wait for a worker, which records them with the referral in one task, and then is no more.
    rubbish = asyncio.create_task(handle.execute_update("rubbish", result_type=Receipt))
    await handle.describe()  # which comes after it
    accepted = await killed_after_recording(shift, journey, event("referral_accepted", effective_on=DAY))
    assert [line.kind for line in office.ledger(journey)] == ["referred", UNREADABLE, "referral_accepted"]
    # No update has reached the history, where these signals now stand before them.
    await handle.signal("more rubbish")
    paused = event("paused", effective_on=DAY, reason="Waits for a licence.")
    await handle.signal(EVENT_SIGNAL, paused)

    await shift.worker()
    receipts = [await rubbish, await accepted]
    lines = await until(lambda: office.ledger(journey), lambda lines: len(lines) >= 5)
    assert Counter(line.receipt.rule for line in lines) == {None: 3, "it_is_an_event": 2}
    assert [receipt.row for receipt in receipts] == [2, 3]
    assert lines[4].event_id == str(paused.event_id)
    assert (lines[4].receipt.accepted, lines[4].stage_before) == (True, Stage.REQUIREMENT_CHECK)
    assert {received(office)[notice.notice_id] for notice in await all_sent(office, journey)} == {1}
    await assert_agreement(office, journey)


async def test_a_worker_killed_between_record_and_commit_leaves_one_row_and_one_effect(shift: Shift) -> None:
    office = shift.office
    await shift.worker()
    journey = await begin(office)
    accepted, checked, agreed, *_ = full_way(DAY)
    await office.journeys.submit(journey, accepted)
    await office.journeys.submit(journey, checked)
    await all_sent(office, journey)  # or the worker is killed between sending these and noting it
    pending = await killed_after_recording(shift, journey, agreed)
    recorded = office.ledger(journey)

    await shift.worker()
    assert await pending == recorded[-1].receipt
    assert await insist(office, journey, agreed) == recorded[-1].receipt
    assert office.ledger(journey) == recorded
    assert place_of(office, journey) == "lasarettet_ward_service"
    notices = await all_sent(office, journey)
    assert [received(office)[notice.notice_id] for notice in notices] == [1] * 7
    await assert_agreement(office, journey)
    # What the journey carries to its next run is what the ledger holds, to the microsecond.
    carried = await continued(office, journey)
    assert [(entry.event.event_id, entry.recorded_at) for entry in carried.entries] == [
        (line.receipt.event_id, line.recorded_at) for line in recorded
    ]


async def continued(office: TestOffice, journey: str) -> JourneyStart:
    """What a journey carries to a new run, which it begins when its history has grown too large."""
    payload = Payload(
        data=json.dumps({"kind": "note_added", "text": LARGEST}).encode(), metadata={"encoding": b"json/plain"}
    )

    async def run() -> str:
        return (await office.handle(journey).describe()).run_id or ""

    first = await run()  # before the signals: the last of them may be answered by the next run
    for _ in range(3):
        await office.handle(journey).signal(EVENT_SIGNAL, RawValue(payload))
    await eventually(run, lambda run_id: run_id != first)
    history = await office.handle(journey).fetch_history()
    payloads = history.events[0].workflow_execution_started_event_attributes.input.payloads
    context = WorkflowSerializationContext(office.client.namespace, journey)
    [start] = await office.client.data_converter.with_context(context).decode(payloads, [JourneyStart])
    assert isinstance(start, JourneyStart)
    return start


async def test_a_worker_killed_before_a_notice_is_marked_sends_it_again_under_its_id(shift: Shift) -> None:
    office, worker = shift.office, await shift.worker()
    journey = await begin(office)
    await all_sent(office, journey)
    shift.moment.write_text(BEFORE_MARKING)
    receipt = await insist(office, journey, event("withdrawn", effective_on=DAY, end_reason="own_wish"))
    assert await worker.process.wait() == -signal.SIGKILL
    [notice] = [one for one in office.lists.notices(journey_id=journey) if one.kind != "referred"]
    assert (notice.status, notice.sent_at) == ("pending", None)
    assert received(office)[notice.notice_id] == 1

    await shift.worker()
    [sent] = await all_sent(office, journey)
    assert (sent.notice_id, sent.attempts) == (notice.notice_id, 1)
    assert received(office)[notice.notice_id] == 2
    assert [line.receipt for line in office.ledger(journey)][1:] == [receipt]
    await assert_agreement(office, journey)


async def test_whoever_acts_for_a_colleague_is_told_once_whichever_worker_is_killed(shift: Shift) -> None:
    office, worker, today = shift.office, await shift.worker(), day_in_sweden(datetime.now(UTC))
    journey = JourneyId.parse(await begin(office))
    said: Any = {"person": "anna.berg", "to": "bo.lind", "from_day": today, "until_day": today + timedelta(days=9)}
    await office.mail.stop()
    lent = CandidatesLent(at=datetime.now(UTC), lending=uuid4(), journeys=(journey,), **said)
    StatementLog(office.engine).add(lent, key_of("anna.berg"))
    [one] = StatementLog(office.engine).register().acting
    told = office.client.get_workflow_handle(WhoActs(statement=one.statement).id)

    async def tried() -> bool:
        with suppress(RPCError):
            return any(each.last_failure.message for each in (await told.describe()).raw_description.pending_activities)
        return False

    await eventually(tried)
    worker.process.kill()
    assert await worker.process.wait() == -signal.SIGKILL
    await office.mail.start()
    await shift.worker()
    assert Told(await told.result()) is Told.SENT
    first_run = (await told.describe()).run_id
    register, now = KnownRegister(), partial(datetime.now, UTC)
    await TellsWhoActs(office.client, office.settings.task_queue, office.engine, register, now).look()
    assert (await told.describe()).run_id == first_run, "another worker begins it no second time"
    [mail] = [item for item in office.received() if "Anna Berg" in item.subject]
    assert mail.recipient == "bo.lind@employer.example"
    text = mail.path.read_text(encoding="utf-8")
    assert "1 kandidat" in text
    assert journey.candidate not in text


async def test_a_worker_that_is_told_to_stop_ends_in_order_and_what_comes_meanwhile_waits(shift: Shift) -> None:
    office, worker = shift.office, await shift.worker()
    journey = await begin(office)
    ended = await worker.stop()
    assert (ended.status, in_log(ended.output.splitlines()[-1])) == (0, "stopped")
    await office.handle(journey).signal(EVENT_SIGNAL, event("referral_accepted", effective_on=DAY))
    pending = asyncio.create_task(insist(office, journey, event("note_added", text="are you there?")))
    await office.handle(journey).signal(EVENT_SIGNAL, event("withdrawn", effective_on=DAY, end_reason="studies"))
    assert len(office.ledger(journey)) == 1

    await shift.worker()
    assert (await pending).accepted
    lines = await until(lambda: office.ledger(journey), lambda lines: len(lines) == 4)
    assert all(line.receipt.accepted for line in lines)
    await assert_agreement(office, journey)
