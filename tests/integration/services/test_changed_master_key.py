"""The master key is changed beside a worker that runs: what waits, what is told, and that it goes on by itself."""

import asyncio
import gc
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.reconciling.reconciler import Reconciler
from activities.reconciling.records import Records
from models.discrepancy import DifferenceKind
from models.identifiers import CandidateNumber, JourneyId
from runtime.database import open_engine
from runtime.encryption.sealers import with_keys
from runtime.errors import ServiceUnavailable, UsageError
from runtime.settings import Settings
from services import answers, journeys
from services.application import Application
from services.incoming.house import House
from services.letters.office import letter_office
from services.office import Office
from services.operations.doctor.checkup import Patient
from services.operations.doctor.temporal import STANDSTILL
from services.payloads import Payloads
from tests.support.agreeing import eventually
from tests.support.authority import signature_of, signing
from tests.support.errors import raises
from tests.support.office import TestOffice, open_office
from tests.support.sealing import MASTER_KEY, sealed
from worker import running_worker
from workflows.nightly import look_at

Waiting = tuple[TestOffice, Path]


@pytest.fixture
async def waiting(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Waiting]:
    """An office whose worker has another master key in its file, and that file."""
    file = tmp_path / "master.key"
    file.write_text(b64encode(b"o" * 32).decode())
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        settings = Settings(master_key=None, master_key_file=file)
        engine = with_keys(open_engine(office.settings.database_url), settings)
        client = sealed(signing(temporal.client, engine), engine)
        async with running_worker(client, office.settings, office.book, engine):
            yield office, file
        engine.dispose()


async def kinds_at(office: TestOffice, journey: JourneyId) -> list[DifferenceKind]:
    """What a reconciliation finds of a journey."""
    reconciler = Reconciler(office.client, Records(office.engine, office.book.find))
    return [one.kind for one in await reconciler.differences_of(journey, look_at(datetime.now(UTC)))]


async def standstill_of(office: TestOffice) -> str | None:
    """What a check-up says a minute later of journeys that do not go on."""
    patient = Patient(office.settings, now=lambda: datetime.now(UTC) + timedelta(minutes=1))
    patient.client = office.client
    try:
        await STANDSTILL.ask(patient)
    except UsageError as error:
        return error.message.id
    return None


async def refer_in_vain(office: TestOffice) -> JourneyId:
    """Refer somebody to a worker that cannot record it. Returns the id of the journey."""
    candidate = CandidateNumber.draw(office.random)
    with pytest.MonkeyPatch.context() as hasty, raises(ServiceUnavailable, "worker.event_kept"):
        hasty.setattr(answers, "ANSWER_WITHIN", 1.0)
        await office.refer(candidate=candidate)
    return JourneyId.of(candidate, "service_division")


async def test_a_worker_without_the_key_is_told_in_a_sentence_and_goes_on_once_it_has_it(waiting: Waiting) -> None:
    office, file = waiting
    journey = await refer_in_vain(office)
    assert await kinds_at(office, journey) == [DifferenceKind.WORKFLOW_UNRECORDED]
    assert await eventually(lambda: standstill_of(office)) == "doctor.standstill"
    await office.handle(journey).terminate("its next task is due in ten seconds")

    file.write_text(MASTER_KEY.get_secret_value())
    assert await kinds_at(office, await office.refer()) == []
    assert await eventually(lambda: standstill_of(office), lambda said: said is None) is None


async def test_nothing_that_went_wrong_is_left_for_the_log(waiting: Waiting) -> None:
    office, _file = waiting
    unheard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unheard.append(context))
    await office.handle(await refer_in_vain(office)).terminate("seen")
    config = office.client.config()
    config["namespace"] = "nowhere"
    nowhere = Client(**config)
    office.journeys = journeys.Journeys(nowhere, office.settings.task_queue, office.engine, signature_of)
    with raises(UsageError, "temporal.no_namespace"):
        await office.refer()
    await asyncio.sleep(0)  # tasks that are still to hear of it do so now
    gc.collect()
    assert unheard == []


@pytest.mark.parametrize("server", [Office, House, letter_office], ids=["desk", "gateway", "replies"])
async def test_no_server_starts_with_a_master_key_that_opens_nothing(
    server: Callable[[Settings], Any], temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with open_office(temporal.client, tmp_path) as office:
        await office.refer()
        other = office.settings.model_copy(update={"master_key": SecretStr(b64encode(b"o" * 32).decode())})
        with raises(UsageError, "master_key.other"):
            await asyncio.to_thread(server, other)
        with raises(UsageError, "master_key.no_file"):
            none = {"master_key": None, "master_key_file": tmp_path / "none.key"}
            await asyncio.to_thread(server, office.settings.model_copy(update=none))


async def test_no_codec_server_starts_with_a_master_key_that_opens_nothing(
    temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with open_office(temporal.client, tmp_path) as office:
        await office.refer()
        application = Application()
        other = office.settings.model_copy(update={"master_key": SecretStr(b64encode(b"o" * 32).decode())})
        vars(application)["settings"] = other
        with raises(UsageError, "master_key.other"):
            await asyncio.to_thread(Payloads, application, office.client.namespace)
