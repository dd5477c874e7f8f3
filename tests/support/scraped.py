"""What a worker shows of itself, as Prometheus reads it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from activities.sealing import sealer_on
from runtime.encryption.sealed_client import connect_sealed
from runtime.local.dev_server import HOST
from runtime.local.stack import free_port
from services.observation.observing import observed
from tests.support.office import TestOffice
from worker import running_worker


@dataclass(frozen=True)
class ObservedWorker:
    """Where a worker shows itself."""

    address: str
    browser: aiohttp.ClientSession

    async def asked(self, path: str) -> tuple[int, dict[str, object]]:
        """The status and the words of an answer."""
        async with self.browser.get(f"{self.address}{path}") as answer:
            return answer.status, await answer.json()

    async def scrape(self) -> dict[str, Metric]:
        """All metrics by name."""
        async with self.browser.get(f"{self.address}/metrics") as answer:
            assert answer.status == 200
            return {family.name: family for family in text_string_to_metric_families(await answer.text())}


def value(metrics: dict[str, Metric], name: str, **labels: str) -> float | None:
    """The value of a sample; None where there is none."""
    samples = [one for family in metrics.values() for one in family.samples if one.name == name]
    return next((one.value for one in samples if one.labels == labels), None)


@asynccontextmanager
async def observed_worker(office: TestOffice) -> AsyncIterator[ObservedWorker]:
    """A worker of an office that shows itself; TEMPORAL_ADDRESS leads to its Temporal."""
    port, core = free_port(), f"{HOST}:{free_port()}"
    settings = office.settings.model_copy(update={"metrics_address": f"{HOST}:{port}"})
    async with observed(settings, core, sealer_on(office.engine)) as observation, aiohttp.ClientSession() as browser:
        client = await connect_sealed(settings, office.engine, core)
        working = running_worker(client, settings, office.book, office.engine, measures=observation.measures)
        async with working as observation.work.worker:
            observation.work.client = client
            yield ObservedWorker(f"http://{HOST}:{port}", browser)
