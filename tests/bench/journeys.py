"""The two things that the bench measures: whole journeys through the product, and bare ones."""

import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Protocol
from uuid import uuid4

import aiohttp
from sqlalchemy import text
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from models.events.events import EVENT_CLASSES, Event
from models.identifiers import CandidateNumber, JourneyId
from models.programme.position import Position
from models.programme.programme import NoticeRule, Programme
from runtime.garbage import collect_seldom
from runtime.migrations import upgrade
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES, Settings
from services.journeys import Journeys, referral_with_id
from tests.bench.bare import BareJourney, BareReferral
from tests.bench.bare_activities import CREATE, BareActivities
from tests.support.authority import found, keep_keys, put_in_force, signature_of
from tests.support.notices import SECRET
from tests.support.office import full_way
from tests.support.sealing import open_keyed, sealed
from worker import prepare_database, running_worker

DAY = date(2026, 3, 2)
PARTNER = "arbetsformedlingen"


@dataclass(frozen=True)
class Journey:
    """One journey measured: its workflow id, and the seconds from each event to its receipt."""

    workflow_id: str
    seconds: list[float]


class Subject(Protocol):
    """Something that takes journeys."""

    async def one(self, so_far: int = 8) -> Journey:
        """Take one journey of eight events, or only so many, each sent when the last one's receipt is there."""
        ...


def events() -> list[Event]:
    """The eight events of a whole journey, the referral first."""
    referral = referral_with_id(
        JourneyId.of(CandidateNumber.draw(Random(uuid4().int)), "service_division"),
        actor="coordinator:anna.berg",
        effective_on=DAY,
        referring_partner=PARTNER,
        site="2480",
        coordinator="anna.berg",
    )
    return [referral, *full_way(DAY)]


class RoomyRules(RuleBook):
    """Today's rules, with places for everybody and one notice for every event, as the bare journey has."""

    def __init__(self) -> None:
        super().__init__(PROGRAMMES)
        told = tuple(NoticeRule(event=kind, to=(PARTNER,)) for kind in EVENT_CLASSES)
        rules: Programme = self.programmes["service_division"].model_copy(update={"notices": told})
        self.rules = rules
        roomy: tuple[Position, ...] = tuple(p.model_copy(update={"places": 100_000}) for p in self.positions)
        self.__dict__["positions"] = roomy


class Whole:
    """The product: rules, ledger, lists, places, notices."""

    def __init__(self, journeys: Journeys, rules: Programme) -> None:
        self._journeys = journeys
        self._rules = rules
        self._random = Random(uuid4().int)

    async def one(self, so_far: int = 8) -> Journey:
        candidate = CandidateNumber.draw(self._random)
        workflow_id = JourneyId.of(candidate, self._rules.id)
        referral, *rest = events()
        began = time.perf_counter()
        await self._journeys.refer(candidate, self._rules, referral)  # type: ignore[arg-type]
        seconds = [time.perf_counter() - began]
        for event in rest[: so_far - 1]:
            began = time.perf_counter()
            await self.send(workflow_id, event)
            seconds.append(time.perf_counter() - began)
        return Journey(workflow_id, seconds)

    async def send(self, workflow_id: str, event: Event) -> None:
        """Send an event, and wait for its receipt, which must say that it was accepted."""
        receipt = await self._journeys.submit(JourneyId(workflow_id), event)
        assert receipt.accepted, receipt


class Bare:
    """The baseline."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def one(self, so_far: int = 8) -> Journey:
        workflow_id = f"bare/{uuid4()}"
        seconds = []
        handle = await self._client.start_workflow(BareJourney.run, id=workflow_id, task_queue=self._task_queue)
        for event in events()[:so_far]:
            began = time.perf_counter()
            await handle.execute_update(BareJourney.submit, event.model_dump(mode="json"))
            seconds.append(time.perf_counter() - began)
        return Journey(workflow_id, seconds)

    async def refer(self) -> str:
        """Start a journey with its first message, and wait for the answer; returns its id."""
        workflow_id = f"bare/{uuid4()}"
        start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            BareReferral.run,
            id=workflow_id,
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        said = events()[0].model_dump(mode="json")
        await self._client.execute_update_with_start_workflow(BareReferral.submit, said, start_workflow_operation=start)
        return workflow_id


@asynccontextmanager
async def whole(client: Client, database_url: str, address: str, data: Path) -> AsyncIterator[Whole]:
    """The product at work, on a database of its own, in a process that collects as seldom as a worker's."""
    collect_seldom()
    secrets = data / "secrets"
    secrets.mkdir(exist_ok=True)
    (secrets / PARTNER).write_text(SECRET)
    settings = Settings(
        data=data,
        database_url=database_url,
        task_queue=f"whole-{uuid4()}",
        webhook_secrets=secrets,
        webhook_catch_all=address,
        keys=data / "keys",
    )
    keep_keys(data / "keys")
    book, engine = RoomyRules(), open_keyed(database_url)
    upgrade(engine)
    found(engine, book)
    prepare_database(engine, book, settings)
    put_in_force(engine, book.rules)
    client = sealed(client, engine)
    async with running_worker(client, settings, book, engine):
        yield Whole(Journeys(client, settings.task_queue, engine, signature_of), book.rules)
    engine.dispose()


@asynccontextmanager
async def bare(client: Client, database_url: str, address: str) -> AsyncIterator[Bare]:
    """The baseline at work, on a database of its own, with the converter of the SDK."""
    client = Client(client.service_client, namespace=client.namespace, data_converter=pydantic_data_converter)
    engine = open_keyed(database_url)
    with engine.begin() as connection:
        connection.execute(text(CREATE))
    task_queue = f"bare-{uuid4()}"
    async with aiohttp.ClientSession() as session:
        activities = BareActivities(engine, session, f"{address}/{PARTNER}")
        with ThreadPoolExecutor(15) as threads:
            async with Worker(
                client,
                task_queue=task_queue,
                workflows=[BareJourney, BareReferral],
                activities=[activities.insert, activities.post],
                activity_executor=threads,
            ):
                yield Bare(client, task_queue)
    engine.dispose()
