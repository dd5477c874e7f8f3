"""What a worker shows of itself: metrics of its own and of Temporal's core at one address, and how it is."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from models.calendar.swedish_day import day_in_sweden
from services.observation.nights import nights
from services.operations.nightly import archive_now, reconcile_now
from tests.support.agreeing import eventually
from tests.support.monitoring import metrics_asked_for
from tests.support.office import TestOffice, full_way, open_office
from tests.support.personal import found_in
from tests.support.processes import environment, run
from tests.support.scraped import ObservedWorker, observed_worker, value
from tests.support.waiting import until
from worker import running_worker

HARMLESS = re.compile(
    r"[A-Za-z_]+(\.toml)?|\+Inf|[\d.]+(e\+\d+)?|0\.1\.0-[0-9a-f]{12}|test-[0-9a-f-]{36}|temporal-core-sdk"
)
"""Words, files of rules, limits of histograms, versions, a build, a task queue."""


@pytest.fixture
async def office(
    temporal: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TestOffice]:
    monkeypatch.setenv("TEMPORAL_ADDRESS", temporal.client.service_client.config.target_host)
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        yield office


async def walked(office: TestOffice) -> None:
    """Somebody goes the whole way, one thing is refused, and a partner answers."""
    journey = await office.refer()
    refused = await office.send(journey, "internship_completed")
    assert not refused.accepted
    for said in full_way(day_in_sweden(datetime.now(UTC))):
        assert (await office.journeys.submit(journey, said)).accepted
    notices = await until(
        lambda: office.lists.notices(journey_id=journey), lambda all_: {one.status for one in all_} == {"sent"}
    )
    to_partner = next(one for one in notices if one.recipient == "arbetsformedlingen")
    by = {"actor": "partner:arbetsformedlingen", "notice_id": to_partner.notice_id}
    assert (await office.send(journey, "partner_acknowledged", **by)).accepted


async def overdue(office: TestOffice) -> None:
    """Somebody for whom something should have been done long ago."""
    await office.refer(effective_on=day_in_sweden(datetime.now(UTC)) - timedelta(days=60))


async def probed(shown: ObservedWorker) -> int:
    """The status with which a container's HEALTHCHECK ends."""
    env = environment(HELAVAGEN_METRICS_ADDRESS=shown.address.removeprefix("http://"))
    return (await run("-m", "runtime.observation.probe", env=env)).status


async def test_a_worker_shows_how_it_is_and_what_it_does_and_names_nobody(office: TestOffice) -> None:
    async with observed_worker(office) as shown:
        await walked(office)
        metrics = await shown.scrape()
        assert value(metrics, "helavagen_events_total", kind="referred", outcome="accepted") == 1
        assert value(metrics, "helavagen_events_total", kind="internship_completed", outcome="refused") == 1
        assert value(metrics, "helavagen_journeys_open", programme="service_division", stage="permanent_role") == 1
        assert value(metrics, "helavagen_deliveries_total", channel="webhook", outcome="delivered")
        assert value(metrics, "helavagen_acknowledged_seconds_count", partner="arbetsformedlingen") == 1
        assert (value(metrics, "helavagen_notices_pending"), value(metrics, "helavagen_notices_dead")) == (0, 0)
        assert value(metrics, "helavagen_database_up") == 1
        assert any(name.startswith("temporal_workflow_task") for name in metrics)
        assert await shown.asked("/healthz") == (200, {"ok": True})
        sound = {"ok": True, "database": "sound", "master_key": "sound", "temporal": "sound", "polling": "sound"}
        assert await shown.asked("/readyz") == (200, sound)
        assert await probed(shown) == 0
        labels = {text for one in metrics.values() for sample in one.samples for text in sample.labels.values()}
        assert {text for text in labels if text and not HARMLESS.fullmatch(text)} == set()
        assert found_in(" ".join(labels).encode(), ("anna", "berg", "bo.lind", "2480", "lasarettet")) == []


async def test_all_that_alerts_and_the_dashboard_ask_for_is_shown(office: TestOffice, tmp_path: Path) -> None:
    (folder := tmp_path / "checkpoints").mkdir()
    (folder / "hela-vagen-checkpoint-2026-03-02T0400Z.json").touch()
    office.settings = office.settings.model_copy(update={"checkpoints": folder})
    queue = office.settings.task_queue
    async with running_worker(office.client, office.settings, office.book, office.engine):
        await walked(office)
        await archive_now(office.client, queue)
        await reconcile_now(office.client, queue, timedelta())
    # Temporal's lists lag behind by a moment.
    await eventually(lambda: nights(office.client, queue), lambda found: None not in found)
    async with observed_worker(office) as shown:
        await overdue(office)
        await walked(office)
        metrics = await shown.scrape()
        names = {sample.name for one in metrics.values() for sample in one.samples}
        assert metrics_asked_for() - names == set()
        moment = datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp()
        assert value(metrics, "helavagen_checkpoint_timestamp_seconds") == moment


async def test_a_scrape_is_answered_while_the_database_is_away(office: TestOffice, tmp_path: Path) -> None:
    async with observed_worker(office) as shown:
        (tmp_path / "test.db").rename(tmp_path / "away.db")
        (tmp_path / "test.db").mkdir()  # or SQLite would make an empty one
        metrics = await shown.scrape()
        assert value(metrics, "helavagen_database_up") == 0
        assert value(metrics, "helavagen_notices_dead") is None
        assert await shown.asked("/healthz") == (200, {"ok": True})
        status, told = await shown.asked("/readyz")
        assert (status, told["ok"], told["temporal"]) == (503, False, "sound")
        assert told["database"] != "sound"
        assert await probed(shown) == 1
        (tmp_path / "test.db").rmdir()
        (tmp_path / "away.db").rename(tmp_path / "test.db")
