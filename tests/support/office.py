"""A whole office for a test: worker, database, and real mail and webhook inboxes that can be shut and opened again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine
from temporalio.client import Client, WorkflowHandle

from models.calendar.swedish_day import day_in_sweden
from models.events.events import EVENT, Event
from models.identifiers import CandidateNumber, JourneyId
from models.ledger.receipt import Receipt
from runtime.archive import archived_by
from runtime.local.dev_server import HOST
from runtime.local.inbox import InboxItem, read_inbox
from runtime.local.inboxes import MailInbox, WebhookInbox
from runtime.local.stack import free_port
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES, Settings
from services.journeys import Journeys
from services.queries.lines import LedgerLine
from services.queries.lists import Lists
from services.restarting import Restarts
from tests.support.authority import found, keep_keys, signature_of, signing
from tests.support.codec import Codec
from tests.support.databases import migrated
from tests.support.notices import SECRET
from tests.support.sealing import open_keyed, open_keyed_for_reading, sealed
from worker import prepare_database, running_worker

DAY = date(2026, 3, 2)


@dataclass
class TestOffice:
    """What an end-to-end test works with. `candidates` are drawn anew each time."""

    __test__ = False

    client: Client
    settings: Settings
    book: RuleBook
    engine: Engine
    lists: Lists
    journeys: Journeys
    mail: MailInbox
    webhooks: WebhookInbox
    codec: Codec | None = None
    random: Random = field(default_factory=lambda: Random(uuid4().int))

    async def refer(
        self, programme: str = "service_division", candidate: str | None = None, **fields: Any
    ) -> JourneyId:
        """Refer a new candidate; returns the journey's id."""
        candidate = candidate or CandidateNumber.draw(self.random)
        said = {"referring_partner": "arbetsformedlingen", "site": "2480", "coordinator": "anna.berg", **fields}
        receipt = await self.journeys.refer(candidate, self.book.programme(programme), event("referred", **said))  # type: ignore[arg-type]
        assert receipt.accepted, receipt
        return JourneyId.of(candidate, programme)

    async def send(self, journey: str, kind: str, **fields: Any) -> Receipt:
        return await self.journeys.submit(journey, event(kind, **fields))

    def handle(self, journey: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(journey)

    def ledger(self, journey: str) -> list[LedgerLine]:
        return self.lists.ledger(journey)

    def received(self) -> list[InboxItem]:
        return read_inbox(self.settings.data / "inbox")


def event(kind: str, **fields: Any) -> Event:
    """An event of today by Anna Berg, unless the fields say otherwise."""
    common = {"event_id": uuid4(), "actor": "coordinator:anna.berg", "effective_on": day_in_sweden(datetime.now(UTC))}
    return EVENT.validate_python({"kind": kind, **common, **fields})


MET = ("swedish_for_safety", "hygiene_routines", "shift_work", "kitchen_experience")


def full_way(day: date) -> list[Event]:
    """From an accepted referral to a permanent role in the service division, all on one day: eight events with it."""
    findings = [{"requirement": requirement, "result": "met"} for requirement in MET]
    scores = [{"criterion": criterion, "score": 4} for criterion in ("tasks", "reliability", "cooperation")]
    at = {"position": "lasarettet_ward_service"}
    period = {"starts_on": day, "ends_on": day}
    bo = {"actor": "coordinator:bo.lind"}
    return [
        event("referral_accepted", effective_on=day),
        event("requirements_checked", effective_on=day, profile="hospital_service", findings=findings),
        event("internship_agreed", effective_on=day, supervisor="maria.ek", **at, **period),
        event("internship_completed", effective_on=day),
        event("evaluation_recorded", effective_on=day, favourable=True, scores=scores),
        event("temporary_role_agreed", effective_on=day, form="summer_temporary", **at, **period, **bo),
        event("permanent_role_agreed", effective_on=day, starts_on=day, **at, **bo),
    ]


@asynccontextmanager
async def open_office(
    client: Client,
    data: Path,
    database_url: str | None = None,
    *,
    worker_url: str | None = None,
    with_worker: bool = True,
    programmes: Path = PROGRAMMES,
    **more: Any,
) -> AsyncIterator[TestOffice]:
    """Everything but Temporal itself, on the data directory, until the context ends. The worker may have a role of its
    own in the database; `more` are settings."""
    mail = MailInbox(data / "inbox", HOST, free_port())
    webhooks = WebhookInbox(data / "inbox", HOST, free_port(), {"arbetsformedlingen": SECRET})
    await mail.start()
    await webhooks.start()
    secrets = data / "secrets"
    secrets.mkdir(parents=True, exist_ok=True)
    (secrets / "arbetsformedlingen").write_text(SECRET)
    usual: dict[str, Any] = {
        "database_url": database_url or f"sqlite:///{data / 'test.db'}",
        "task_queue": f"test-{uuid4()}",
        "smtp_host": HOST,
        "smtp_port": mail.port,
        "webhook_secrets": secrets,
        "webhook_catch_all": f"http://{HOST}:{webhooks.port}",
        "keys": data / "keys",
    }
    settings = Settings(data=data, programmes=programmes, **{**usual, **more})
    keep_keys(data / "keys")
    book = RuleBook(settings.programmes)
    engine = migrated(settings.database_url)
    found(engine, book)
    working = open_keyed(worker_url) if worker_url else engine
    prepare_database(working, book, settings)
    client = sealed(signing(client, engine), engine)
    reading = open_keyed_for_reading(settings.database_url)
    archived = archived_by(settings, engine)
    restarts = Restarts(client, engine, book, archived)
    journeys = Journeys(client, settings.task_queue, engine, signature_of, restarts=restarts)
    try:
        async with running_worker(client, settings, book, working) if with_worker else nullcontext():
            yield TestOffice(client, settings, book, engine, Lists(reading), journeys, mail, webhooks)
    finally:
        await webhooks.stop()
        await mail.stop()
        for one in (engine, working, reading):
            one.dispose()


def of_client(office: TestOffice, client: Client, engine: Engine) -> TestOffice:
    """The same office, which works with another Temporal or another database."""
    client = sealed(signing(client, engine), engine)
    journeys = Journeys(client, office.settings.task_queue, engine, signature_of)
    return replace(office, client=client, engine=engine, lists=Lists(engine), journeys=journeys)


async def a_corrected_way(office: TestOffice, candidate: str | None = None) -> str:
    """A whole way with a refusal, rubbish, a repeat and a correction in it."""
    journey = await office.refer(candidate=candidate, effective_on=DAY)
    await office.send(journey, "internship_completed")
    accepted, *rest = full_way(DAY)
    await office.journeys.submit(journey, accepted)
    await office.journeys.submit(journey, accepted)
    await office.handle(journey).signal("event", {"kind": "nonsense"})
    for said in rest[:2]:
        await office.journeys.submit(journey, said)
    right = rest[1].model_copy(update={"ends_on": DAY + timedelta(days=30)})
    by_bo = {"actor": "coordinator:bo.lind", "reason": "mistyped"}
    await office.send(journey, "corrected", corrects=right.event_id, replacement=right, **by_bo)
    for said in rest[2:]:
        await office.journeys.submit(journey, said)
    return journey
