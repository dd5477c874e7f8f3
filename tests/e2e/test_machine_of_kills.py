"""A machine that sends whatever it likes to a real worker, kills it, and cuts off its database: whatever it does, the
model, the ledger and the workflow say the same of the journey."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from temporalio.testing import WorkflowEnvironment

from models.events.events import Event
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.ledger.receipt import Receipt
from models.projections.status import describe
from models.rules.decision import Proposal
from models.rules.recording import DECIDED_IN_RECORDING
from runtime.errors import ServiceUnavailable
from tests.support.agreeing import fold_of
from tests.support.databases import migrated_postgres
from tests.support.dying_worker import AFTER_RECORDING, MOMENT
from tests.support.office import TestOffice, event, open_office
from tests.support.processes import Running, of_office, running
from tests.support.proxy import COMMIT, INSERT, Door, a_door_to
from tests.support.strategies import event_for
from tests.support.thoroughness import CHAOS
from tests.support.waiting import GIVE_UP_AFTER, until
from workflows.messages import EVENT_SIGNAL

T = TypeVar("T")

THOROUGHLY = settings.get_current_profile_name() == CHAOS
EXAMPLES, STEPS = (100, 40) if THOROUGHLY else (3, 12)
MOST_KILLS = STEPS // 12
"""In an example: a worker takes seconds to begin."""

IMPATIENCE = 4.0


@dataclass
class Shift:
    """An office, the door between its worker and the database, and the worker: one at a time."""

    office: TestOffice
    door: Door
    environment: dict[str, str]
    loop: asyncio.AbstractEventLoop
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    worker: Running | None = None

    async def start(self) -> None:
        errors = self.office.settings.data / "worker.log"
        process = running("-m", "tests.support.dying_worker", env=self.environment, errors=errors)
        self.worker = await self.stack.enter_async_context(process)

    async def ended(self) -> None:
        """Wait for the end of the worker."""
        assert self.worker is not None
        assert await asyncio.wait_for(self.worker.process.wait(), GIVE_UP_AFTER) == -signal.SIGKILL

    async def die_with(self, journey: str, said: Event) -> None:
        """Send an event once, to a worker that dies when it has recorded it."""
        Path(self.environment[MOMENT]).write_text(AFTER_RECORDING + said.kind)
        sending = asyncio.create_task(self.office.journeys.submit(journey, said))
        await self.ended()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    async def insist(self, journey: str, said: Event) -> Receipt:
        """Send an event, and again under its id where nobody answers soon."""
        while True:
            try:
                async with asyncio.timeout(IMPATIENCE):
                    return await self.office.journeys.submit(journey, said)
            except (TimeoutError, ServiceUnavailable):
                continue


@pytest.fixture
async def shift(temporal: WorkflowEnvironment, postgres_server: str, tmp_path: Path) -> AsyncIterator[Shift]:
    url = migrated_postgres(postgres_server, tmp_path.name)
    with a_door_to(url) as (door, behind):
        async with open_office(temporal.client, tmp_path, url, with_worker=False) as office:
            environment = of_office(office, HELAVAGEN_DATABASE_URL=behind, **{MOMENT: tmp_path / "moment"})
            shift = Shift(office, door, environment, asyncio.get_running_loop())
            async with shift.stack:
                await shift.start()
                yield shift


class JourneyUnderKills(RuleBasedStateMachine):
    """One journey. What comes of an event is asked of the model first."""

    shift: ClassVar[Shift]

    def done(self, doing: Coroutine[Any, Any, T]) -> T:
        """What comes of something on the loop of the test, whose thread is not this one."""
        return asyncio.run_coroutine_threadsafe(doing, self.shift.loop).result()

    @initialize()
    def somebody_is_referred(self) -> None:
        self.journey = self.done(self.shift.office.refer())
        self.core = self.in_the_ledger()
        self.sent: list[tuple[Event, Receipt]] = []
        self.kills = 0

    @rule(data=st.data())
    def an_event_comes(self, data: st.DataObject) -> None:
        said = self.drawn(data)
        self.answered(said, self.done(self.shift.insist(self.journey, said)))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_event_comes_again(self, data: st.DataObject) -> None:
        said, first = data.draw(st.sampled_from(self.sent))
        assert self.done(self.shift.insist(self.journey, said)) == first

    @precondition(lambda self: self.core.entries[1:])
    @rule(data=st.data())
    def an_event_is_struck(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(self.core.entries[1:])).event
        fields = {"actor": "coordinator:bo.lind", "corrects": target.event_id, "reason": "A slip", "replacement": None}
        said = event("corrected", **fields)
        self.answered(said, self.done(self.shift.insist(self.journey, said)))

    @precondition(lambda self: self.kills < MOST_KILLS)
    @rule(data=st.data())
    def the_worker_dies_with_an_event_that_it_has_recorded_and_another_comes_before_it(
        self, data: st.DataObject
    ) -> None:
        self.kills += 1
        first, other = self.drawn(data), self.drawn(data)

        async def send() -> list[tuple[Event, Receipt]]:
            await self.shift.die_with(self.journey, first)
            # A signal stands in the history at once, an update once it is answered: this one is heard of first.
            await self.shift.office.handle(self.journey).signal(EVENT_SIGNAL, other)
            await self.shift.start()
            receipts = [(said, await self.shift.insist(self.journey, said)) for said in (first, other)]
            return sorted(receipts, key=lambda one: one[1].row)

        for said, receipt in self.done(send()):
            self.answered(said, receipt)

    @rule(data=st.data(), word=st.sampled_from((INSERT, COMMIT)))
    def the_database_is_cut_off_while_an_event_comes(self, data: st.DataObject, word: bytes) -> None:
        said, door = self.drawn(data), self.shift.door

        async def send() -> Receipt:
            turned_away = door.turned_away
            door.shut_after(word)
            pending = asyncio.create_task(self.shift.insist(self.journey, said))
            await until(lambda: pending.done() or door.turned_away > turned_away)  # what is a repeat writes nothing
            door.open()
            return await pending

        self.answered(said, self.done(send()))

    def drawn(self, data: st.DataObject) -> Event:
        said: Event = data.draw(event_for(self.core, datetime.now(UTC)))
        return said

    def answered(self, said: Event, receipt: Receipt) -> None:
        """Hold a receipt against what the model says."""
        if said.event_id in self.core or receipt.rule in DECIDED_IN_RECORDING:
            return
        self.sent.append((said, receipt))
        answer = self.core.propose(said, receipt.recorded_at)
        assert receipt.accepted is isinstance(answer, Proposal), receipt
        if isinstance(answer, Proposal):
            self.core.commit(answer)
        else:
            assert receipt.rule == answer.rule

    @invariant()
    def model_and_ledger_and_workflow_say_the_same(self) -> None:
        ledger = self.in_the_ledger()
        # What people wrote stands elsewhere, and in the ledger a reference to it.
        assert [mark(entry) for entry in ledger.entries] == [mark(entry) for entry in self.core.entries]
        status = self.done(self.shift.office.journeys.status(self.journey))
        events, now = len(self.core.entries), datetime.now(UTC)
        for state in (ledger.state, self.core.state):
            assert status == describe(status.candidate, status.programme, state, events, now)

    def in_the_ledger(self) -> Journey:
        return fold_of(self.shift.office, self.journey, self.shift.office.ledger(self.journey))


def mark(entry: Entry) -> tuple[UUID, datetime]:
    return entry.event.event_id, entry.recorded_at


async def test_whatever_comes_and_whatever_is_killed_all_say_the_same(shift: Shift) -> None:
    JourneyUnderKills.shift = shift
    how = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not THOROUGHLY,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # each try takes seconds, and what fails is short as it is
        report_multiple_bugs=False,
    )
    await asyncio.to_thread(run_state_machine_as_test, JourneyUnderKills, settings=how)
