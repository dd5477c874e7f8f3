"""A client of Temporal whose payloads are sealed."""

from sqlalchemy import Engine
from temporalio.client import Client

from activities.sealing import sealer_on
from runtime.encryption.payload_codec import SealedPayloads
from runtime.settings import Settings
from runtime.temporal.client import connect


async def connect_sealed(settings: Settings, engine: Engine, metrics_address: str | None = None) -> Client:
    """A client of Temporal that seals and opens payloads with the keys of a database. See `connect`."""
    return await connect(settings, SealedPayloads(sealer_on(engine)), metrics_address)
