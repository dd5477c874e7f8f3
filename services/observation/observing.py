"""A worker under observation: its counters, what is asked for its gauges and probes, and where it shows them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics
from sqlalchemy import Engine

from activities.measures import Measures
from activities.sealing import Sealer
from runtime.build import build_id
from runtime.database import open_for_watching
from runtime.observation.endpoint import Endpoint
from runtime.observation.health import Health, Work, has_todays_form, opens_keys
from runtime.observation.sampling import Sampled
from runtime.settings import Settings, require_database
from services.observation.checkpoints import latest_checkpoint
from services.observation.gauges import Gauges, Sources
from services.observation.nights import Nights, nights
from services.observation.standing import Standing, standing
from workflows.clock import day_at

EVERY, NIGHTS_EVERY = 15.0, 120.0
"""Seconds: however often and by however many a worker is scraped, nothing is asked more often than this."""

SECONDS = 2.0
"""What a scrape waits for an answer: it has about ten, and shows what it has."""


@dataclass(frozen=True)
class Observation:
    """What a worker's parts are given: where to count, and whom to tell how far it has come."""

    measures: Measures
    work: Work


@asynccontextmanager
async def observed(settings: Settings, core: str | None, sealer: Sealer) -> AsyncIterator[Observation]:
    """Observe this process, and show it where the settings say, until the context ends. Temporal's core offers its own
    metrics at `core`, and `sealer` is what the worker opens keys with. Raises UsageError where the address cannot be
    used."""
    disable_created_metrics()  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    observation = Observation(Measures(registry), Work(settings.task_queue))
    if settings.metrics_address is None or core is None:
        yield observation
        return
    engine = open_for_watching(require_database(settings))
    sources = sources_of(settings, engine, observation.work)
    registry.register(Gauges(sources, build_id(settings.build_id)))
    ProcessCollector(registry=registry)
    health = health_of(engine, observation.work, sealer)
    endpoint = Endpoint(registry, partial(_refresh, sources), health, core)
    try:
        async with endpoint.listening(settings.metrics_address):
            yield observation
    finally:
        for one in sources.all:
            one.close()
        engine.dispose()


def sources_of(
    settings: Settings, engine: Engine, work: Work, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Sources:
    """What the gauges are made from."""

    async def database() -> Standing:
        return await asyncio.to_thread(standing, engine, day_at(now()))

    async def of_nights() -> Nights:
        if work.client is None:
            raise ConnectionError  # not yet
        return await nights(work.client, settings.task_queue)

    folder = settings.checkpoints
    return Sources(
        Sampled(database, EVERY, SECONDS),
        Sampled(of_nights, NIGHTS_EVERY, SECONDS),
        Sampled(partial(_checkpoint, folder), NIGHTS_EVERY, SECONDS) if folder else None,
    )


async def _checkpoint(folder: Path) -> datetime | None:
    return await asyncio.to_thread(latest_checkpoint, folder)


def health_of(engine: Engine, work: Work, sealer: Sealer) -> Health:
    """A worker's answers to probes."""
    health = Health(
        {
            "database": partial(has_todays_form, engine),
            "master_key": partial(opens_keys, engine, lambda: sealer.master),
            "temporal": work.reaches_temporal,
            "polling": work.polls,
        }
    )
    health.alive = work.lives
    return health


async def _refresh(sources: Sources) -> None:
    await asyncio.gather(*(one.refresh() for one in sources.all))
