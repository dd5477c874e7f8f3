"""A gateway as the settings want it, from its start to the end of a context."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from interfaces.gateway.app import Gateway, gateway_app
from interfaces.gateway.letter_pages import LetterPages
from interfaces.serving import Serving, serving
from runtime.database import open_for_watching
from runtime.observation.health import Health, has_todays_form
from runtime.settings import Settings, require_database
from runtime.stopping import let_go
from services.incoming.house import House
from services.letters.office import letter_office

LOOK_EVERY = 10.0
"""Seconds between two looks at partners and their secrets: what a worker takes too."""


@asynccontextmanager
async def running_gateway(settings: Settings) -> AsyncIterator[Serving]:
    """A gateway that listens. Raises UsageError where a setting is missing or wrong, or the port is taken."""
    house = House(settings)
    watching = open_for_watching(require_database(settings))
    health = Health({"database": partial(has_todays_form, watching), "temporal": house.reaches_temporal})
    letters = letter_office(settings, house.client)
    app = gateway_app(Gateway(house.senders, house.incoming, health), LetterPages(letters).routes)
    looking = asyncio.create_task(_look(house))
    try:
        async with serving(app, settings.gateway_host, settings.gateway_port, health.close) as server:
            yield server
    finally:
        let_go(looking)
        watching.dispose()
        letters.close()
        house.close()


async def _look(house: House) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        await asyncio.to_thread(house.senders.look)
