"""The sealer that the settings name, and Temporal's payloads as it seals them."""

from functools import partial

from sqlalchemy import Engine
from temporalio.client import Client

from activities.sealing import keyed, sealer_on
from runtime.encryption.master_keys import master_key
from runtime.encryption.payload_codec import SealedPayloads
from runtime.settings import Settings
from runtime.temporal.client import connect


def with_keys(engine: Engine, settings: Settings) -> Engine:
    """The database, with the keys that the settings' master key opens.

    What needs one raises UsageError where no master key is set.
    """
    return keyed(engine, partial(master_key, settings))


async def connect_sealed(settings: Settings, engine: Engine, metrics_address: str | None = None) -> Client:
    """A client of Temporal that seals and opens payloads with the keys of a database. See `connect`."""
    return await connect(settings, SealedPayloads(sealer_on(engine)), metrics_address)
